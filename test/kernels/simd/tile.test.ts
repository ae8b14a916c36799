/** The emitted tile against plain loops, in every arithmetic: heights, widths, walks, beginnings and endings. */
import { describe, expect, test } from "vitest";
import { random } from "../../../src/index.ts";
import { ARITHMETIC } from "../../../src/kernels/simd/arithmetic.ts";
import { type Ending, finished, parked } from "../../../src/kernels/simd/ending.ts";
import { type Accumulators, hasRelaxedSimd } from "../../../src/kernels/simd/engines.ts";
import { PRODUCTS } from "../../../src/kernels/simd/quantized/products.ts";
import { heightsOf, rows } from "../../../src/kernels/simd/rows.ts";
import { type Tile, tile, type Walk } from "../../../src/kernels/simd/tile.ts";
import { instantiate } from "../../../src/runtime/memory.ts";
import type { Func } from "../../../src/wasm/expression.ts";
import { offsetsOf, plainTile } from "../../support/plainTile.ts";

const HEIGHTS = [1, 2, 3, 4, 6];
const COLUMNS = [1, 3, 4, 7, 8, 16];

/** Walks over elements of 4 bytes; the last ones leave gaps, and turn back. */
const WALKS: readonly Walk[] = [
  { count: 1, stepBytes: 4 },
  { count: 7, stepBytes: 4 },
  { count: 5, stepBytes: 12 },
  { count: 3, stepBytes: 40, each: { count: 4, stepBytes: 4 } },
  { count: 5, stepBytes: 8, each: { count: 2, stepBytes: 36 } },
  { count: 2, stepBytes: 64, each: { count: 3, stepBytes: 16, each: { count: 2, stepBytes: 4 } } },
];

const ENDINGS: readonly (readonly [name: string, ending: Ending, activate: ((v: number) => number) | null])[] = [
  ["parked", parked, null],
  ["finished", finished("none"), (v) => v],
  ["with ReLU6", finished("relu6"), (v) => Math.min(Math.max(v, 0), 6)],
];

const X_AT = 64;
const W_AT = 16 * 1024;
const Y_AT = 48 * 1024;
const X_ROW = 40; // elements
const f = Math.fround;

/** Runs a function of a tile in a memory of its own. @returns all of it as numbers of a type */
function run(func: Func, x: ArrayBufferView, w: ArrayBufferView, y: ArrayBufferView | null, ...counts: number[]) {
  const memory = new WebAssembly.Memory({ initial: 2 });
  const bytes = new Uint8Array(memory.buffer).fill(0xa5); // what nobody wrote stays visible
  for (const [at, data] of [[X_AT, x] as const, [W_AT, w] as const, ...(y ? [[Y_AT, y] as const] : [])]) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
  }
  (instantiate({ func }, memory).func as (...args: number[]) => void)(X_AT, Y_AT, W_AT, ...counts);
  return memory;
}

/** Columns filled up to whole vectors, each row of w followed by the next, the bias last. */
function packed(w: readonly number[], K: number, columns: number): Float32Array {
  const width = Math.ceil(columns / 4) * 4;
  return Float32Array.from({ length: K * width }, (_, i) =>
    i % width < columns ? w[Math.floor(i / width) * columns + (i % width)] : 1e30,
  );
}

describe.each(["exact", "fast"] as const)("%s float32", (precision) => {
  const isHere = precision === "exact" || hasRelaxedSimd();
  test.skipIf(!isHere).each(ENDINGS)("%s", (_, ending, activate) => {
    const draw = random(5);
    // In one rounding or two, small whole numbers give the same sum.
    const number = precision === "exact" ? () => f(draw.normal()) : () => draw.integer(9) - 4;
    const x = Float32Array.from({ length: 64 * X_ROW }, number);
    for (const rowCount of HEIGHTS) {
      for (const columns of COLUMNS) {
        for (const [i, walk] of WALKS.entries()) {
          for (const resumes of [false, true]) {
            const offsets = offsetsOf(walk, 4);
            const K = offsets.length;
            const w = Array.from({ length: (K + 1) * columns }, number);
            const count = 1 + (i % 2);
            const t: Tile = {
              arithmetic: ARITHMETIC[precision],
              walk,
              ending,
              resumes,
              columns,
              xRowBytes: 4 * X_ROW,
              yRowBytes: 4 * columns,
            };
            const start = Float32Array.from({ length: count * rowCount * columns }, number);
            const memory = run(tile(rowCount, t), x, packed(w, K + 1, columns), start, count);
            const expected = plainTile(
              {
                rows: count * rowCount,
                columns,
                offsets,
                xRow: X_ROW,
                multiplyAdd: (acc, a, b) => f(acc + f(a * b)),
                finish: activate ? (acc, n) => activate(f(acc + w[K * columns + n])) : (acc) => acc,
              },
              x,
              w,
              resumes ? start : null,
            );
            const found = new Float32Array(memory.buffer, Y_AT, expected.length + 1);
            expect([...found.subarray(0, expected.length)], `${rowCount}×${columns} ${JSON.stringify(walk)}`).toEqual(
              expected.map((v) => v + 0),
            );
            expect(found[expected.length]).toBe(new Float32Array(new Uint8Array(4).fill(0xa5).buffer)[0]);
          }
        }
      }
    }
  });
});

test("pairs of int16 products are exact, zero or resumed", () => {
  const draw = random(6);
  for (const rowCount of HEIGHTS) {
    for (const columns of COLUMNS) {
      for (const walk of WALKS) {
        for (const resumes of [false, true]) {
          const steps = offsetsOf(walk, 4);
          const offsets = steps.flatMap((pair) => [2 * pair, 2 * pair + 1]);
          const x = Int16Array.from({ length: 16 * 2 * X_ROW }, () => draw.integer(65536) - 32768);
          const w = Array.from({ length: offsets.length * columns }, () => draw.integer(256) - 128);
          // For four columns: the two k of the first, of the second, …
          const width = Math.ceil(columns / 4) * 4;
          const pairsOfW = Int8Array.from({ length: steps.length * width * 2 }, (_, i) => {
            const [step, n, k] = [Math.floor(i / (2 * width)), Math.floor(i / 2) % width, i % 2];
            return n < columns ? w[(2 * step + k) * columns + n] : 99;
          });
          const start = Int32Array.from({ length: rowCount * columns }, () => draw.integer(2000) - 1000);
          const t: Tile = {
            arithmetic: PRODUCTS.pairs.arithmetic,
            walk,
            ending: parked,
            resumes,
            columns,
            xRowBytes: 4 * X_ROW,
            yRowBytes: 4 * columns,
          };
          const memory = run(tile(rowCount, t), x, pairsOfW, start, 1);
          const expected = plainTile(
            {
              rows: rowCount,
              columns,
              offsets,
              xRow: 2 * X_ROW,
              multiplyAdd: (acc, a, b) => (acc + Math.imul(a, b)) | 0,
              finish: (acc) => acc,
            },
            x,
            w,
            resumes ? Float32Array.from(start) : null,
          );
          const found = new Int32Array(memory.buffer, Y_AT, expected.length);
          expect([...found], `${rowCount}×${columns} ${JSON.stringify(walk)}`).toEqual(expected);
        }
      }
    }
  }
});

test("any number of rows, known while code is emitted or not, gives the bits of one row after the other", () => {
  const columns = 8;
  const [K, most] = [5, 20];
  const draw = random(7);
  const x = Float32Array.from({ length: most * X_ROW }, () => f(draw.normal()));
  const w = packed(
    Array.from({ length: (K + 1) * columns }, () => draw.normal()),
    K + 1,
    columns,
  );
  const t: Tile = {
    arithmetic: ARITHMETIC.exact,
    walk: { count: K, stepBytes: 4 },
    ending: finished("relu"),
    resumes: false,
    columns,
    xRowBytes: 4 * X_ROW,
    yRowBytes: 4 * columns,
  };
  const rowByRow = new Float32Array(run(tile(1, t), x, w, null, most).buffer, Y_AT, most * columns);
  for (const accumulators of [
    [6, 8],
    [8, 8],
    [12, 12],
    [2, 4],
  ] as const satisfies readonly Accumulators[]) {
    expect(heightsOf(columns, accumulators)[0] * 2).toBeLessThanOrEqual(accumulators[1]);
    for (let count = 1; count <= most; count++) {
      const prefetch = count % 2 === 0 ? { fromBytes: 64, lines: 2 } : undefined;
      for (const memory of [
        run(rows({ ...t, prefetch }, accumulators), x, w, null, count),
        run(rows({ ...t, prefetch }, accumulators, count), x, w, null),
      ]) {
        const found = new Float32Array(memory.buffer, Y_AT, count * columns);
        expect([...found], `${count} rows`).toEqual([...rowByRow.subarray(0, count * columns)]);
      }
    }
  }
});
