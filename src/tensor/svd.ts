/**
 * @file Singular value decomposition by one-sided Jacobi rotations.
 *
 *   A[rows, columns] = Σ_i  s[i] · u[i] · v[i]ᵀ      s[0] ≥ s[1] ≥ … ≥ 0; the u[i] and the v[i] are orthonormal
 *
 * Rotate two rows of A in their plane until they are perpendicular; repeat for all pairs until every pair is. The
 * rotations together form an orthogonal matrix R, and the rows of R · A are s[i] · v[i]ᵀ, so the rows of R are the
 * u[i].
 *
 * Source: M. Hestenes, "Inversion of Matrices by Biorthogonalization and Related Results", 1958; the angle as in G.
 * Golub and C. Van Loan, "Matrix Computations", section 8.6.3.
 */

/** With r = min(rows, columns). */
export interface Svd {
  /** [r]: the singular values, in descending order. */
  readonly s: Float64Array;
  /** [r, rows]: a left singular vector per row. */
  readonly u: Float64Array;
  /** [r, columns]: a right singular vector per row. */
  readonly v: Float64Array;
}

const EPSILON = 2 ** -52;
/** Ten usually suffice; the limit stops pairs that rounding keeps from becoming perpendicular. */
const MAX_SWEEPS = 40;

/** @param a [rows, columns], row after row; finite */
export function svd(a: ArrayLike<number>, rows: number, columns: number): Svd {
  if (rows > columns) {
    const { s, u, v } = svd(transposed(a, rows, columns), columns, rows);
    return { s, u: v, v: u };
  }
  // Squares must neither overflow nor vanish, so the largest element is shifted to between 1 and 2, without rounding.
  const exponent = exponentOf(a);
  const work = Float64Array.from(a, (value) => shifted(value, -exponent));
  const turns = new Float64Array(rows * rows);
  for (let i = 0; i < rows; i++) turns[i * rows + i] = 1;
  makePerpendicular(work, turns, rows, columns);

  const lengths = Float64Array.from({ length: rows }, (_, i) => Math.sqrt(dot(work, i, i, columns)));
  const order = [...lengths.keys()].sort((i, j) => lengths[j] - lengths[i]);
  const u = new Float64Array(rows * rows);
  const v = new Float64Array(rows * columns);
  order.forEach((from, to) => {
    u.set(turns.subarray(from * rows, (from + 1) * rows), to * rows);
    for (let j = 0; j < columns; j++) v[to * columns + j] = work[from * columns + j] / (lengths[from] || 1);
  });
  const s = Float64Array.from(order, (i) => lengths[i]);
  const squares = s.map((value) => value * value);
  const noise = noiseOf(squares, columns);
  const rank = squares.filter((square) => square > noise).length;
  for (let i = rank; i < rows; i++) setPerpendicular(v, i, columns);
  return { s: s.map((value) => shifted(value, exponent)), u, v };
}

/** Rotates every pair of rows, sweep after sweep, until all are perpendicular. */
function makePerpendicular(work: Float64Array, turns: Float64Array, rows: number, columns: number): void {
  const squares = new Float64Array(rows);
  let isDone = false;
  for (let sweep = 0; sweep < MAX_SWEEPS && !isDone; sweep++) {
    isDone = true;
    for (let i = 0; i < rows; i++) squares[i] = dot(work, i, i, columns);
    const noise = noiseOf(squares, columns);
    for (let p = 0; p < rows - 1; p++) {
      for (let q = p + 1; q < rows; q++) {
        const product = dot(work, p, q, columns);
        const isNoise = Math.min(squares[p], squares[q]) <= noise;
        if (isNoise || Math.abs(product) <= EPSILON * Math.sqrt(squares[p] * squares[q])) continue;
        isDone = false;
        // The smaller of the two angles with  tan² + 2 · cotOfTwice · tan - 1 = 0
        const cotOfTwice = (squares[q] - squares[p]) / (2 * product);
        const tan = (cotOfTwice < 0 ? -1 : 1) / (Math.abs(cotOfTwice) + Math.hypot(1, cotOfTwice));
        const cos = 1 / Math.hypot(1, tan);
        turn(work, p, q, columns, cos, cos * tan);
        turn(turns, p, q, rows, cos, cos * tan);
        squares[p] -= tan * product;
        squares[q] += tan * product;
      }
    }
  }
}

/** A row whose square is at most this may be mere rounding error of zeros: its direction means nothing. */
function noiseOf(squares: Float64Array, columns: number): number {
  return (columns * EPSILON) ** 2 * squares.reduce((sum, square) => sum + square, 0);
}

/** row p, row q  =  cos · row p - sin · row q, sin · row p + cos · row q */
function turn(data: Float64Array, p: number, q: number, columns: number, cos: number, sin: number): void {
  for (let a = p * columns, b = q * columns, end = a + columns; a < end; a++, b++) {
    const [x, y] = [data[a], data[b]];
    data[a] = cos * x - sin * y;
    data[b] = sin * x + cos * y;
  }
}

function dot(data: Float64Array, p: number, q: number, columns: number): number {
  let sum = 0;
  for (let a = p * columns, b = q * columns, end = a + columns; a < end; a++, b++) sum += data[a] * data[b];
  return sum;
}

/** Makes row i a unit vector perpendicular to the rows before it: the residual of the axis that they span least. */
function setPerpendicular(data: Float64Array, i: number, columns: number): void {
  const spanned = new Float64Array(columns);
  for (let at = 0; at < i * columns; at++) spanned[at % columns] += data[at] ** 2;
  const row = data.subarray(i * columns, (i + 1) * columns);
  row.fill(0);
  row[spanned.indexOf(spanned.reduce((min, value) => Math.min(min, value)))] = 1;
  for (let pass = 0; pass < 2; pass++) {
    for (let p = 0; p < i; p++) {
      const along = dot(data, p, i, columns);
      for (let j = 0; j < columns; j++) row[j] -= along * data[p * columns + j];
    }
    const length = Math.sqrt(dot(data, i, i, columns));
    for (let j = 0; j < columns; j++) row[j] /= length;
  }
}

function transposed(a: ArrayLike<number>, rows: number, columns: number): Float64Array {
  return Float64Array.from({ length: rows * columns }, (_, at) => a[(at % rows) * columns + Math.floor(at / rows)]);
}

/** ⌊log₂ of the largest |element|⌋; 0 for zeros. */
function exponentOf(a: ArrayLike<number>): number {
  let largest = 0;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i]));
  return largest > 0 ? Math.floor(Math.log2(largest)) : 0;
}

/** value · 2^exponent, in two steps, since 2^1074 is not a double. */
function shifted(value: number, exponent: number): number {
  const half = Math.trunc(exponent / 2);
  return value * 2 ** half * 2 ** (exponent - half);
}
