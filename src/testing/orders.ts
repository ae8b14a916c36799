/**
 * @file Orders in which kernels add the products of an output, and the rounding errors of each.
 *
 * Adding p_k to s_(k-1) rounds s_k, an error of at most u·|s_k|. So √(Σ s_k²) measures how far a kernel may drift in
 * one order: partial sums of positive products grow, those of mixed signs stay small. The orders are those of common
 * loops:
 *
 *   taps, then channels        for kh, kw { for ic }        and its reverse
 *   channels, then taps        for ic { for kh, kw }        and its reverse
 *   lanes                      k mod 4, 8 and 16 summed separately: accumulators of a vector
 *   blocks                     consecutive products summed separately, as in a blocked matrix product
 *
 * The first two have the bias first or last; in the others the total of the accumulators starts with it.
 */

/** A traversal of products, stored with the channel fastest: runs of equal steps. */
export interface Order {
  readonly runs: number;
  /** Distance from the start of one run to the start of the next. */
  readonly apart: number;
  /** Distance from one product of a run to the next. */
  readonly step: number;
  /** Upper limit of a run, counted from its start. */
  readonly reach: number;
  /** Whether each run has its own accumulator. */
  readonly isApart: boolean;
}

/** Lanes of a vector, with an accumulator each. */
const LANES = [4, 8, 16] as const;

/** The orders for `taps` taps of `channels` channels. */
export function ordersOf(taps: number, channels: number): readonly Order[] {
  const K = taps * channels;
  const block = Math.ceil(Math.sqrt(K));
  return [
    { runs: 1, apart: 0, step: 1, reach: K, isApart: false },
    ...(taps > 1 && channels > 1 ? [{ runs: channels, apart: 1, step: channels, reach: K, isApart: false }] : []),
    ...LANES.filter((lanes) => K >= 2 * lanes).map((lanes) => {
      return { runs: lanes, apart: 1, step: lanes, reach: K, isApart: true };
    }),
    ...(K >= 16 ? [{ runs: Math.ceil(K / block), apart: block, step: 1, reach: block, isApart: true }] : []),
  ];
}

/**
 * Computes Σ s_k² of an order, exactly. With one accumulator, the larger of forwards and backwards.
 *
 * @param products the first `count` are those of one output
 * @param bias     0 if there is none
 */
export function energyOf(order: Order, products: Float64Array, count: number, bias: number): number {
  const { runs, apart, step, reach, isApart } = order;
  let s = 0; // s_k
  let sums = 0; // Σ s_k
  let squares = 0; // Σ s_k²
  let total = bias;
  let ofTotals = 0;
  for (let run = 0; run < runs; run++) {
    const end = Math.min(run * apart + reach, count);
    for (let k = run * apart; k < end; k += step) {
      s += products[k];
      sums += s;
      squares += s * s;
    }
    if (!isApart) continue;
    total += s;
    ofTotals += total * total;
    s = 0;
  }
  if (isApart) return squares + ofTotals;

  return Math.max(
    eitherWay(bias, s, sums, squares, count),
    bias === 0 ? 0 : eitherWay(0, s, sums, squares, count) + (s + bias) ** 2,
  );
}

/** Σ (start + s_k)² forwards, or backwards, where the partial sums are the total minus the forward ones; s_0 = 0. */
function eitherWay(start: number, s: number, sums: number, squares: number, count: number): number {
  const shifted = (c: number, first: number, second: number): number => second + 2 * c * first + count * c * c;
  return Math.max(shifted(start, sums, squares), shifted(-(start + s), sums - s, squares - s * s));
}

/**
 * Returns the error of a sum in this order with rounding at every step; with one accumulator, the larger of bias first
 * and bias last.
 *
 * @param rounded the products, rounded as in a kernel
 * @param exact   the exact sum
 */
export function errorOf(
  order: Order,
  rounded: Float64Array,
  count: number,
  bias: number,
  exact: number,
  round: (value: number) => number,
): number {
  const { runs, apart, step, reach, isApart } = order;
  let first = bias;
  let last = 0;
  let total = bias;
  for (let run = 0; run < runs; run++) {
    const end = Math.min(run * apart + reach, count);
    for (let k = run * apart; k < end; k += step) {
      first = round(first + rounded[k]);
      last = round(last + rounded[k]);
    }
    if (!isApart) continue;
    total = round(total + last);
    last = 0;
  }
  if (isApart) return Math.abs(total - exact);
  return Math.max(Math.abs(first - exact), Math.abs(round(last + bias) - exact));
}
