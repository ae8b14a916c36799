/** @file Addition and multiplication with NumPy's broadcasting. */
import { rowMajorStrides, type Shape, sizeOf } from "../../tensor/shape.ts";
import { func } from "../../wasm/control.ts";
import type { Expr, Statements } from "../../wasm/expression.ts";
import { f32x4, i32, local, v128 } from "../../wasm/instructions.ts";
import { advance, FLOAT_BYTES, repeat, storeLanes, upTo, vectorsFor } from "./emit.ts";
import type { Launch } from "./kernel.ts";
import { eachVector } from "./vectors.ts";

/** An axis of the output: its extent, and the steps of both operands along it, in elements. */
interface Axis {
  readonly extent: number;
  readonly a: number;
  readonly b: number;
}

/**
 * y = a ∘ b, element by element.
 *
 * @param shapes of a, b and y, all contiguous
 */
export function binary(op: "add" | "mul", [a, b, y]: readonly [Shape, Shape, Shape]): Launch {
  const axes = joinedAxes(a, b, y);
  const [first, ...rest] = axes.length > 1 ? axes : [{ extent: 1, a: 0, b: 0 }, ...axes];
  const inner = rest[rest.length - 1];
  const flat = axes.length === 1 && inner.a === 1 && inner.b === 1;
  const params = { a: "i32", b: "i32", y: "i32", from: "i32", to: "i32" } as const;
  const entry = func(op, params, (p, declare) => {
    if (flat) {
      const bytes = i32.shl(p.from, 4);
      const load = (operand: Expr<"i32">) => v128.load(i32.add(operand, bytes));
      return upTo(p.from, p.to, [v128.store(i32.add(p.y, bytes), f32x4[op](load(p.a), load(p.b)))]);
    }
    const [aAt, bAt, yAt] = ["aAt", "bAt", "yAt"].map((name) => declare("i32", name));
    const line = eachVector(inner.extent, declare, (c, lanes) => {
      const load = (at: typeof aAt, step: number) => (step === 1 ? v128.load(i32.add(at, c)) : v128.load32_splat(at));
      return storeLanes(i32.add(yAt, c), f32x4[op](load(aAt, inner.a), load(bAt, inner.b)), lanes);
    });
    // Around the innermost axis, one loop for each of the others; a step of a loop has what its inner loops moved taken
    // back.
    let body: Statements = [...line, ...advance(yAt, inner.extent * FLOAT_BYTES)];
    let [movedA, movedB] = [0, 0];
    for (const axis of rest.slice(0, -1).reverse()) {
      body = repeat(declare("i32", "i"), axis.extent, [
        ...body,
        ...advance(aAt, axis.a * FLOAT_BYTES - movedA),
        ...advance(bAt, axis.b * FLOAT_BYTES - movedB),
      ]);
      [movedA, movedB] = [axis.extent * axis.a * FLOAT_BYTES, axis.extent * axis.b * FLOAT_BYTES];
    }
    const yBytes = rest.reduce((product, { extent }) => product * extent, 1) * FLOAT_BYTES;
    return upTo(p.from, p.to, [
      local.set(aAt, i32.add(p.a, i32.mul(p.from, first.a * FLOAT_BYTES))),
      local.set(bAt, i32.add(p.b, i32.mul(p.from, first.b * FLOAT_BYTES))),
      local.set(yAt, i32.add(p.y, i32.mul(p.from, yBytes))),
      ...body,
    ]);
  });
  return { func: entry, operands: [0, 1, "output"], units: flat ? vectorsFor(sizeOf(y)) : first.extent };
}

/** The axes of the output, neighbours joined where both operands run through them in one stride. */
function joinedAxes(a: Shape, b: Shape, y: Shape): readonly Axis[] {
  const stepsOf = (shape: Shape): number[] => {
    const strides = rowMajorStrides(shape);
    const shift = y.length - shape.length;
    return y.map((_, axis) => (axis < shift || shape[axis - shift] === 1 ? 0 : strides[axis - shift]));
  };
  const [stepsA, stepsB] = [stepsOf(a), stepsOf(b)];
  const axes: Axis[] = [];
  y.forEach((extent, i) => {
    if (extent === 1) return;
    const axis = { extent, a: stepsA[i], b: stepsB[i] };
    const outer = axes[axes.length - 1];
    if (outer && outer.a === axis.a * extent && outer.b === axis.b * extent) {
      axes[axes.length - 1] = { ...axis, extent: outer.extent * extent };
    } else axes.push(axis);
  });
  return axes.length > 0 ? axes : [{ extent: 1, a: 1, b: 1 }];
}
