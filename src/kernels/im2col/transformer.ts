/** @file L · X · Lᵀ for many X: the nonzero entries of L are listed once, and results share memory. */

/**
 * @param L rows of a matrix
 * @returns a function that transforms a square X of as many rows as L has columns, row-major; the next call overwrites
 *   its result
 */
export function transformer(L: readonly (readonly number[])[]): (X: Float64Array) => Float64Array {
  const [rows, inner] = [L.length, L[0].length];
  const entries = L.map((row) => row.flatMap((factor, k) => (factor === 0 ? [] : [{ factor, k }])));
  // The entries of row i begin at starts[i].
  const starts = Int32Array.from({ length: rows + 1 }, (_, i) => entries.slice(0, i).flat().length);
  const columns = Int32Array.from(entries.flat(), ({ k }) => k);
  const factors = Float64Array.from(entries.flat(), ({ factor }) => factor);
  const left = new Float64Array(rows * inner);
  const result = new Float64Array(rows * rows);
  return (X) => {
    for (let i = 0; i < rows; i++) {
      const [from, to] = [starts[i], starts[i + 1]];
      for (let j = 0; j < inner; j++) {
        let sum = 0;
        for (let e = from; e < to; e++) sum += factors[e] * X[columns[e] * inner + j];
        left[i * inner + j] = sum;
      }
    }
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < rows; j++) {
        let sum = 0;
        for (let e = starts[j]; e < starts[j + 1]; e++) sum += left[i * inner + columns[e]] * factors[e];
        result[i * rows + j] = sum;
      }
    }
    return result;
  };
}
