/**
 * @file Standard and grouped convolution of integers, like that of floats (simd/conv2d.ts): the tile walks along a row
 * of the patch matrix through the image in its frame, two or four numbers at a time.
 */
import type { Conv2dGeometry } from "../../../geometry/conv2d.ts";
import type { QuantizedLayer } from "../../../geometry/quantizedLayer.ts";
import type { Func } from "../../../wasm/expression.ts";
import type { EmittedKernel } from "../../contract/kernels.ts";
import { integerWeights } from "../../contract/quantized.ts";
import type { Emitter } from "../emitter.ts";
import type { Accumulators } from "../engines.ts";
import { frameRowsFunction } from "../frameRows.ts";
import { type Panels, panelsBytes } from "../panels.ts";
import type { Walk } from "../tile.ts";
import { type Frame, frameImages, frameOf } from "./frame.ts";
import { integerPanels, packIntegerPanels, productsOf, type Spans } from "./panels.ts";
import { PRODUCTS, type ProductName, stepsOf } from "./products.ts";
import { readingOf } from "./reading.ts";
import { type Rule, requantized } from "./requantize.ts";

/** Bytes of the frame that a block of output rows reads. */
const BLOCK_BYTES = 256 * 1024;

/** Weights: filter [KH, KW, C/G, O] and perhaps bias [O]. */
export function conv2d(g: Conv2dGeometry, layer: QuantizedLayer, emitter: Emitter, hasQuads: boolean): EmittedKernel {
  const { N, OH, O, G } = g;
  const { accumulators, panelVectors } = emitter;
  const spans = spansOf(g);
  const products = productsOf(layer, hasQuads);
  const { rounding, output } = layer.requantization;
  const widths = integerPanels(spans, products, rounding, O / G, panelVectors);
  const groupBytes = panelsBytes(widths);
  const { xBytes, depth } = PRODUCTS[products];
  const frame = frameOf(g, xBytes);
  const rule = { rounding, output };
  const func = emitter.func(rowsFunction, { g, frame, spans, widths, rule, products, accumulators });
  return {
    kind: "emitted",
    launches: [
      frameImages({ g, frame, reading: readingOf(layer, products) }, emitter),
      { func, operands: ["scratch", "output", "packed"], units: N * OH },
    ],
    packed: {
      bytes: G * groupBytes,
      write: (weights, to) => {
        const { filter, bias } = integerWeights(weights);
        for (let group = 0; group < G; group++) {
          const columns = { filter, bias, O, first: (group * O) / G };
          packIntegerPanels(columns, layer, products, spans, widths, { ...to, at: to.at + group * groupBytes });
        }
      },
    },
    // The last step of a span may read beyond it.
    scratchBytes: frame.bytes + depth * xBytes,
  };
}

interface Convolution {
  readonly g: Conv2dGeometry;
  readonly frame: Frame;
  readonly spans: Spans;
  readonly widths: readonly Panels[];
  readonly rule: Rule;
  readonly products: ProductName;
  readonly accumulators: Accumulators;
}

function rowsFunction({ spans, rule, products, ...p }: Convolution): Func {
  const { arithmetic, xBytes } = PRODUCTS[products];
  const tile = { arithmetic, walk: walkOf(p.g, spans, p.frame, products), ending: requantized(rule) };
  return frameRowsFunction({ ...p, ...tile, blockBytes: BLOCK_BYTES, xBytes, yBytes: 1 });
}

/** Rows of the window, or its pixels if a dilation or groups leave gaps between them. */
function spansOf({ C, G, KH, KW, dilationW }: Conv2dGeometry): Spans {
  return G === 1 && dilationW === 1 ? { count: KH, length: KW * C } : { count: KH * KW, length: C / G };
}

/** The walk through the numbers under a window, from its first tap. */
function walkOf(g: Conv2dGeometry, spans: Spans, frame: Frame, products: ProductName): Walk {
  const { C, KH, KW, dilationH, dilationW } = g;
  const { depth, xBytes } = PRODUCTS[products];
  const span: Walk = { count: stepsOf(products, spans.length), stepBytes: depth * xBytes };
  const row = spans.count === KH ? span : { count: KW, stepBytes: dilationW * C * xBytes, each: span };
  return { count: KH, stepBytes: dilationH * frame.rowBytes, each: row };
}
