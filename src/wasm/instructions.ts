/**
 * @file The instructions that the kernels use, by type, with names and opcodes of the specification
 * (webassembly.github.io/spec, appendix "Index of Instructions").
 */
import { unsigned } from "./encoding.ts";
import type { Expr, Immediate, Local, Operand, Operation, ValueType } from "./expression.ts";

type Unary<T extends ValueType> = (a: Operand<T>) => Expr<T>;
type Binary<T extends ValueType, R extends ValueType = T> = (a: Operand<T>, b: Operand<T>) => Expr<R>;

const NONE: readonly Expr[] = [];

/** An instruction; a number among its operands stands for a constant. */
export function instruction<R extends ValueType | "void">(
  operation: Operation<R>,
  immediate: Immediate | null,
  operands: readonly (Expr | number)[],
): Expr<R> {
  return { kind: "instruction", operation, immediate, operands: operands.map(operand) };
}

/** Whatever stands for an operand. */
function operand(value: Expr | number): Expr {
  return typeof value === "number" ? i32.const(value) : value;
}

// A network is thousands of instructions, made while its user waits: these forms make no lists that they do not keep.

function unary<T extends ValueType, R extends ValueType>(
  name: string,
  opcode: readonly number[],
  type: R,
): (a: Operand<T>) => Expr<R> {
  const operation = { name, opcode, type };
  return (a) => ({ kind: "instruction", operation, immediate: null, operands: [operand(a)] });
}

function binary<A extends ValueType, B extends ValueType, R extends ValueType>(
  name: string,
  opcode: readonly number[],
  type: R,
): (a: Operand<A>, b: Operand<B>) => Expr<R> {
  const operation = { name, opcode, type };
  return (a, b) => ({ kind: "instruction", operation, immediate: null, operands: [operand(a), operand(b)] });
}

function ternary<T extends ValueType, R extends ValueType | "void">(
  name: string,
  opcode: readonly number[],
  type: R,
): (a: Operand<T>, b: Operand<T>, c: Operand<T>) => Expr<R> {
  const operation = { name, opcode, type };
  return (a, b, c) => instruction(operation, null, [a, b, c]);
}

/** A constant; of a vector, in all lanes. */
function constant<T extends ValueType>(
  name: string,
  opcode: readonly number[],
  kind: "i32" | "f32x4" | "f64x2",
  type: T,
): (value: number) => Expr<T> {
  const operation = { name, opcode, type };
  return (value) => ({ kind: "instruction", operation, immediate: { kind, value }, operands: NONE });
}

/** Opcodes of vector instructions begin with this byte. */
const simd = (code: number): number[] => [0xfd, ...unsigned(code)];

/** Integers: addresses, counters, and comparisons that give 1 or 0. */
export const i32: {
  const: (value: number) => Expr<"i32">;
  add: Binary<"i32">;
  sub: Binary<"i32">;
  mul: Binary<"i32">;
  div_u: Binary<"i32">;
  rem_u: Binary<"i32">;
  and: Binary<"i32">;
  shl: Binary<"i32">;
  eq: Binary<"i32">;
  lt_u: Binary<"i32">;
  gt_u: Binary<"i32">;
} = {
  const: constant("i32.const", [0x41], "i32", "i32"),
  add: binary("i32.add", [0x6a], "i32"),
  sub: binary("i32.sub", [0x6b], "i32"),
  mul: binary("i32.mul", [0x6c], "i32"),
  div_u: binary("i32.div_u", [0x6e], "i32"),
  rem_u: binary("i32.rem_u", [0x70], "i32"),
  and: binary("i32.and", [0x71], "i32"),
  shl: binary("i32.shl", [0x74], "i32"),
  eq: binary("i32.eq", [0x46], "i32"),
  lt_u: binary("i32.lt_u", [0x49], "i32"),
  gt_u: binary("i32.gt_u", [0x4b], "i32"),
};

/** Four float32 lanes. `pmin` and `pmax` are one machine instruction each; `min` and `max` keep NaN on either side. */
export const f32x4: {
  splat: (value: number) => Expr<"v128">;
  add: Binary<"v128">;
  sub: Binary<"v128">;
  mul: Binary<"v128">;
  div: Binary<"v128">;
  min: Binary<"v128">;
  max: Binary<"v128">;
  pmin: Binary<"v128">;
  pmax: Binary<"v128">;
  le: Binary<"v128">;
  ge: Binary<"v128">;
  sqrt: Unary<"v128">;
  demote_f64x2_zero: Unary<"v128">;
  relaxed_madd: (a: Operand<"v128">, b: Operand<"v128">, c: Operand<"v128">) => Expr<"v128">;
} = {
  /** A constant in all lanes, rounded to float32. */
  splat: constant("v128.const", simd(0x0c), "f32x4", "v128"),
  add: binary("f32x4.add", simd(0xe4), "v128"),
  sub: binary("f32x4.sub", simd(0xe5), "v128"),
  mul: binary("f32x4.mul", simd(0xe6), "v128"),
  div: binary("f32x4.div", simd(0xe7), "v128"),
  min: binary("f32x4.min", simd(0xe8), "v128"),
  max: binary("f32x4.max", simd(0xe9), "v128"),
  pmin: binary("f32x4.pmin", simd(0xea), "v128"),
  pmax: binary("f32x4.pmax", simd(0xeb), "v128"),
  le: binary("f32x4.le", simd(0x45), "v128"),
  ge: binary("f32x4.ge", simd(0x46), "v128"),
  sqrt: unary("f32x4.sqrt", simd(0xe3), "v128"),
  demote_f64x2_zero: unary("f32x4.demote_f64x2_zero", simd(0x5e), "v128"),
  relaxed_madd: ternary("f32x4.relaxed_madd", simd(0x105), "v128"),
};

/** Two float64 lanes. */
export const f64x2: {
  splat: (value: number) => Expr<"v128">;
  add: Binary<"v128">;
  sub: Binary<"v128">;
  mul: Binary<"v128">;
  div: Binary<"v128">;
  min: Binary<"v128">;
  max: Binary<"v128">;
  le: Binary<"v128">;
  ge: Binary<"v128">;
  promote_low_f32x4: Unary<"v128">;
} = {
  /** A constant in both lanes. */
  splat: constant("v128.const", simd(0x0c), "f64x2", "v128"),
  add: binary("f64x2.add", simd(0xf0), "v128"),
  sub: binary("f64x2.sub", simd(0xf1), "v128"),
  mul: binary("f64x2.mul", simd(0xf2), "v128"),
  div: binary("f64x2.div", simd(0xf3), "v128"),
  min: binary("f64x2.min", simd(0xf4), "v128"),
  max: binary("f64x2.max", simd(0xf5), "v128"),
  le: binary("f64x2.le", simd(0x4b), "v128"),
  ge: binary("f64x2.ge", simd(0x4c), "v128"),
  promote_low_f32x4: unary("f64x2.promote_low_f32x4", simd(0x5f), "v128"),
};

/** Two 64-bit integer lanes: the bits of two float64. */
export const i64x2: { add: Binary<"v128">; shl: (a: Operand<"v128">, by: Operand<"i32">) => Expr<"v128"> } = {
  add: binary("i64x2.add", simd(0xce), "v128"),
  shl: binary("i64x2.shl", simd(0xcb), "v128"),
};

const SHUFFLE: Operation<"v128"> = { name: "i8x16.shuffle", opcode: simd(0x0d), type: "v128" };

/** Sixteen bytes. `shuffle` picks float32 lanes: 0 to 3 from `a`, 4 to 7 from `b`. */
export const i8x16: { shuffle: (a: Operand<"v128">, b: Operand<"v128">, lanes: readonly number[]) => Expr<"v128"> } = {
  shuffle: (a, b, lanes) => instruction(SHUFFLE, { kind: "lanes", lanes }, [a, b]),
};

type Load = (address: Operand<"i32">, offset?: number) => Expr<"v128">;
type Store = (address: Operand<"i32">, value: Operand<"v128">, offset?: number) => Expr<"void">;
type StoreLane = (address: Operand<"i32">, value: Operand<"v128">, lane: number, offset?: number) => Expr<"void">;

function load(name: string, code: number): Load {
  const operation: Operation<"v128"> = { name, opcode: simd(code), type: "v128" };
  return (address, offset = 0) => instruction(operation, { kind: "memarg", offset }, [address]);
}

function store(name: string, code: number): Store {
  const operation: Operation<"void"> = { name, opcode: simd(code), type: "void" };
  return (address, value, offset = 0) => instruction(operation, { kind: "memarg", offset }, [address, value]);
}

function storeLane(name: string, code: number): StoreLane {
  const operation: Operation<"void"> = { name, opcode: simd(code), type: "void" };
  return (address, value, lane, offset = 0) =>
    instruction(operation, { kind: "memarg", offset, lane }, [address, value]);
}

/** Sixteen bytes of memory or of a register. Offsets are in bytes. */
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
  /** Bit by bit: `a` where `mask` is 1, `b` where it is 0. */
  bitselect: (a: Operand<"v128">, b: Operand<"v128">, mask: Operand<"v128">) => Expr<"v128">;
} = {
  load: load("v128.load", 0x00),
  load32_splat: load("v128.load32_splat", 0x09),
  load64_zero: load("v128.load64_zero", 0x5d),
  load64_splat: load("v128.load64_splat", 0x0a),
  store: store("v128.store", 0x0b),
  store32_lane: storeLane("v128.store32_lane", 0x5a),
  store64_lane: storeLane("v128.store64_lane", 0x5b),
  or: binary("v128.or", simd(0x50), "v128"),
  bitselect: ternary("v128.bitselect", simd(0x52), "v128"),
};

const SELECT: Operation<"i32"> = { name: "select", opcode: [0x1b], type: "i32" };

/** `a` where the condition is not 0, else `b`; both are computed. */
export function select(a: Operand<"i32">, b: Operand<"i32">, condition: Operand<"i32">): Expr<"i32"> {
  return instruction(SELECT, null, [a, b, condition]);
}

/** Whole stretches of memory, in bytes. */
export const memory: {
  /** Copies `size` bytes from `source` to `target`. */
  copy: (target: Operand<"i32">, source: Operand<"i32">, size: Operand<"i32">) => Expr<"void">;
  /** Writes the byte `value` `size` times. */
  fill: (target: Operand<"i32">, value: Operand<"i32">, size: Operand<"i32">) => Expr<"void">;
} = {
  copy: ternary("memory.copy", [0xfc, 0x0a, 0x00, 0x00], "void"),
  fill: ternary("memory.fill", [0xfc, 0x0b, 0x00], "void"),
};

const SET: Operation<"void"> = { name: "local.set", opcode: [0x21], type: "void" };

export const local: {
  set: <T extends ValueType>(target: Local<T>, value: Operand<T>) => Expr<"void">;
} = {
  set: (target, value) => instruction(SET, target.immediate, [value]),
};

const DROP: Operation<"void"> = { name: "drop", opcode: [0x1a], type: "void" };

/** Takes a value and does nothing with it. */
export function drop(value: Operand<ValueType>): Expr<"void"> {
  return instruction(DROP, null, [value]);
}
