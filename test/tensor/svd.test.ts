import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { random } from "../../src/tensor/random.ts";
import { svd } from "../../src/tensor/svd.ts";
import { formulaNumbers } from "../support/formulaNumbers.ts";

interface Case {
  readonly rows: number;
  readonly columns: number;
  readonly scale: number;
  readonly rank: number | null;
  readonly seed: number;
  readonly s: readonly number[];
}

const { matrices } = JSON.parse(readFileSync(new URL("../oracles/svd.json", import.meta.url), "utf8")) as {
  readonly matrices: readonly Case[];
};

describe("singular values are NumPy's", () => {
  test.each(matrices)("$rows × $columns, scale $scale, rank $rank", ({ rows, columns, scale, rank, seed, s }) => {
    const a =
      rank === null
        ? formulaNumbers(rows * columns, seed).map((value) => value * scale)
        : product(formulaNumbers(rows * rank, seed), formulaNumbers(rank * columns, seed + 100), rank, columns);
    const found = svd(a, rows, columns).s;
    expect(found.length).toBe(s.length);
    s.forEach((value, i) => {
      expect(Math.abs(found[i] - value) / s[0]).toBeLessThan(1e-14);
    });
  });
});

function product(a: Float64Array, b: Float64Array, inner: number, columns: number): Float64Array {
  return Float64Array.from({ length: (a.length / inner) * columns }, (_, at) => {
    const [i, j] = [Math.floor(at / columns), at % columns];
    let sum = 0;
    for (let k = 0; k < inner; k++) sum += a[i * inner + k] * b[k * columns + j];
    return sum;
  });
}

interface At {
  readonly row: number;
  readonly column: number;
  /** The first elements of the row and of the column. */
  readonly ofRow: number;
  readonly ofColumn: number;
  readonly uniform: () => number;
}

/** Kinds of matrices: what becomes of a standard normal number. */
const KINDS: Readonly<Record<string, (value: number, at: At) => number>> = {
  plain: (value) => value,
  "of rank one": (_, { ofRow, ofColumn }) => ofRow * ofColumn,
  zero: () => 0,
  huge: (value) => value * 1e300,
  tiny: (value) => value * 1e-290,
  denormal: (value) => value * 1e-310,
  constant: () => 3,
  "of very unequal elements": (value, { uniform }) => value * 10 ** (-20 * uniform()),
  "of very unequal rows": (value, { row }) => value * 1000 ** -row,
  "with zero rows": (value, { row }) => (row % 2 === 0 ? value : 0),
  "of equal rows": (_, { ofColumn }) => ofColumn,
  orthogonal: (_, { row, column }) => Number(row === column),
};

describe("the definition holds on 12,000 random matrices", () => {
  test.each(Object.keys(KINDS))("%s", (kind) => {
    const source = random(1);
    let [product, angles] = [0, 0];
    for (let n = 0; n < 1000; n++) {
      const [rows, columns] = [1 + Math.floor(source.uniform() * 10), 1 + Math.floor(source.uniform() * 14)];
      const plain = new Float64Array(rows * columns).map(() => source.normal());
      const a = plain.map((value, i) => {
        const [row, column] = [Math.floor(i / columns), i % columns];
        const at = { row, column, ofRow: plain[row * columns], ofColumn: plain[column], uniform: source.uniform };
        return KINDS[kind](value, at);
      });
      const { s, u, v } = svd(a, rows, columns);
      expect(s.length).toBe(Math.min(rows, columns));
      expect([...s]).toEqual([...s].sort((x, y) => y - x));
      product = Math.max(product, productError(a, rows, columns, { s, u, v }));
      angles = Math.max(angles, angleError(u, rows), angleError(v, columns));
    }
    expect(product).toBeLessThan(kind === "denormal" ? 1e-12 : 1e-14); // 1e-310 has 13 digits
    expect(angles).toBeLessThan(2e-14);
  });
});

/** max |A - Σ s u vᵀ| / max |A| */
function productError(a: Float64Array, rows: number, columns: number, { s, u, v }: ReturnType<typeof svd>): number {
  const largest = a.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
  let error = 0;
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const sum = s.reduce((all, value, k) => all + (value / largest) * u[k * rows + i] * v[k * columns + j], 0);
      error = Math.max(error, Math.abs(sum - a[i * columns + j] / largest));
    }
  }
  return error;
}

/** max |row p · row q - (p = q)| */
function angleError(vectors: Float64Array, length: number): number {
  const rows = Array.from({ length: vectors.length / length }, (_, i) =>
    vectors.subarray(i * length, (i + 1) * length),
  );
  const errors = rows.flatMap((a, p) =>
    rows.map((b, q) => Math.abs(a.reduce((sum, value, i) => sum + value * b[i], 0) - Number(p === q))),
  );
  return Math.max(...errors);
}
