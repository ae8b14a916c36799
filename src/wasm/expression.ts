/**
 * @file The parts of a WebAssembly function: instructions with their operands, as trees.
 *
 * An operand is written where it is used, `f32x4.add(sum, f32x4.mul(x, w))`, so the code reads like the formula and the
 * machine's stack stays hidden. TypeScript checks the types of operands when it compiles the generator. Names are those
 * of the specification, webassembly.github.io/spec.
 */

export type ValueType = "i32" | "v128";

/** One of the specification's instructions. */
export interface Operation<T extends ValueType | "void" = ValueType | "void"> {
  /** As in the specification, e.g. `f32x4.mul`. */
  readonly name: string;
  readonly opcode: readonly number[];
  /** Type of the value that it leaves. */
  readonly type: T;
}

/** An instruction with its operands; it leaves a value of type T. */
export interface Expr<T extends ValueType | "void" = ValueType | "void"> {
  readonly kind: "instruction";
  readonly operation: Operation<T>;
  readonly immediate: Immediate | null;
  readonly operands: readonly Expr[];
}

/** What follows an opcode in the code: a constant, or something whose index is known only when the code is written. */
export type Immediate = Constant | Memarg | Lanes | Variable | Func | Label;

/** A number; in a vector, in all of its lanes. */
export interface Constant {
  readonly kind: "i32" | "f32x4" | "f64x2" | "i8x16" | "i16x8" | "i32x4";
  readonly value: number;
}

/** The offset added to the address. */
export interface Memarg {
  readonly kind: "memarg";
  /** In bytes. */
  readonly offset: number;
  /** Of the vector, where one lane is loaded or stored. */
  readonly lane?: number;
}

/** The lanes that a shuffle picks, all of one size: four of four bytes, or eight of two. */
export interface Lanes {
  readonly kind: "lanes";
  readonly lanes: readonly number[];
}

/** A local variable or parameter, by its index in its function. */
export interface Variable {
  readonly kind: "variable";
  readonly name: string;
  readonly type: ValueType;
  readonly index: number;
}

/** A variable, usable as an operand: the instruction that reads it. */
export interface Local<T extends ValueType = ValueType> extends Expr<T> {
  readonly immediate: Variable;
}

/** Where a branch leads. */
export interface Label {
  readonly kind: "label";
  readonly name: string;
}

/** `loop` with its body, `if` with one or two. */
export interface Structured {
  readonly kind: "loop" | "if";
  readonly label: Label;
  readonly condition?: Expr<"i32">;
  readonly body: Statements;
  readonly otherwise?: Statements;
}

/** A comment between instructions, for readers of the text. */
export interface Comment {
  readonly kind: "comment";
  readonly text: string;
}

export type Statement = Expr<"void"> | Structured | Comment;

/** A list of statements; lists may be nested. */
export type Statements = readonly (Statement | Statements)[];

export interface Func {
  readonly kind: "function";
  readonly name: string;
  readonly params: readonly Variable[];
  readonly locals: readonly Variable[];
  readonly body: Statements;
}

/** An operand; a number stands for `i32.const`. */
export type Operand<T extends ValueType> = Expr<T> | (T extends "i32" ? number : never);

/** Nested statements as one flat list. */
export function flatten(statements: Statements): readonly Statement[] {
  return statements.flatMap((item) => ("kind" in item ? [item] : flatten(item)));
}
