/**
 * @file An integer filter as the tile reads it: panels of NR columns, step after step of two or four k, followed by the
 * parameters of the requantisation.
 *
 *   panel j:   w[0, n…] w[1, n…]  w[2, n…] w[3, n…]  …  parameters[n…]        n = j·NR … (j+1)·NR-1
 *
 * with the k of a step next to each other for each n. A span that is not a multiple of them ends with weights of 0.
 */
import type { QuantizedLayer } from "../../../geometry/quantizedLayer.ts";
import type { Rounding } from "../../../geometry/requantization.ts";
import type { IntegerData } from "../../../tensor/quantizedTensor.ts";
import { LANES } from "../../../wasm/sizes.ts";
import type { Region } from "../../contract/kernels.ts";
import { type Panels, panelsFor } from "../panels.ts";
import { vectorsFor } from "../vectors.ts";
import { PRODUCTS, type ProductName, stepsOf } from "./products.ts";
import { readingOf, zeroOf } from "./reading.ts";
import { parameterBytes, writeParameters } from "./requantize.ts";

/** The k of a product: `count` spans of `length`, each read from neighbouring numbers of x. */
export interface Spans {
  readonly count: number;
  readonly length: number;
}

/** The products to use: quads if the engine has them; wide pairs if w - zw needs nine bits. */
export function productsOf({ filterZeroPoints }: QuantizedLayer, hasQuads: boolean): ProductName {
  if (!filterZeroPoints.every((zeroPoint) => zeroPoint === 0)) return "wide";
  return hasQuads ? "quads" : "pairs";
}

/** @param N columns @param width of a full panel, in vectors */
export function integerPanels(
  spans: Spans,
  products: ProductName,
  rounding: Rounding,
  N: number,
  width: number,
): readonly Panels[] {
  const { wBytes } = PRODUCTS[products].arithmetic;
  const perVector = spans.count * stepsOf(products, spans.length) * wBytes + parameterBytes(rounding);
  return panelsFor(N, width, (vectors) => vectors * perVector);
}

/** Columns of a filter [K, O], starting at `first`. */
export interface Columns {
  readonly filter: IntegerData;
  readonly bias: Int32Array | null;
  readonly O: number;
  readonly first: number;
}

/** @param products as the tile has it */
export function packIntegerPanels(
  { filter, bias, O, first }: Columns,
  layer: QuantizedLayer,
  products: ProductName,
  spans: Spans,
  widths: readonly Panels[],
  { memory, at }: Region,
): void {
  const { filterZeroPoints, requantization } = layer;
  const { wBytes, depth } = PRODUCTS[products];
  const zero = zeroOf(readingOf(layer, products));
  const packed = wBytes === 1 ? new Int8Array(memory.buffer) : new Int16Array(memory.buffer);
  const view = new DataView(memory.buffer);
  const steps = stepsOf(products, spans.length);
  for (const { column, columns, count, offset, panelBytes } of widths) {
    const NR = vectorsFor(columns) * LANES;
    for (let panel = 0; panel < count; panel++) {
      const o0 = first + column + panel * columns;
      let to = (at + offset + panel * panelBytes) / wBytes;
      for (let span = 0; span < spans.count; span++) {
        for (let step = 0; step < steps; step++)
          packStep(span * spans.length, step * depth, o0, columns, to + step * depth * NR);
        to += steps * depth * NR;
      }
      for (let n = 0; n < NR; n += LANES) {
        const here = Array.from({ length: Math.min(LANES, columns - n) }, (_, lane) => o0 + n + lane);
        const parameters = to * wBytes + (n / LANES) * parameterBytes(requantization.rounding);
        const biases = here.map((o) => (bias?.[o] ?? 0) - (zero === 0 ? 0 : zero * sumOf(o)));
        const ratios = here.map((o) => requantization.ratios[o]);
        writeParameters(view, parameters, requantization.rounding, biases, ratios);
      }
    }
  }

  /** Some rows of the filter, interleaved; 0 beyond the span. */
  function packStep(k0: number, k: number, o0: number, columns: number, to: number): void {
    for (let row = 0; row < depth; row++) {
      const from = (k0 + k + row) * O + o0;
      const isWithin = k + row < spans.length;
      for (let n = 0; n < columns; n++) {
        packed[to + depth * n + row] = isWithin ? filter[from + n] - filterZeroPoints[o0 + n] : 0;
      }
    }
  }

  /** Σ w of an output channel. */
  function sumOf(o: number): number {
    let sum = 0;
    for (let k = 0; k < spans.count * spans.length; k++) sum += filter[k * O + o];
    return sum;
  }
}
