/**
 * @file Instructions on vectors of integers. A separate module, so that programs without integer kernels do not load
 * it.
 */
import {
  type Binary,
  constant,
  instruction,
  integerLoad,
  type Load,
  load,
  type StoreLane,
  storeLane,
  type Ternary,
  type Unary,
  V128_CONST,
  vectorBinary,
  vectorTernary,
  vectorUnary,
} from "./define.ts";
import type { Expr, Operand, Operation } from "./expression.ts";

type Table<Names extends string, Instruction> = Readonly<Record<Names, Instruction>>;
/** A vector, and the bits by which its lanes are shifted. */
type Shift = (a: Operand<"v128">, by: Operand<"i32">) => Expr<"v128">;
type Splat = (value: number) => Expr<"v128">;

/** Sixteen int8 or uint8 lanes. Narrowing limits each number of `a`, then of `b`, to the smaller type. */
export const int8s: Table<
  "narrow_i16x8_s" | "narrow_i16x8_u" | "min_s" | "min_u" | "max_s" | "max_u",
  Binary<"v128">
> & {
  splat: Splat;
} = {
  splat: constant(V128_CONST, "i8x16"),
  narrow_i16x8_s: vectorBinary("i8x16.narrow_i16x8_s", 0x65),
  narrow_i16x8_u: vectorBinary("i8x16.narrow_i16x8_u", 0x66),
  min_s: vectorBinary("i8x16.min_s", 0x76),
  min_u: vectorBinary("i8x16.min_u", 0x77),
  max_s: vectorBinary("i8x16.max_s", 0x78),
  max_u: vectorBinary("i8x16.max_u", 0x79),
};

/** Eight int16 lanes. */
export const i16x8: Table<"narrow_i32x4_s" | "sub" | "mul", Binary<"v128">> & { splat: Splat } = {
  splat: constant(V128_CONST, "i16x8"),
  narrow_i32x4_s: vectorBinary("i16x8.narrow_i32x4_s", 0x85),
  sub: vectorBinary("i16x8.sub", 0x91),
  mul: vectorBinary("i16x8.mul", 0x95),
};

/** Four int32 lanes. */
export const i32x4: Table<"add" | "sub" | "mul", Binary<"v128">> &
  Table<"extend_low_i16x8_s" | "extend_high_i16x8_s" | "trunc_sat_f64x2_s_zero", Unary<"v128">> & {
    splat: Splat;
    shr_s: Shift;
    /** Of eight int16 lanes each: the products of neighbouring lanes, added in pairs. */
    dot_i16x8_s: Binary<"v128">;
    /** c + the products of four bytes each. Bytes of b must be 0 to 127; engines differ on larger ones. */
    relaxed_dot_i8x16_i7x16_add_s: Ternary<"v128">;
  } = {
  splat: constant(V128_CONST, "i32x4"),
  extend_low_i16x8_s: vectorUnary("i32x4.extend_low_i16x8_s", 0xa7),
  extend_high_i16x8_s: vectorUnary("i32x4.extend_high_i16x8_s", 0xa8),
  shr_s: vectorBinary<"i32">("i32x4.shr_s", 0xac),
  add: vectorBinary("i32x4.add", 0xae),
  sub: vectorBinary("i32x4.sub", 0xb1),
  mul: vectorBinary("i32x4.mul", 0xb5),
  dot_i16x8_s: vectorBinary("i32x4.dot_i16x8_s", 0xba),
  trunc_sat_f64x2_s_zero: vectorUnary("i32x4.trunc_sat_f64x2_s_zero", 0xfc),
  relaxed_dot_i8x16_i7x16_add_s: vectorTernary("i32x4.relaxed_dot_i8x16_i7x16_add_s", 0x113),
};

/** Two int64 lanes, and the products of the lower or upper two int32. */
export const int64s: Table<"mul" | "extmul_low_i32x4_s" | "extmul_high_i32x4_s", Binary<"v128">> = {
  mul: vectorBinary("i64x2.mul", 0xd5),
  extmul_low_i32x4_s: vectorBinary("i64x2.extmul_low_i32x4_s", 0xdc),
  extmul_high_i32x4_s: vectorBinary("i64x2.extmul_high_i32x4_s", 0xdd),
};

/** Conversions of integers to real numbers, and the floor of real numbers. */
export const reals: {
  /** Four float32 from four int32. */
  convert_i32x4_s: Unary<"v128">;
  /** Two float64 from the lower two int32. */
  convert_low_i32x4_s: Unary<"v128">;
  /** Of two float64. */
  floor: Unary<"v128">;
} = {
  convert_i32x4_s: vectorUnary("f32x4.convert_i32x4_s", 0xfa),
  convert_low_i32x4_s: vectorUnary("f64x2.convert_low_i32x4_s", 0xfe),
  floor: vectorUnary("f64x2.floor", 0x75),
};

/** Bit by bit. */
export const and: Binary<"v128"> = vectorBinary("v128.and", 0x4e);
export const xor: Binary<"v128"> = vectorBinary("v128.xor", 0x51);

/** Loads eight int8 or uint8, widened to int16. */
export const load8x8: Readonly<Record<"int8" | "uint8", Load>> = {
  int8: load("v128.load8x8_s", 0x01),
  uint8: load("v128.load8x8_u", 0x02),
};

/** Stores one lane of a vector. */
export const store8_lane: StoreLane = storeLane("v128.store8_lane", 0x58);
export const store16_lane: StoreLane = storeLane("v128.store16_lane", 0x59);

/** Loads one uint8. */
export const load8_u: Load<"i32"> = integerLoad("i32.load8_u", 0x2d);

const STORE8: Operation<"void"> = { name: "i32.store8", opcode: [0x3a], type: "void" };

/** Stores the lowest byte of a number. */
export function store8(address: Operand<"i32">, value: Operand<"i32">, offset: number = 0): Expr<"void"> {
  return instruction(STORE8, { kind: "memarg", offset }, [address, value]);
}
