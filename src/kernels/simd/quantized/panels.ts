/**
 * @file A filter of integers as the tile reads it: panels of NR columns, pair after pair of k, followed by the
 * parameters of the requantisation.
 *
 *   panel j:   w[0, n…] w[1, n…]  w[2, n…] w[3, n…]  …  parameters[n…]        n = j·NR … (j+1)·NR-1
 *
 * with the two k of a pair next to each other for each n. A span of an odd number of k ends with a pair whose second
 * weight is 0.
 */
import type { QuantizedLayer } from "../../../geometry/quantizedLayer.ts";
import type { IntegerData } from "../../../tensor/quantizedTensor.ts";
import { LANES } from "../../../wasm/sizes.ts";
import type { Region } from "../../contract/kernels.ts";
import { type Panels, panelsFor } from "../panels.ts";
import { vectorsFor } from "../vectors.ts";
import { type FilterBytes, PAIRS } from "./pairs.ts";
import { parameterBytes, writeParameters } from "./requantize.ts";

/** The k of a product: `count` spans of `length`, each read from neighbouring numbers of x. */
export interface Spans {
  readonly count: number;
  readonly length: number;
}

/** Steps of two k in a span. */
export function pairsOf({ length }: Spans): number {
  return Math.ceil(length / 2);
}

/** Bytes of an element of the packed filter: two where w - zw needs nine bits. */
export function filterBytes({ filterZeroPoints }: QuantizedLayer): FilterBytes {
  return filterZeroPoints.every((zeroPoint) => zeroPoint === 0) ? 1 : 2;
}

/** @param N columns @param width of a full panel, in vectors */
export function integerPanels(spans: Spans, layer: QuantizedLayer, N: number, width: number): readonly Panels[] {
  const steps = spans.count * pairsOf(spans);
  const { wBytes } = PAIRS[filterBytes(layer)];
  const perVector = steps * wBytes + parameterBytes(layer.requantization.rounding);
  return panelsFor(N, width, (vectors) => vectors * perVector);
}

/** Columns of a filter [K, O], from `first` on. */
export interface Columns {
  readonly filter: IntegerData;
  readonly bias: Int32Array | null;
  readonly O: number;
  readonly first: number;
}

export function packIntegerPanels(
  { filter, bias, O, first }: Columns,
  layer: QuantizedLayer,
  spans: Spans,
  widths: readonly Panels[],
  { memory, at }: Region,
): void {
  const { filterZeroPoints, requantization } = layer;
  const bytes = filterBytes(layer);
  const packed = bytes === 1 ? new Int8Array(memory.buffer) : new Int16Array(memory.buffer);
  const view = new DataView(memory.buffer);
  const steps = pairsOf(spans);
  for (const { column, columns, count, offset, panelBytes } of widths) {
    const NR = vectorsFor(columns) * LANES;
    for (let panel = 0; panel < count; panel++) {
      const o0 = first + column + panel * columns;
      const start = at + offset + panel * panelBytes;
      let to = start / bytes;
      for (let span = 0; span < spans.count; span++) {
        for (let pair = 0; pair < steps; pair++)
          packPair(span * spans.length, 2 * pair, o0, columns, to + pair * 2 * NR);
        to += steps * 2 * NR;
      }
      for (let n = 0; n < NR; n += LANES) {
        const here = Array.from({ length: Math.min(LANES, columns - n) }, (_, lane) => o0 + n + lane);
        const parameters = to * bytes + (n / LANES) * parameterBytes(requantization.rounding);
        const biases = here.map((o) => bias?.[o] ?? 0);
        const ratios = here.map((o) => requantization.ratios[o]);
        writeParameters(view, parameters, requantization.rounding, biases, ratios);
      }
    }
  }

  /** Two rows of the filter, in turns; the second is 0 beyond the span. */
  function packPair(k0: number, k: number, o0: number, columns: number, to: number): void {
    for (let row = 0; row < 2; row++) {
      const from = (k0 + k + row) * O + o0;
      const isWithin = k + row < spans.length;
      for (let n = 0; n < columns; n++) {
        packed[to + 2 * n + row] = isWithin ? filter[from + n] - filterZeroPoints[o0 + n] : 0;
      }
    }
  }
}
