/**
 * @file Standard and grouped convolution of integers, as that of floats (simd/conv2d.ts): the tile walks along a row of
 * the patch matrix through the centred image in its frame, two numbers at a time.
 */
import type { Conv2dGeometry } from "../../../geometry/conv2d.ts";
import type { QuantizedLayer } from "../../../geometry/quantizedLayer.ts";
import { call } from "../../../wasm/control.ts";
import type { Func } from "../../../wasm/expression.ts";
import { local } from "../../../wasm/instructions.ts";
import { add, div, item, min, mul, rem, sub } from "../../../wasm/integer.ts";
import type { EmittedKernel } from "../../contract/kernels.ts";
import { integerWeights } from "../../contract/quantized.ts";
import { type Emitter, launchFunc } from "../emitter.ts";
import type { Accumulators } from "../engines.ts";
import { advance, forEach, repeat, upTo } from "../loops.ts";
import { type Panels, panelsBytes } from "../panels.ts";
import { rows } from "../rows.ts";
import type { Walk } from "../tile.ts";
import { INT16_BYTES } from "./center.ts";
import { centerImages, type Frame, frameOf } from "./frame.ts";
import { type FilterBytes, PAIRS } from "./pairs.ts";
import { filterBytes, integerPanels, packIntegerPanels, pairsOf, type Spans } from "./panels.ts";
import { type Rule, requantized } from "./requantize.ts";

/** Bytes of the frame that a block of output rows reads. */
const BLOCK_BYTES = 256 * 1024;

/** Weights: filter [KH, KW, C/G, O] and perhaps bias [O]. */
export function conv2d(g: Conv2dGeometry, layer: QuantizedLayer, emitter: Emitter): EmittedKernel {
  const { N, OH, O, G } = g;
  const { accumulators, panelVectors } = emitter;
  const spans = spansOf(g);
  const widths = integerPanels(spans, layer, O / G, panelVectors);
  const groupBytes = panelsBytes(widths);
  const frame = frameOf(g);
  const { rounding, output } = layer.requantization;
  const convolution: Convolution = {
    ...{ g, frame, spans, widths, accumulators },
    rule: { rounding, output },
    bytes: filterBytes(layer),
  };
  const func = emitter.func(rowsFunction, convolution);
  return {
    kind: "emitted",
    launches: [
      centerImages({ g, frame, input: layer.input }, emitter),
      { func, operands: ["scratch", "output", "packed"], units: N * OH },
    ],
    packed: {
      bytes: G * groupBytes,
      write: (weights, to) => {
        const { filter, bias } = integerWeights(weights);
        for (let group = 0; group < G; group++) {
          const columns = { filter, bias, O, first: (group * O) / G };
          packIntegerPanels(columns, layer, spans, widths, { ...to, at: to.at + group * groupBytes });
        }
      },
    },
    // The last pair of an odd span reads one number more.
    scratchBytes: frame.bytes + INT16_BYTES,
  };
}

interface Convolution {
  readonly g: Conv2dGeometry;
  readonly frame: Frame;
  readonly spans: Spans;
  readonly widths: readonly Panels[];
  readonly rule: Rule;
  readonly bytes: FilterBytes;
  readonly accumulators: Accumulators;
}

/** Rows of the window, or its pixels where a dilation or groups leave gaps between them. */
function spansOf({ C, G, KH, KW, dilationW }: Conv2dGeometry): Spans {
  return G === 1 && dilationW === 1 ? { count: KH, length: KW * C } : { count: KH * KW, length: C / G };
}

/** Through the numbers under a window, from that of its first tap. */
function walkOf({ C, KH, KW, dilationH, dilationW }: Conv2dGeometry, spans: Spans, { rowBytes }: Frame): Walk {
  const span: Walk = { count: pairsOf(spans), stepBytes: 2 * INT16_BYTES };
  const row = spans.count === KH ? span : { count: KW, stepBytes: dilationW * C * INT16_BYTES, each: span };
  return { count: KH, stepBytes: dilationH * rowBytes, each: row };
}

/** Output rows from `from` up to `to`, counted over the images. */
function rowsFunction({ g, frame, spans, widths, rule, bytes, accumulators }: Convolution): Func {
  const { C, OH, OW, O, G, strideH, strideW } = g;
  const blockRows = Math.max(1, Math.floor(BLOCK_BYTES / (strideH * frame.rowBytes)));
  return launchFunc("conv2d", ["x", "y", "w"], ({ x, y, w, from, to }, declare) => {
    const [row, end, panel, group, xGroup, yAt, wAt] = declare.i32(
      ...(["row", "end", "panel", "group", "xGroup", "yAt", "wAt"] as const),
    );
    const block = widths.map(({ columns, count, panelBytes }) => {
      const pixels = rows(
        {
          arithmetic: PAIRS[bytes],
          walk: walkOf(g, spans, frame),
          ending: requantized(rule),
          resumes: false,
          columns,
          xRowBytes: strideW * C * INT16_BYTES,
          yRowBytes: O,
        },
        accumulators,
        OW,
      );
      const xRow = add(mul(div(row, OH), frame.rows), mul(rem(row, OH), strideH));
      return forEach(panel, 0, count, [
        forEach(row, from, end, [call(pixels, item(xGroup, xRow, frame.rowBytes), item(yAt, row, OW * O), wAt)]),
        advance(yAt, columns),
        advance(wAt, panelBytes),
      ]);
    });
    return upTo(
      from,
      to,
      [
        local.set(end, add(from, min(sub(to, from), blockRows))),
        local.set(xGroup, x),
        local.set(yAt, y),
        local.set(wAt, w),
        repeat(group, G, [block, advance(xGroup, (C / G) * INT16_BYTES)]),
      ],
      blockRows,
    );
  });
}
