/**
 * @file The gradient of a filter as matrix products, one for each tap:
 *
 *   dw[kh, kw, ic, o] = Σ n,oh,ow  x̂[n, ih, iw, c0 + ic] · dy[n, oh, ow, o]        ih = oh·strideH + kh·dilationH
 *                                                                                  iw = ow·strideW + kw·dilationW
 *
 * where x̂ is x in a frame of zeros. Rows of the product are channels, columns are outputs, and k runs over pixels: the
 * tile of tile.ts walks from pixel to pixel. A block of pixels stays in the L1 cache while all tiles pass over it;
 * between blocks the accumulators wait in dw. Pixels are added in order, for any number of threads.
 */
import type { Conv2dGeometry } from "../../../geometry/conv2d.ts";
import { isPixelByPixel } from "../../../geometry/window.ts";
import { call, when } from "../../../wasm/control.ts";
import type { Func, Statements } from "../../../wasm/expression.ts";
import { i32, local } from "../../../wasm/instructions.ts";
import { add, div, item, mul, rem } from "../../../wasm/integer.ts";
import { FLOAT_BYTES } from "../../../wasm/sizes.ts";
import type { EmittedKernel } from "../../contract/kernels.ts";
import { ARITHMETIC } from "../arithmetic.ts";
import { type Emitter, launchFunc } from "../emitter.ts";
import { parked } from "../ending.ts";
import type { Accumulators, Precision } from "../engines.ts";
import { advance, forEach, repeat } from "../loops.ts";
import { type Frame, frameOf, padImages } from "../pad.ts";
import { floatPanel, panelsFor } from "../panels.ts";
import { rows } from "../rows.ts";
import type { Walk } from "../tile.ts";

/** Bytes of x and dy in a block of pixels. */
const BLOCK_BYTES = 24 * 1024;

/** Channels in a unit of work: a multiple of 2, 3, 4 and 6, so tiles fit exactly. */
const UNIT_CHANNELS = 12;

/** @returns a kernel with the inputs x and dy and the output dw [KH, KW, C/G, O] */
export function conv2dFilter(geometry: Conv2dGeometry, emitter: Emitter): EmittedKernel {
  const g = inOneColumn(geometry);
  const { G, C, KH, KW } = g;
  const frame = frameOf(g);
  const { precision, accumulators, panelVectors } = emitter;
  const func = emitter.func(tapsFunction, { g, frame, precision, accumulators, panelVectors });
  const units = KH * KW * G * Math.ceil(C / G / UNIT_CHANNELS);
  const sum = (x: 0 | "scratch") => ({ func, operands: [x, 1, "output"] as const, units });
  return {
    kind: "emitted",
    launches: frame.isPadded ? [padImages(g, emitter), sum("scratch")] : [sum(0)],
    scratchBytes: frame.isPadded ? frame.bytes : 0,
  };
}

/** If input and output have the same pixels, all of them become one column of one image. */
function inOneColumn(g: Conv2dGeometry): Conv2dGeometry {
  if (g.KH * g.KW > 1 || !isPixelByPixel(g)) return g;
  const pixels = g.N * g.H * g.W;
  return { ...g, N: 1, H: pixels, OH: pixels, W: 1, OW: 1 };
}

interface FilterGradient {
  readonly g: Conv2dGeometry;
  readonly frame: Frame;
  readonly precision: Precision;
  readonly accumulators: Accumulators;
  readonly panelVectors: number;
}

/** Output rows of a block: the largest divisor of an image's rows that fits, so that a block is in one image. */
function blockRowsOf({ OH, OW, C, O, strideH, strideW }: Conv2dGeometry): number {
  const rowBytes = OW * (C * strideH * strideW + O) * FLOAT_BYTES;
  for (let count = Math.min(OH, Math.floor(BLOCK_BYTES / rowBytes)); count > 1; count--) {
    if (OH % count === 0) return count;
  }
  return 1;
}

/** Units from `from` up to `to`, counted over taps, groups and channels, for block after block of pixels. */
function tapsFunction({ g, frame, precision, accumulators, panelVectors }: FilterGradient): Func {
  const { N, C, O, G, KW, OH, OW, strideH, strideW, dilationH, dilationW } = g;
  const [Cg, Og] = [C / G, O / G];
  const blockRows = blockRowsOf(g);
  const blocks = OH / blockRows; // of an image
  const chunks = Math.ceil(Cg / UNIT_CHANNELS);
  const lastChannels = Cg - (chunks - 1) * UNIT_CHANNELS;
  // Pixels of a block in order: row by row, or straight down if there is one column.
  const pixels: Walk = { count: OW, stepBytes: strideW * C * FLOAT_BYTES };
  const down: Walk = { count: blockRows, stepBytes: strideH * frame.rowBytes };
  const walk: Walk = OW === 1 ? down : { ...down, each: pixels };
  return launchFunc("filter", ["x", "dy", "dw"], ({ x, dy, dw, from, to }, declare) => {
    const [block, unit, tap, group, chunk] = declare.i32("block", "unit", "tap", "group", "chunk");
    const [xBlock, dyBlock, xAt, dyAt, dwAt] = declare.i32("xBlock", "dyBlock", "xAt", "dyAt", "dwAt");
    /** All outputs of a group for some channels. */
    const outputs = (channels: number, resumes: boolean): Statements =>
      panelsFor(Og, panelVectors, floatPanel(0)).map(({ columns, count }) => {
        const tile = {
          arithmetic: ARITHMETIC[precision],
          walk,
          ending: parked,
          resumes,
          columns,
          xRowBytes: FLOAT_BYTES,
          yRowBytes: O * FLOAT_BYTES,
          wStepBytes: O * FLOAT_BYTES,
        };
        return repeat(declare("i32", "panel"), count, [
          call(rows(tile, accumulators, channels), xAt, dwAt, dyAt),
          advance(dyAt, columns * FLOAT_BYTES),
          advance(dwAt, columns * FLOAT_BYTES),
        ]);
      });
    const allChannels = (resumes: boolean): Statements =>
      lastChannels === UNIT_CHANNELS || chunks === 1
        ? outputs(lastChannels, resumes)
        : [when(i32.eq(chunk, chunks - 1), outputs(lastChannels, resumes), outputs(UNIT_CHANNELS, resumes))];
    const row = add(mul(tap, Cg), mul(chunk, UNIT_CHANNELS)); // of dw, seen as [KH·KW·Cg, O]
    const tapBytes = add(mul(div(tap, KW), dilationH * frame.rowBytes), mul(rem(tap, KW), dilationW * C * FLOAT_BYTES));
    const channel = add(mul(group, Cg), mul(chunk, UNIT_CHANNELS));
    const image = item(x, div(block, blocks), frame.rows * frame.rowBytes);
    return forEach(block, 0, N * blocks, [
      local.set(xBlock, item(image, rem(block, blocks), blockRows * strideH * frame.rowBytes)),
      local.set(dyBlock, item(dy, block, blockRows * OW * O * FLOAT_BYTES)),
      forEach(unit, from, to, [
        local.set(chunk, rem(unit, chunks)),
        local.set(group, rem(div(unit, chunks), G)),
        local.set(tap, div(unit, chunks * G)),
        local.set(xAt, item(add(xBlock, tapBytes), channel, FLOAT_BYTES)),
        local.set(dyAt, item(dyBlock, group, Og * FLOAT_BYTES)),
        local.set(dwAt, add(dw, add(mul(row, O * FLOAT_BYTES), mul(group, Og * FLOAT_BYTES)))),
        when(i32.eq(block, 0), allChannels(false), allChannels(true)),
      ]),
    ]);
  });
}
