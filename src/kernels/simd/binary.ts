/** @file Functions of two values, element by element, with NumPy's broadcasting. */
import type { BinaryOp } from "../../geometry/elementwise.ts";
import { joinedAxes } from "../../tensor/lines.ts";
import { broadcastStrides, rowMajorStrides, type Shape, sizeOf } from "../../tensor/shape.ts";
import type { Expr, Local } from "../../wasm/expression.ts";
import { f32x4, i32, local, v128 } from "../../wasm/instructions.ts";
import { add, item } from "../../wasm/integer.ts";
import { FLOAT_BYTES } from "../../wasm/sizes.ts";
import type { Launch } from "../contract/kernels.ts";
import { launchFunc } from "./emitter.ts";
import { nest, upTo } from "./loops.ts";
import { eachVector, storeLanes, vectorsFor } from "./vectors.ts";

/**
 * y = a ∘ b, element by element.
 *
 * @param shapes of a, b and y, all contiguous
 */
export function binary(op: BinaryOp, [a, b, y]: readonly [Shape, Shape, Shape]): Launch {
  const axes = joinedAxes(y, broadcastStrides(a, y), broadcastStrides(b, y));
  const [first, ...rest] = axes.length > 1 ? axes : [{ extent: 1, a: 0, b: 0 }, ...axes];
  const inner = rest[rest.length - 1];
  const isFlat = axes.length === 1 && inner.a === 1 && inner.b === 1;
  const func = launchFunc(op, ["a", "b", "y"], (p, declare) => {
    if (isFlat) {
      const bytes = i32.shl(p.from, 4);
      const load = (operand: Expr<"i32">) => v128.load(add(operand, bytes));
      return upTo(p.from, p.to, [v128.store(add(p.y, bytes), f32x4[op](load(p.a), load(p.b)))]);
    }
    const [aAt, bAt, yAt] = declare.i32("aAt", "bAt", "yAt");
    const innermost = eachVector(inner.extent, declare, (c, lanes) => {
      const load = (at: Local<"i32">, step: number) => (step === 1 ? v128.load(add(at, c)) : v128.load32_splat(at));
      return storeLanes(add(yAt, c), f32x4[op](load(aAt, inner.a), load(bAt, inner.b)), lanes);
    });
    const yStrides = rowMajorStrides(rest.map(({ extent }) => extent));
    const around = rest.slice(0, -1).map(({ extent, a, b }, i) => {
      return { extent, steps: [a, b, yStrides[i]].map((step) => step * FLOAT_BYTES) };
    });
    const yBytes = sizeOf(rest.map(({ extent }) => extent)) * FLOAT_BYTES;
    return upTo(p.from, p.to, [
      local.set(aAt, item(p.a, p.from, first.a * FLOAT_BYTES)),
      local.set(bAt, item(p.b, p.from, first.b * FLOAT_BYTES)),
      local.set(yAt, item(p.y, p.from, yBytes)),
      nest(around, [aAt, bAt, yAt], declare, innermost),
    ]);
  });
  return { func, operands: [0, 1, "output"], units: isFlat ? vectorsFor(sizeOf(y)) : first.extent };
}
