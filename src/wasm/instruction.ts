/**
 * @file What a WebAssembly function is made of: instructions with their operands, as trees.
 *
 * An operand is written where it is used, `f32x4.add(sum, f32x4.mul(x, w))`, so the text reads like the formula and the
 * stack of the machine is never seen: types of operands are checked when TypeScript compiles the generator. Names are those
 * of the specification, webassembly.github.io/spec.
 */

export type ValueType = "i32" | "i64" | "f32" | "f64" | "v128";

/** An instruction with its operands; it leaves a value of type T. */
export interface Expr<T extends ValueType | "void" = ValueType | "void"> {
  readonly kind: "instruction";
  /** As in the specification, e.g. `f32x4.mul`. */
  readonly name: string;
  readonly type: T;
  readonly opcode: readonly number[];
  readonly immediates: readonly Immediate[];
  readonly operands: readonly Expr[];
}

/** What stands in the code beside an opcode: bytes with their text, or something whose number is known only later. */
export type Immediate = { readonly text: string; readonly bytes: readonly number[] } | Variable | Func | Label;

/** The place of a local variable or parameter in its function. */
export interface Variable {
  readonly kind: "variable";
  readonly name: string;
  readonly type: ValueType;
  readonly index: number;
}

/** A variable, usable as an operand: the instruction that reads it. */
export interface Local<T extends ValueType = ValueType> extends Expr<T> {
  readonly variable: Variable;
}

/** Where a branch leads. */
export interface Label {
  readonly kind: "label";
  readonly name: string;
}

/** `block` and `loop` with their bodies, `if` with one or two. */
export interface Structured {
  readonly kind: "block" | "loop" | "if";
  readonly label: Label;
  readonly condition?: Expr<"i32">;
  readonly body: Statements;
  readonly otherwise?: Statements;
}

/** Words between the instructions, for whoever reads the text. */
export interface Comment {
  readonly kind: "comment";
  readonly text: string;
}

export type Statement = Expr<"void"> | Structured | Comment;

/** A list of statements, nested as it was put together. */
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

/** Statements one after the other. */
export function flatten(statements: Statements): readonly Statement[] {
  return statements.flatMap((item) => ("kind" in item ? [item] : flatten(item)));
}
