/** @file How instructions are defined: a name and an opcode, as functions of their operands. */
import { unsigned } from "./encoding.ts";
import type { Constant, Expr, Immediate, Operand, Operation, ValueType } from "./expression.ts";

export type Unary<T extends ValueType> = (a: Operand<T>) => Expr<T>;
export type Binary<T extends ValueType> = (a: Operand<T>, b: Operand<T>) => Expr<T>;
export type Ternary<T extends ValueType, R extends ValueType | "void" = T> = (
  a: Operand<T>,
  b: Operand<T>,
  c: Operand<T>,
) => Expr<R>;

/** Opcodes of vector instructions begin with this byte. */
export function vectorCode(code: number): readonly number[] {
  return [0xfd, ...unsigned(code)];
}

export const V128_CONST: Operation<"v128"> = { name: "v128.const", opcode: vectorCode(0x0c), type: "v128" };
const I32_CONST: Operation<"i32"> = { name: "i32.const", opcode: [0x41], type: "i32" };
const NONE: readonly Expr[] = [];

/** A constant; for a vector, in all lanes. */
export function constant<T extends ValueType>(
  operation: Operation<T>,
  kind: Constant["kind"],
): (value: number) => Expr<T> {
  return (value) => ({ kind: "instruction", operation, immediate: { kind, value }, operands: NONE });
}

export const i32Const: (value: number) => Expr<"i32"> = constant(I32_CONST, "i32");

/** An operand as an instruction; a number becomes a constant. */
function operand(value: Expr | number): Expr {
  return typeof value === "number" ? i32Const(value) : value;
}

/** An instruction; a number among its operands becomes a constant. */
export function instruction<R extends ValueType | "void">(
  operation: Operation<R>,
  immediate: Immediate | null,
  operands: readonly (Expr | number)[],
): Expr<R> {
  return { kind: "instruction", operation, immediate, operands: operands.map(operand) };
}

// A network is thousands of instructions, built while the user waits, so the most frequent ones allocate no temporary
// arrays.

function binary<A extends ValueType, B extends ValueType, R extends ValueType>(
  operation: Operation<R>,
): (a: Operand<A>, b: Operand<B>) => Expr<R> {
  return (a, b) => ({ kind: "instruction", operation, immediate: null, operands: [operand(a), operand(b)] });
}

export function integerBinary(name: string, code: number): Binary<"i32"> {
  return binary({ name, opcode: [code], type: "i32" });
}

export function vectorUnary(name: string, code: number): Unary<"v128"> {
  const operation: Operation<"v128"> = { name, opcode: vectorCode(code), type: "v128" };
  return (a) => ({ kind: "instruction", operation, immediate: null, operands: [a] });
}

/** Two vectors, or a vector and the bits by which its lanes are shifted. */
export function vectorBinary<B extends ValueType = "v128">(
  name: string,
  code: number,
): (a: Operand<"v128">, b: Operand<B>) => Expr<"v128"> {
  return binary({ name, opcode: vectorCode(code), type: "v128" });
}

export function ternary<T extends ValueType, R extends ValueType | "void">(operation: Operation<R>): Ternary<T, R> {
  return (a, b, c) => instruction(operation, null, [a, b, c]);
}

export function vectorTernary(name: string, code: number): Ternary<"v128"> {
  return ternary({ name, opcode: vectorCode(code), type: "v128" });
}

/** Offsets are in bytes. */
export type Load<T extends ValueType = "v128"> = (address: Operand<"i32">, offset?: number) => Expr<T>;
export type Store = (address: Operand<"i32">, value: Operand<"v128">, offset?: number) => Expr<"void">;
export type StoreLane = (
  address: Operand<"i32">,
  value: Operand<"v128">,
  lane: number,
  offset?: number,
) => Expr<"void">;

export function load(name: string, code: number): Load {
  return loads({ name, opcode: vectorCode(code), type: "v128" });
}

export function integerLoad(name: string, code: number): Load<"i32"> {
  return loads({ name, opcode: [code], type: "i32" });
}

function loads<T extends ValueType>(operation: Operation<T>): Load<T> {
  return (address, offset = 0) => instruction(operation, { kind: "memarg", offset }, [address]);
}

export function store(name: string, code: number): Store {
  const operation: Operation<"void"> = { name, opcode: vectorCode(code), type: "void" };
  return (address, value, offset = 0) => instruction(operation, { kind: "memarg", offset }, [address, value]);
}

export function storeLane(name: string, code: number): StoreLane {
  const operation: Operation<"void"> = { name, opcode: vectorCode(code), type: "void" };
  return (address, value, lane, offset = 0) =>
    instruction(operation, { kind: "memarg", offset, lane }, [address, value]);
}
