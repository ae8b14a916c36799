/** @file Functions of one integer by table lookup, and conversions between integers and real numbers. */
import type { OutputRange, QuantizeRule } from "../../../geometry/requantization.ts";
import { INTEGER_RANGES, type QuantizedLevels, type QuantizedType } from "../../../tensor/quantizedTensor.ts";
import type { Local, Statements } from "../../../wasm/expression.ts";
import { f32x4, f64x2, local, v128 } from "../../../wasm/instructions.ts";
import { add, mul } from "../../../wasm/integer.ts";
import { i32x4, load8_u, reals, store8 } from "../../../wasm/integerVectors.ts";
import { FLOAT_BYTES, VECTOR_BYTES } from "../../../wasm/sizes.ts";
import type { EmittedKernel, Launch } from "../../contract/kernels.ts";
import { launchFunc } from "../emitter.ts";
import { range, upTo } from "../loops.ts";
import { centered } from "./reading.ts";
import { inFloat64, nearestEven, storeIntegers, towardsNearest } from "./requantize.ts";

/** Numbers per unit of parallel work, a multiple of a vector's. Values have room for whole vectors. */
const PART = 16;

/** y[i] = values[x[i] - min], n elements. In memory the table is indexed by the byte of x, as an unsigned number. */
export function lookup(n: number, type: QuantizedType, values: Int32Array): EmittedKernel {
  const [min] = INTEGER_RANGES[type];
  const func = launchFunc("lookup", ["x", "y", "table"], ({ x, y, table, from, to }, declare) => {
    const [xAt, yAt] = declare.i32("xAt", "yAt");
    return upTo(from, to, [
      local.set(xAt, add(x, mul(from, PART))),
      local.set(yAt, add(y, mul(from, PART))),
      range(PART, (i) => store8(yAt, load8_u(add(table, load8_u(xAt, i))), i)),
    ]);
  });
  return {
    kind: "emitted",
    launches: [{ func, operands: [0, "output", "packed"], units: Math.ceil(n / PART) }],
    packed: {
      bytes: 256,
      write: (_weights, { memory, at }) => {
        const bytes = new Uint8Array(memory.buffer, at, 256);
        values.forEach((value, i) => {
          bytes[(min + i) & 255] = value;
        });
      },
    },
  };
}

/** y[i] = limit( round(x[i] / scale + offset) + zy - offset ) for n real numbers. */
export function quantize(
  n: number,
  rule: QuantizeRule,
  scale: number,
  output: OutputRange,
  offset: number,
): EmittedKernel {
  const { min, max } = output;
  const after = output.zeroPoint - offset;
  const func = launchFunc("quantize", ["x", "y"], ({ x, y, from, to }, declare) => {
    const [xAt, yAt] = declare.i32("xAt", "yAt");
    const vectors = range(PART / 4, (v) => declare("v128", `v${v}`));
    const one = (v: Local<"v128">, i: number): Statements => {
      const numbers = v128.load(xAt, i * VECTOR_BYTES);
      const scaled =
        rule === "reciprocal-half-even"
          ? f32x4.mul(numbers, f32x4.splat(Math.fround(1 / scale)))
          : f32x4.div(numbers, f32x4.splat(scale));
      const shifted = offset === 0 ? scaled : f32x4.add(scaled, f32x4.splat(offset));
      const limited = f32x4.pmin(f32x4.pmax(shifted, f32x4.splat(min - after)), f32x4.splat(max - after));
      const nearest =
        rule !== "division-half-away"
          ? nearestEven(v, after)
          : i32x4.add(inFloat64(v, f64x2.promote_low_f32x4, towardsNearest), i32x4.splat(after));
      return [local.set(v, limited), local.set(v, nearest)];
    };
    return upTo(from, to, [
      local.set(xAt, add(x, mul(from, PART * FLOAT_BYTES))),
      local.set(yAt, add(y, mul(from, PART))),
      vectors.map(one),
      storeIntegers(output, yAt, vectors, PART),
    ]);
  });
  return { kind: "emitted", launches: [{ func, operands: [0, "output"], units: Math.ceil(n / PART) }] };
}

/** y[i] = (x[i] - zx) · sx, n real numbers. */
export function dequantize(n: number, { type, scale, zeroPoint }: QuantizedLevels): EmittedKernel {
  const func = launchFunc("dequantize", ["x", "y"], ({ x, y, from, to }, declare) => {
    const [xAt, yAt] = declare.i32("xAt", "yAt");
    return upTo(from, to, [
      local.set(xAt, add(x, mul(from, 4))),
      local.set(yAt, add(y, mul(from, VECTOR_BYTES))),
      v128.store(
        yAt,
        f32x4.mul(
          reals.convert_i32x4_s(i32x4.extend_low_i16x8_s(centered({ type, zeroPoint }, xAt))),
          f32x4.splat(scale),
        ),
      ),
    ]);
  });
  const launch: Launch = { func, operands: [0, "output"], units: Math.ceil(n / 4) };
  return { kind: "emitted", launches: [launch] };
}
