/** @file Pads an integer value with a constant: bytes, filled and copied. */
import { joinedAxes } from "../../../tensor/lines.ts";
import { rowMajorStrides, type Shape, sizeOf } from "../../../tensor/shape.ts";
import { local, memory } from "../../../wasm/instructions.ts";
import { add, item, min, mul, sub } from "../../../wasm/integer.ts";
import type { EmittedKernel } from "../../contract/kernels.ts";
import { launchFunc } from "../emitter.ts";
import { nest, upTo } from "../loops.ts";

/** Bytes that a unit fills. */
const PART = 16 * 1024;

/** y[i + before] = x[i], and `value` everywhere else. */
export function padIntegers(shape: Shape, before: Shape, output: Shape, value: number): EmittedKernel {
  const size = sizeOf(output);
  const fill = launchFunc("fill", ["y"], ({ y, from, to }) => [
    upTo(from, to, [memory.fill(item(y, from, PART), value & 255, min(sub(size, mul(from, PART)), PART))]),
  ]);
  const strides = rowMajorStrides(output);
  const start = before.reduce((sum, count, axis) => sum + count * strides[axis], 0);
  const axes = joinedAxes(shape, rowMajorStrides(shape), strides);
  const isLine = axes[axes.length - 1].b === 1;
  // Numbers that are not contiguous are lines of one.
  const lines = isLine ? axes : [...axes, { extent: 1, a: 1, b: 1 }];
  const [first, ...rest] = lines.length > 1 ? lines : [{ extent: 1, a: 0, b: 0 }, ...lines];
  const line = rest[rest.length - 1];
  const around = rest.slice(0, -1).map(({ extent, a, b }) => ({ extent, steps: [a, b] }));
  const copy = launchFunc("copy", ["x", "y"], ({ x, y, from, to }, declare) => {
    const [xAt, yAt] = declare.i32("xAt", "yAt");
    return upTo(from, to, [
      local.set(xAt, item(x, from, first.a)),
      local.set(yAt, item(add(y, start), from, first.b)),
      nest(around, [xAt, yAt], declare, [memory.copy(yAt, xAt, line.extent)]),
    ]);
  });
  return {
    kind: "emitted",
    launches: [
      { func: fill, operands: ["output"], units: Math.ceil(size / PART) },
      { func: copy, operands: [0, "output"], units: first.extent },
    ],
  };
}
