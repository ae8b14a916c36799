/** @file The shape of a matrix product. */
import { ShapeError } from "../tensor/errors.ts";
import { broadcastShape, formatShape, type Shape } from "../tensor/shape.ts";

/** […, m, k] times […, k, n], leading axes broadcast: […, m, n]. @throws ShapeError if the shapes do not fit */
export function matmulShape(op: string, a: Shape, b: Shape): Shape {
  const [k, rows] = [a[a.length - 1], b[b.length - 2]];
  if (a.length < 2 || b.length < 2 || k !== rows) {
    throw new ShapeError(`${op}: multiplies ${formatShape(a)} by ${formatShape(b)}, needs …×m×k by …×k×n`);
  }
  return [...broadcastShape(op, a.slice(0, -2), b.slice(0, -2)), a[a.length - 2], b[b.length - 1]];
}
