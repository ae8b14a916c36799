/**
 * @file The filter as the micro-kernel reads it: panels of a few columns, each from front to back, the bias behind it.
 *
 *   panel p:   w[0, n…] w[1, n…] … w[K-1, n…] b[n…]        n from p·4V up to (p+1)·4V
 *
 * The last panel is narrower, if N is no multiple of its width, and filled up to whole vectors.
 */
import { copyInto } from "../../tensor/lines.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { func } from "../../wasm/control.ts";
import type { Func } from "../../wasm/expression.ts";
import { local, v128 } from "../../wasm/instructions.ts";
import { advance, countDown, FLOAT_BYTES, LANES, VECTOR_BYTES, vectorsFor } from "./emit.ts";
import type { Region } from "./kernel.ts";
import { instantiate } from "./memory.ts";

/** Panels of one width, next to each other. */
export interface PanelGroup {
  /** The first column. */
  readonly column: number;
  readonly panels: number;
  /** V: vectors of a row. */
  readonly vectors: number;
  /** Columns of a panel that are columns of the filter. */
  readonly columns: number;
  /** Bytes of one panel: K rows and the bias. */
  readonly panelBytes: number;
}

/**
 * Cuts N columns into full panels of `width` vectors and what is left.
 *
 * @param K rows of the filter
 */
export function panelGroups(K: number, N: number, width: number): readonly PanelGroup[] {
  const full = Math.floor(N / (width * LANES));
  const rest = N - full * width * LANES;
  const group = (column: number, panels: number, columns: number): PanelGroup => {
    const vectors = vectorsFor(columns);
    return { column, panels, vectors, columns, panelBytes: (K + 1) * vectors * VECTOR_BYTES };
  };
  return [
    ...(full > 0 ? [group(0, full, width * LANES)] : []),
    ...(rest > 0 ? [group(full * width * LANES, 1, rest)] : []),
  ];
}

/** Bytes of all panels. */
export function panelsBytes(groups: readonly PanelGroup[]): number {
  return groups.reduce((sum, { panels, panelBytes }) => sum + panels * panelBytes, 0);
}

/** Bytes of rows that are packed at a time: they stay in the L2 cache. */
const ROWS_BYTES = 64 * 1024;

/** Rows of the filter that are packed at a time. */
function rowsAtATime(N: number): number {
  return Math.max(1, Math.floor(ROWS_BYTES / (N * FLOAT_BYTES)));
}

/** Bytes of scratch that {@link packPanels} needs. */
export function packingBytes(K: number, N: number): number {
  return Math.min(K, rowsAtATime(N)) * N * FLOAT_BYTES;
}

/**
 * Copies a few rows at a time into scratch, from where emitted code deals them out to the panels: in a process that has
 * just begun it is the faster by far. Lanes behind the last column get whatever is there.
 *
 * @param w    filter [K, N], any strides
 * @param bias [N], or null for none
 */
export function packPanels(w: Tensor, bias: Tensor | null, groups: readonly PanelGroup[], to: Region): void {
  const { memory, at, scratch } = to;
  const [K, N] = w.shape;
  const scatter = (rows: Tensor | null, k: number, count: number): void => {
    const target = new Float32Array(memory.buffer, scratch, count * N);
    if (rows === null) target.fill(0);
    else copyInto(rows, new Tensor(target, [count, N]));
    if (k === K) withoutNegativeZero(target);
    let panel = at;
    for (const { column, panels, vectors, panelBytes } of groups) {
      const row = vectors * VECTOR_BYTES;
      const from = scratch + column * FLOAT_BYTES;
      scattererFor(memory, vectors)(from, panel + k * row, count, N * FLOAT_BYTES, panels, panelBytes);
      panel += panels * panelBytes;
    }
  };
  const step = rowsAtATime(N);
  for (let k = 0; k < K; k += step) {
    const count = Math.min(step, K - k);
    scatter(w.slice([k, 0], [count, N]), k, count);
  }
  scatter(bias?.reshape([1, N]) ?? null, K, 1);
}

/** -0 becomes 0: added last to a sum that may be -0, a bias makes it what a sum that begins with 0 is. */
export function withoutNegativeZero(bias: Float32Array): Float32Array {
  for (let i = 0; i < bias.length; i++) bias[i] += 0;
  return bias;
}

/** `deal(rows, panels, count, rowBytes, panelCount, panelBytes)`: `count` rows, V vectors to each of the panels. */
type Scatterer = (...args: number[]) => void;

const scatterers = new WeakMap<WebAssembly.Memory, Map<number, Scatterer>>();

/** The compiled function for panels of so many vectors in a memory. */
function scattererFor(memory: WebAssembly.Memory, vectors: number): Scatterer {
  const known = scatterers.get(memory) ?? new Map<number, Scatterer>();
  scatterers.set(memory, known);
  const scatter =
    known.get(vectors) ?? (instantiate({ scatter: scatterFunction(vectors) }, memory).scatter as Scatterer);
  known.set(vectors, scatter);
  return scatter;
}

function scatterFunction(vectors: number): Func {
  const params = { x: "i32", y: "i32", count: "i32", xRow: "i32", panels: "i32", panelBytes: "i32" } as const;
  return func("deal", params, ({ x, y, count, xRow, panels, panelBytes }, declare) => {
    const [from, to, k] = [declare("i32", "from"), declare("i32", "to"), declare("i32", "k")];
    const each = Array.from({ length: vectors }, (_, v) => v * VECTOR_BYTES);
    return [
      countDown(panels, [
        local.set(from, x),
        local.set(to, y),
        local.set(k, count),
        countDown(k, [
          each.map((offset) => v128.store(to, v128.load(from, offset), offset)),
          ...advance(from, xRow),
          ...advance(to, vectors * VECTOR_BYTES),
        ]),
        ...advance(x, vectors * VECTOR_BYTES),
        ...advance(y, panelBytes),
      ]),
    ];
  });
}
