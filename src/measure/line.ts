/** @file Fits a straight line to measured points. */

/** A straight line through measured points. */
export interface Line {
  /** y = start + slope · x */
  readonly start: number;
  readonly slope: number;
  /** The largest deviation of a point from the line, relative to the line. */
  readonly worst: number;
}

/**
 * Minimizes the sum of squared relative deviations, so that small values count as much as large ones.
 *
 * @param points with positive y
 * @throws RangeError unless there are two different x
 */
export function lineThrough(points: readonly { readonly x: number; readonly y: number }[]): Line {
  if (new Set(points.map(({ x }) => x)).size < 2) throw new RangeError("lineThrough: needs points at two different x");
  const [sw, sx, sxx, sy, sxy] = points.reduce(
    ([w, wx, wxx, wy, wxy], { x, y }) => {
      const weight = 1 / (y * y);
      return [w + weight, wx + weight * x, wxx + weight * x * x, wy + weight * y, wxy + weight * x * y];
    },
    [0, 0, 0, 0, 0],
  );
  const slope = (sw * sxy - sx * sy) / (sw * sxx - sx * sx);
  const start = (sy - slope * sx) / sw;
  const worst = Math.max(...points.map(({ x, y }) => Math.abs(y / (start + slope * x) - 1)));
  return { start, slope, worst };
}
