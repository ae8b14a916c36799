/** @file Sums and products of two integer values, with NumPy's broadcasting, eight numbers at a time. */
import type { QuantizedAddition, QuantizedProduct } from "../../../geometry/quantizedArithmetic.ts";
import { joinedAxes } from "../../../tensor/lines.ts";
import { broadcastStrides, rowMajorStrides, type Shape, sizeOf } from "../../../tensor/shape.ts";
import type { Expr, Local, Statements } from "../../../wasm/expression.ts";
import { i8x16, local } from "../../../wasm/instructions.ts";
import { add, item } from "../../../wasm/integer.ts";
import { i32x4 } from "../../../wasm/integerVectors.ts";
import type { EmittedKernel, Packed } from "../../contract/kernels.ts";
import { launchFunc } from "../emitter.ts";
import { nest, upTo } from "../loops.ts";
import { eachBlock } from "./blocks.ts";
import { type Centered, centered, INT16_LANES } from "./reading.ts";
import { parameterBytes, parameters, requantize, storeIntegers } from "./requantize.ts";

type V = Local<"v128">;

/** Numbers per part of a long line. */
const LONG = 1024;

/** Combines four numbers of each, as int32, into the sum or product before limiting, in the first variable. */
interface OfTwo {
  readonly inputs: readonly [a: Centered, b: Centered];
  readonly output: { readonly min: number; readonly max: number };
  readonly packed?: Packed;
  combine(a: V, b: V, w: Local<"i32">): Statements;
}

export function quantizedAdd(f: QuantizedAddition, shapes: readonly [Shape, Shape, Shape]): EmittedKernel {
  return binary(additionOf(f), shapes);
}

export function quantizedMul(f: QuantizedProduct, shapes: readonly [Shape, Shape, Shape]): EmittedKernel {
  const { requantization } = f;
  const [ratio] = requantization.ratios;
  return binary(
    {
      inputs: centerings(f.types, f.zeroPoints),
      output: requantization.output,
      packed: parameters(requantization.rounding, ratio),
      combine: (a, b, w) => [local.set(a, i32x4.mul(a, b)), requantize(requantization, a, w, 0)],
    },
    shapes,
  );
}

function centerings([a, b]: QuantizedAddition["types"], [za, zb]: QuantizedAddition["zeroPoints"]): OfTwo["inputs"] {
  return [
    { type: a, zeroPoint: za },
    { type: b, zeroPoint: zb },
  ];
}

function additionOf({ types, zeroPoints, rule, output }: QuantizedAddition): OfTwo {
  const c = i32x4.splat;
  if (rule.kind === "one-shift") {
    const [ma, mb] = rule.multipliers;
    return {
      inputs: centerings(types, [0, 0]),
      output,
      combine: (a, b) => [
        local.set(a, i32x4.add(i32x4.add(i32x4.mul(a, c(ma)), i32x4.mul(b, c(mb))), c(rule.bias))),
        local.set(a, i32x4.add(i32x4.shr_s(a, rule.shift), c(output.zeroPoint))),
      ],
    };
  }
  const { rounding, sign, ratios } = rule;
  const raw = { rounding, output: { ...output, zeroPoint: 0 } };
  const step = parameterBytes(rounding);
  return {
    inputs: centerings(types, zeroPoints),
    output,
    packed: parameters(rounding, ...ratios),
    combine: (a, b, w) => [
      [a, b].map((v, i) => [local.set(v, i32x4.mul(v, c(2 ** 20))), requantize(raw, v, w, i * step)]),
      local.set(a, sign === 1 ? i32x4.add(a, b) : i32x4.sub(a, b)),
      requantize({ rounding, output }, a, w, 2 * step),
    ],
  };
}

function binary(f: OfTwo, [a, b, y]: readonly [Shape, Shape, Shape]): EmittedKernel {
  const joined = joinedAxes(y, broadcastStrides(a, y), broadcastStrides(b, y));
  // A single line is cut into parts, so that threads can share it.
  const [axes, rest] = joined.length > 1 ? [joined, 0] : partsOf(joined[0]);
  const launch = (whole: typeof axes, start: number) => {
    const [first, ...others] = whole;
    return {
      func: linesFunction(f, first, others, start),
      operands: [0, 1, "output", "packed"] as const,
      units: first.extent,
    };
  };
  const inner = joined[joined.length - 1];
  const one = { extent: 1, a: 0, b: 0 };
  const launches = [
    ...(axes.length > 0 ? [launch(axes, 0)] : []),
    ...(rest > 0 ? [launch([one, { ...inner, extent: rest }], inner.extent - rest)] : []),
  ];
  return { kind: "emitted", launches, ...(f.packed && { packed: f.packed }) };
}

type Axes = ReturnType<typeof joinedAxes>;

function partsOf(line: Axes[number]): readonly [axes: Axes, rest: number] {
  const units = Math.floor(line.extent / LONG);
  if (units === 0) return [[], line.extent];
  return [
    [
      { extent: units, a: LONG * line.a, b: LONG * line.b },
      { ...line, extent: LONG },
    ],
    line.extent % LONG,
  ];
}

/** Lines along the first axis; `start` is where they begin, in elements of the last axis. */
function linesFunction(f: OfTwo, first: Axes[number], rest: Axes, start: number) {
  const inner = rest[rest.length - 1];
  return launchFunc("binary", ["a", "b", "y", "w"], (p, declare) => {
    const [aAt, bAt, yAt, address] = declare.i32("aAt", "bAt", "yAt", "address");
    const [wideA, wideB, lowA, lowB, highA, highB] = declare.v128("wideA", "wideB", "lowA", "lowB", "highA", "highB");
    const load = (into: V, input: 0 | 1, at: Local<"i32">, step: number, c: Local<"i32">): Statements => {
      const numbers = centered(f.inputs[input], address);
      // If one number serves the whole line: the first lane, in all lanes.
      const all = (v: V): Expr<"v128"> => i8x16.shuffle(v, v, [0, 0, 0, 0, 0, 0, 0, 0]);
      return [
        local.set(address, step === 1 ? add(at, c) : at),
        local.set(into, numbers),
        step === 1 ? [] : local.set(into, all(into)),
      ];
    };
    const innermost = eachBlock(inner.extent, INT16_LANES, declare, (c, count) => [
      load(wideA, 0, aAt, inner.a, c),
      load(wideB, 1, bAt, inner.b, c),
      local.set(lowA, i32x4.extend_low_i16x8_s(wideA)),
      local.set(lowB, i32x4.extend_low_i16x8_s(wideB)),
      local.set(highA, i32x4.extend_high_i16x8_s(wideA)),
      local.set(highB, i32x4.extend_high_i16x8_s(wideB)),
      f.combine(lowA, lowB, p.w),
      f.combine(highA, highB, p.w),
      local.set(address, add(yAt, c)),
      storeIntegers(f.output, address, [lowA, highA], count),
    ]);
    const yStrides = rowMajorStrides(rest.map(({ extent }) => extent));
    const around = rest.slice(0, -1).map(({ extent, a, b }, i) => ({ extent, steps: [a, b, yStrides[i]] }));
    return upTo(p.from, p.to, [
      local.set(aAt, item(add(p.a, start * inner.a), p.from, first.a)),
      local.set(bAt, item(add(p.b, start * inner.b), p.from, first.b)),
      local.set(yAt, item(add(p.y, start), p.from, sizeOf(rest.map(({ extent }) => extent)))),
      nest(around, [aAt, bAt, yAt], declare, innermost),
    ]);
  });
}
