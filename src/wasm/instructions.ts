/**
 * @file The instructions that the kernels use, by type, with names and opcodes of the specification
 * (webassembly.github.io/spec, appendix "Index of Instructions").
 */
import {
  type Binary,
  constant,
  i32Const,
  instruction,
  integerBinary,
  integerLoad,
  type Load,
  load,
  type Store,
  type StoreLane,
  store,
  storeLane,
  type Ternary,
  ternary,
  type Unary,
  V128_CONST,
  vectorBinary,
  vectorCode,
  vectorTernary,
  vectorUnary,
} from "./define.ts";
import type { Expr, Local, Operand, Operation, ValueType } from "./expression.ts";

type Table<Names extends string, Instruction> = Readonly<Record<Names, Instruction>>;

/** Integers: addresses, counters, and comparisons that return 1 or 0. */
export const i32: Table<
  "add" | "sub" | "mul" | "div_u" | "rem_u" | "and" | "shl" | "eq" | "lt_u" | "gt_u",
  Binary<"i32">
> & { const: (value: number) => Expr<"i32">; load: Load<"i32"> } = {
  const: i32Const,
  load: integerLoad("i32.load", 0x28),
  add: integerBinary("i32.add", 0x6a),
  sub: integerBinary("i32.sub", 0x6b),
  mul: integerBinary("i32.mul", 0x6c),
  div_u: integerBinary("i32.div_u", 0x6e),
  rem_u: integerBinary("i32.rem_u", 0x70),
  and: integerBinary("i32.and", 0x71),
  shl: integerBinary("i32.shl", 0x74),
  eq: integerBinary("i32.eq", 0x46),
  lt_u: integerBinary("i32.lt_u", 0x49),
  gt_u: integerBinary("i32.gt_u", 0x4b),
};

/** Four float32 lanes. `pmin` and `pmax` are one machine instruction each; `min` and `max` keep NaN on either side. */
export const f32x4: Table<
  "add" | "sub" | "mul" | "div" | "min" | "max" | "pmin" | "pmax" | "ne" | "le" | "ge",
  Binary<"v128">
> &
  Table<"sqrt" | "nearest" | "demote_f64x2_zero", Unary<"v128">> & {
    /** A constant in all lanes, rounded to float32. */
    splat: (value: number) => Expr<"v128">;
    /** a · b + c */
    relaxed_madd: Ternary<"v128">;
  } = {
  splat: constant(V128_CONST, "f32x4"),
  add: vectorBinary("f32x4.add", 0xe4),
  sub: vectorBinary("f32x4.sub", 0xe5),
  mul: vectorBinary("f32x4.mul", 0xe6),
  div: vectorBinary("f32x4.div", 0xe7),
  min: vectorBinary("f32x4.min", 0xe8),
  max: vectorBinary("f32x4.max", 0xe9),
  pmin: vectorBinary("f32x4.pmin", 0xea),
  pmax: vectorBinary("f32x4.pmax", 0xeb),
  ne: vectorBinary("f32x4.ne", 0x42),
  le: vectorBinary("f32x4.le", 0x45),
  ge: vectorBinary("f32x4.ge", 0x46),
  sqrt: vectorUnary("f32x4.sqrt", 0xe3),
  nearest: vectorUnary("f32x4.nearest", 0x6a),
  demote_f64x2_zero: vectorUnary("f32x4.demote_f64x2_zero", 0x5e),
  relaxed_madd: vectorTernary("f32x4.relaxed_madd", 0x105),
};

/** Two float64 lanes. */
export const f64x2: Table<"add" | "sub" | "mul" | "div" | "min" | "max" | "le" | "ge", Binary<"v128">> & {
  /** A constant in both lanes. */
  splat: (value: number) => Expr<"v128">;
  sqrt: Unary<"v128">;
  promote_low_f32x4: Unary<"v128">;
} = {
  sqrt: vectorUnary("f64x2.sqrt", 0xef),
  splat: constant(V128_CONST, "f64x2"),
  add: vectorBinary("f64x2.add", 0xf0),
  sub: vectorBinary("f64x2.sub", 0xf1),
  mul: vectorBinary("f64x2.mul", 0xf2),
  div: vectorBinary("f64x2.div", 0xf3),
  min: vectorBinary("f64x2.min", 0xf4),
  max: vectorBinary("f64x2.max", 0xf5),
  le: vectorBinary("f64x2.le", 0x4b),
  ge: vectorBinary("f64x2.ge", 0x4c),
  promote_low_f32x4: vectorUnary("f64x2.promote_low_f32x4", 0x5f),
};

/** Two 64-bit integer lanes: the bits of two float64. */
export const i64x2: { add: Binary<"v128">; shl: (a: Operand<"v128">, by: Operand<"i32">) => Expr<"v128"> } = {
  add: vectorBinary("i64x2.add", 0xce),
  shl: vectorBinary<"i32">("i64x2.shl", 0xcb),
};

const SHUFFLE: Operation<"v128"> = { name: "i8x16.shuffle", opcode: vectorCode(0x0d), type: "v128" };

/**
 * Sixteen bytes. `shuffle` picks lanes: of four, 0 to 3 are those of `a` and 4 to 7 of `b`; of eight, 0 to 7 and 8 to
 * 15.
 */
export const i8x16: { shuffle: (a: Operand<"v128">, b: Operand<"v128">, lanes: readonly number[]) => Expr<"v128"> } = {
  shuffle: (a, b, lanes) => instruction(SHUFFLE, { kind: "lanes", lanes }, [a, b]),
};

/** Sixteen bytes of memory or of a register. */
export const v128: {
  load: Load;
  /** One float32 in all four lanes. */
  load32_splat: Load;
  /** Two float32 in the lower lanes, zeros above. */
  load64_zero: Load;
  /** Two float64, or one in both lanes. */
  load64_splat: Load;
  store: Store;
  store32_lane: StoreLane;
  store64_lane: StoreLane;
  or: Binary<"v128">;
  /** Bit by bit: `a` where `c` is 1, `b` where it is 0. */
  bitselect: Ternary<"v128">;
} = {
  load: load("v128.load", 0x00),
  load32_splat: load("v128.load32_splat", 0x09),
  load64_zero: load("v128.load64_zero", 0x5d),
  load64_splat: load("v128.load64_splat", 0x0a),
  store: store("v128.store", 0x0b),
  store32_lane: storeLane("v128.store32_lane", 0x5a),
  store64_lane: storeLane("v128.store64_lane", 0x5b),
  or: vectorBinary("v128.or", 0x50),
  bitselect: vectorTernary("v128.bitselect", 0x52),
};

const SELECT: Operation<"i32"> = { name: "select", opcode: [0x1b], type: "i32" };

/** `a` where the condition is not 0, else `b`; both are computed. */
export const select: Ternary<"i32"> = ternary(SELECT);

/** Operations on many bytes at once. */
export const memory: {
  copy: (target: Operand<"i32">, source: Operand<"i32">, size: Operand<"i32">) => Expr<"void">;
  /** Writes the byte `value` `size` times. */
  fill: (target: Operand<"i32">, value: Operand<"i32">, size: Operand<"i32">) => Expr<"void">;
} = {
  copy: ternary({ name: "memory.copy", opcode: [0xfc, 0x0a, 0x00, 0x00], type: "void" }),
  fill: ternary({ name: "memory.fill", opcode: [0xfc, 0x0b, 0x00], type: "void" }),
};

const SET: Operation<"void"> = { name: "local.set", opcode: [0x21], type: "void" };

export const local: {
  set: <T extends ValueType>(target: Local<T>, value: Operand<T>) => Expr<"void">;
} = {
  set: (target, value) => instruction(SET, target.immediate, [value]),
};

const DROP: Operation<"void"> = { name: "drop", opcode: [0x1a], type: "void" };

/** Discards a value. */
export function drop(value: Operand<ValueType>): Expr<"void"> {
  return instruction(DROP, null, [value]);
}
