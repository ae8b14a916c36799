/**
 * @file The instructions that the kernels use, by type, with names and opcodes of the specification
 * (webassembly.github.io/spec, appendix "Index of Instructions").
 */
import { float32, float64, signed, unsigned } from "./encoding.ts";
import type { Expr, Immediate, Local, Operand, ValueType } from "./instruction.ts";

type Operands<T extends readonly ValueType[]> = { [K in keyof T]: Operand<T[K]> };

/** An instruction without immediates, as a function of its operands. */
function plain<T extends readonly ValueType[], R extends ValueType>(
  name: string,
  opcode: readonly number[],
  _operands: readonly [...T],
  type: R,
): (...operands: Operands<T>) => Expr<R> {
  return (...operands) => instruction(name, opcode, [], operands, type);
}

/** An instruction; a number among its operands stands for a constant. */
export function instruction<R extends ValueType | "void">(
  name: string,
  opcode: readonly number[],
  immediates: readonly Immediate[],
  operands: readonly (Expr | number)[],
  type: R,
): Expr<R> {
  const trees = operands.map((operand) => (typeof operand === "number" ? i32.const(operand) : operand));
  return { kind: "instruction", name, type, opcode, immediates, operands: trees };
}

/** Opcodes of vector instructions begin with this byte. */
const simd = (code: number): number[] => [0xfd, ...unsigned(code)];

type Unary<T extends ValueType> = (a: Operand<T>) => Expr<T>;
type Binary<T extends ValueType, R extends ValueType = T> = (a: Operand<T>, b: Operand<T>) => Expr<R>;

const II = ["i32", "i32"] as const;
const VV = ["v128", "v128"] as const;

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
  ne: Binary<"i32">;
  lt_u: Binary<"i32">;
  lt_s: Binary<"i32">;
  gt_u: Binary<"i32">;
  ge_u: Binary<"i32">;
} = {
  const: (value) => instruction("i32.const", [0x41], [{ text: String(value | 0), bytes: signed(value) }], [], "i32"),
  add: plain("i32.add", [0x6a], II, "i32"),
  sub: plain("i32.sub", [0x6b], II, "i32"),
  mul: plain("i32.mul", [0x6c], II, "i32"),
  div_u: plain("i32.div_u", [0x6e], II, "i32"),
  rem_u: plain("i32.rem_u", [0x70], II, "i32"),
  and: plain("i32.and", [0x71], II, "i32"),
  shl: plain("i32.shl", [0x74], II, "i32"),
  eq: plain("i32.eq", [0x46], II, "i32"),
  ne: plain("i32.ne", [0x47], II, "i32"),
  lt_s: plain("i32.lt_s", [0x48], II, "i32"),
  lt_u: plain("i32.lt_u", [0x49], II, "i32"),
  gt_u: plain("i32.gt_u", [0x4b], II, "i32"),
  ge_u: plain("i32.ge_u", [0x4f], II, "i32"),
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
  demote_f64x2_zero: Unary<"v128">;
  relaxed_madd: (a: Operand<"v128">, b: Operand<"v128">, c: Operand<"v128">) => Expr<"v128">;
} = {
  /** A constant in all lanes. */
  splat: (value) => {
    const lane = float32(value);
    const words = Array(4)
      .fill(textOf(Math.fround(value)))
      .join(" ");
    const immediate = { text: `f32x4 ${words}`, bytes: [...lane, ...lane, ...lane, ...lane] };
    return instruction("v128.const", simd(0x0c), [immediate], [], "v128");
  },
  add: plain("f32x4.add", simd(0xe4), VV, "v128"),
  sub: plain("f32x4.sub", simd(0xe5), VV, "v128"),
  mul: plain("f32x4.mul", simd(0xe6), VV, "v128"),
  div: plain("f32x4.div", simd(0xe7), VV, "v128"),
  min: plain("f32x4.min", simd(0xe8), VV, "v128"),
  max: plain("f32x4.max", simd(0xe9), VV, "v128"),
  pmin: plain("f32x4.pmin", simd(0xea), VV, "v128"),
  pmax: plain("f32x4.pmax", simd(0xeb), VV, "v128"),
  le: plain("f32x4.le", simd(0x45), VV, "v128"),
  ge: plain("f32x4.ge", simd(0x46), VV, "v128"),
  demote_f64x2_zero: plain("f32x4.demote_f64x2_zero", simd(0x5e), ["v128"], "v128"),
  relaxed_madd: plain("f32x4.relaxed_madd", simd(0x105), ["v128", "v128", "v128"], "v128"),
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
  splat: (value) => {
    const lane = float64(value);
    const immediate = { text: `f64x2 ${textOf(value)} ${textOf(value)}`, bytes: [...lane, ...lane] };
    return instruction("v128.const", simd(0x0c), [immediate], [], "v128");
  },
  add: plain("f64x2.add", simd(0xf0), VV, "v128"),
  sub: plain("f64x2.sub", simd(0xf1), VV, "v128"),
  mul: plain("f64x2.mul", simd(0xf2), VV, "v128"),
  div: plain("f64x2.div", simd(0xf3), VV, "v128"),
  min: plain("f64x2.min", simd(0xf4), VV, "v128"),
  max: plain("f64x2.max", simd(0xf5), VV, "v128"),
  le: plain("f64x2.le", simd(0x4b), VV, "v128"),
  ge: plain("f64x2.ge", simd(0x4c), VV, "v128"),
  promote_low_f32x4: plain("f64x2.promote_low_f32x4", simd(0x5f), ["v128"], "v128"),
};

/** Two 64-bit integer lanes: the bits of two float64. */
export const i64x2: { add: Binary<"v128">; shl: (a: Operand<"v128">, by: Operand<"i32">) => Expr<"v128"> } = {
  add: plain("i64x2.add", simd(0xce), VV, "v128"),
  shl: plain("i64x2.shl", simd(0xcb), ["v128", "i32"], "v128"),
};

/** Sixteen bytes. `shuffle` picks float32 lanes: 0 to 3 from `a`, 4 to 7 from `b`. */
export const i8x16: { shuffle: (a: Operand<"v128">, b: Operand<"v128">, lanes: readonly number[]) => Expr<"v128"> } = {
  shuffle: (a, b, lanes) => {
    const bytes = lanes.flatMap((lane) => [4 * lane, 4 * lane + 1, 4 * lane + 2, 4 * lane + 3]);
    return instruction("i8x16.shuffle", simd(0x0d), [{ text: bytes.join(" "), bytes }], [a, b], "v128");
  },
};

type Load = (address: Operand<"i32">, offset?: number) => Expr<"v128">;
type Store = (address: Operand<"i32">, value: Operand<"v128">, offset?: number) => Expr<"void">;
type StoreLane = (address: Operand<"i32">, value: Operand<"v128">, lane: number, offset?: number) => Expr<"void">;

const load =
  (name: string, code: number): Load =>
  (address, offset = 0) =>
    instruction(name, simd(code), [place(offset)], [address], "v128");

const storeLane =
  (name: string, code: number): StoreLane =>
  (address, value, lane, offset = 0) =>
    instruction(name, simd(code), [place(offset), { text: String(lane), bytes: [lane] }], [address, value], "void");

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
  /** Bit by bit: `a` where `mask` is 1, `b` where it is 0. */
  bitselect: (a: Operand<"v128">, b: Operand<"v128">, mask: Operand<"v128">) => Expr<"v128">;
} = {
  load: load("v128.load", 0x00),
  load32_splat: load("v128.load32_splat", 0x09),
  load64_zero: load("v128.load64_zero", 0x5d),
  load64_splat: load("v128.load64_splat", 0x0a),
  store: (address, value, offset = 0) =>
    instruction("v128.store", simd(0x0b), [place(offset)], [address, value], "void"),
  store32_lane: storeLane("v128.store32_lane", 0x5a),
  store64_lane: storeLane("v128.store64_lane", 0x5b),
  bitselect: plain("v128.bitselect", simd(0x52), ["v128", "v128", "v128"], "v128"),
};

/** Where in memory, beside the address: a promised alignment (none, 2^0) and an offset in bytes. */
function place(offset: number): Immediate {
  return { text: offset === 0 ? "align=1" : `offset=${offset} align=1`, bytes: [0, ...unsigned(offset)] };
}

/** `a` where the condition is not 0, else `b`; both are computed. */
export function select(a: Operand<"i32">, b: Operand<"i32">, condition: Operand<"i32">): Expr<"i32"> {
  return instruction("select", [0x1b], [], [a, b, condition], "i32");
}

/** Whole stretches of memory, in bytes. */
export const memory: {
  /** Copies `size` bytes from `source` to `target`. */
  copy: (target: Operand<"i32">, source: Operand<"i32">, size: Operand<"i32">) => Expr<"void">;
  /** Writes the byte `value` `size` times. */
  fill: (target: Operand<"i32">, value: Operand<"i32">, size: Operand<"i32">) => Expr<"void">;
} = {
  copy: (target, source, size) =>
    instruction("memory.copy", [0xfc, 0x0a, 0x00, 0x00], [], [target, source, size], "void"),
  fill: (target, value, size) => instruction("memory.fill", [0xfc, 0x0b, 0x00], [], [target, value, size], "void"),
};

export const local: {
  set: <T extends ValueType>(target: Local<T>, value: Operand<T>) => Expr<"void">;
} = {
  set: (target, value) => instruction("local.set", [0x21], [target.variable], [value], "void"),
};

/** Numbers as the text format wants them. */
function textOf(value: number): string {
  if (Number.isFinite(value)) return Object.is(value, -0) ? "-0" : String(value);
  return Number.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
}
