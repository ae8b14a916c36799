/**
 * @file Depthwise convolution of integers with one output per channel, eight channels at a time.
 *
 *   y[n, oh, ow, c] = requantise( ( Σ kh,kw  x̂[n, ih, iw, c] · ŵ[kh, kw, c] ) + b[c] )
 *
 * x̂ is the centred image in its frame, so that every tap falls inside it. Taps are multiplied in pairs: the numbers of
 * two pixels are interleaved, channel by channel, and one dot product multiplies both by their weights and adds. Where
 * windows overlap, an interleaved pair serves several output pixels.
 */
import type { Conv2dGeometry } from "../../../geometry/conv2d.ts";
import type { QuantizedLayer } from "../../../geometry/quantizedLayer.ts";
import { call } from "../../../wasm/control.ts";
import type { Func } from "../../../wasm/expression.ts";
import { local } from "../../../wasm/instructions.ts";
import { add, div, item, mul, rem } from "../../../wasm/integer.ts";
import type { EmittedKernel, LayerWeights, Region } from "../../contract/kernels.ts";
import { integerWeights } from "../../contract/quantized.ts";
import { PIXELS, stepsFor } from "../depthwiseTaps.ts";
import { type Emitter, launchFunc } from "../emitter.ts";
import { upTo } from "../loops.ts";
import { PAIR_BYTES, type Pixels, packBytes, pixelsFunction } from "./depthwisePixels.ts";
import { tapPairs } from "./depthwiseTaps.ts";
import { frameImages, frameOf } from "./frame.ts";
import { INT16_BYTES, INT16_LANES, readingOf } from "./reading.ts";
import { parameterBytes, writeParameters } from "./requantize.ts";

/** Weights: filter [KH, KW, C, 1] and perhaps bias [C]. */
export function depthwiseConv2d(g: Conv2dGeometry, layer: QuantizedLayer, emitter: Emitter): EmittedKernel {
  const { N, OH, C, dilationH, dilationW } = g;
  const packs = Math.ceil(C / INT16_LANES);
  const frame = frameOf(g, INT16_BYTES, packs * INT16_LANES);
  const { rounding, output } = layer.requantization;
  const p: Depthwise = { ...{ g, frame }, rule: { rounding, output } };
  return {
    kind: "emitted",
    launches: [
      frameImages({ g, frame, reading: readingOf(layer, "wide") }, emitter),
      {
        func: emitter.func(rowsFunction, p),
        operands: ["scratch", "output", "packed"],
        units: N * OH,
        unitsPerRow: 1,
      },
    ],
    packed: { bytes: packs * packBytes(p), write: (weights, to) => pack(p, layer, weights, to) },
    // The second tap of the last pair may lie below the window, or to the right of it; its weight is 0.
    scratchBytes: frame.bytes + dilationH * frame.rowBytes + dilationW * frame.channels * INT16_BYTES,
  };
}

type Depthwise = Omit<Pixels, "pixels">;

/** Output rows from `from` up to `to`, counted over the images. */
function rowsFunction(p: Depthwise): Func {
  const { g, frame } = p;
  const { C, OH, OW, strideH, strideW } = g;
  return launchFunc("depthwise", ["x", "y", "w"], ({ x, y, w, from, to }, declare) => {
    const [xRow, yRow] = declare.i32("xRow", "yRow");
    return upTo(from, to, [
      local.set(xRow, item(x, add(mul(div(from, OH), frame.rows), mul(rem(from, OH), strideH)), frame.rowBytes)),
      local.set(yRow, item(y, from, OW * C)),
      stepsFor(OW, PIXELS).map(({ at, pixels, steps }) =>
        call(
          pixelsFunction({ ...p, pixels }),
          add(xRow, at * strideW * frame.channels * INT16_BYTES),
          add(yRow, at * C),
          w,
          steps,
        ),
      ),
    ]);
  });
}

/** For every eight channels: the weights of each pair of taps, then the parameters. */
function pack(p: Depthwise, layer: QuantizedLayer, weights: LayerWeights, { memory, at }: Region): void {
  const { g } = p;
  const { filter, bias } = integerWeights(weights);
  const { filterZeroPoints, requantization } = layer;
  const packed = new Int16Array(memory.buffer);
  const view = new DataView(memory.buffer);
  const pairs = tapPairs(g);
  for (let first = 0; first < g.C; first += INT16_LANES) {
    const channels = Array.from({ length: Math.min(INT16_LANES, g.C - first) }, (_, i) => first + i);
    const start = at + (first / INT16_LANES) * packBytes(p);
    pairs.forEach((taps, pair) => {
      channels.forEach((c, i) => {
        taps.forEach((tap, k) => {
          const to = start / INT16_BYTES + (pair * INT16_LANES + i) * 2 + k;
          packed[to] = tap === null ? 0 : filter[(tap.kh * g.KW + tap.kw) * g.C + c] - filterZeroPoints[c];
        });
      });
    });
    const parameters = start + pairs.length * PAIR_BYTES;
    for (let half = 0; half < 2; half++) {
      const four = channels.slice(4 * half, 4 * half + 4);
      const to = parameters + half * parameterBytes(requantization.rounding);
      const ratios = four.map((c) => requantization.ratios[c]);
      writeParameters(
        view,
        to,
        requantization.rounding,
        four.map((c) => bias?.[c] ?? 0),
        ratios,
      );
    }
  }
}
