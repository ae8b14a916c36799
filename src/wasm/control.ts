/** @file Functions, loops, branches and calls. */

import { instruction } from "./define.ts";
import type {
  Comment,
  Expr,
  Func,
  Label,
  Local,
  Operand,
  Operation,
  Statements,
  Structured,
  ValueType,
  Variable,
} from "./expression.ts";

const CALL: Operation<"void"> = { name: "call", opcode: [0x10], type: "void" };
const BR_IF: Operation<"void"> = { name: "br_if", opcode: [0x0d], type: "void" };

/** Declares local variables of the function being built: one, or several of a type. */
export interface Declare {
  <T extends ValueType>(type: T, name: string): Local<T>;
  i32<N extends readonly string[]>(...names: N): Locals<N, "i32">;
  v128<N extends readonly string[]>(...names: N): Locals<N, "v128">;
}

type Locals<N extends readonly string[], T extends ValueType> = { readonly [I in keyof N]: Local<T> };

/**
 * A function without a result.
 *
 * @param params types by name, in order
 * @param build  returns the body; called once, with the parameters and a way to declare variables
 *
 * @example
 * const twice = func("twice", { x: "i32" }, ({ x }) => [v128.store(x, f32x4.mul(v128.load(x), f32x4.splat(2)))]);
 */
export function func<P extends Readonly<Record<string, ValueType>>>(
  name: string,
  params: P,
  build: (params: { readonly [K in keyof P]: Local<P[K]> }, declare: Declare) => Statements,
): Func {
  const variables: Variable[] = [];
  const uses = new Map<string, number>();
  const one = <T extends ValueType>(type: T, wanted: string): Local<T> => {
    const taken = uses.get(wanted) ?? 0;
    uses.set(wanted, taken + 1);
    const index = variables.length;
    const variable: Variable = { kind: "variable", name: taken === 0 ? wanted : `${wanted}.${taken}`, type, index };
    variables.push(variable);
    const operation = { name: "local.get", opcode: [0x20], type };
    return { kind: "instruction", operation, immediate: variable, operands: [] };
  };
  const several =
    <T extends ValueType>(type: T) =>
    <N extends readonly string[]>(...names: N) =>
      names.map((name) => one(type, name)) as Locals<N, T>;
  const declare: Declare = Object.assign(one, { i32: several("i32"), v128: several("v128") });
  const entries = Object.entries(params).map(([key, type]) => [key, one(type, key)]);
  const body = build(Object.fromEntries(entries), declare);
  const count = entries.length;
  return { kind: "function", name, params: variables.slice(0, count), locals: variables.slice(count), body };
}

/** Parameters that are all integers: addresses and counts. */
export function integers<N extends string>(names: readonly N[]): Readonly<Record<N, "i32">> {
  return Object.fromEntries(names.map((name) => [name, "i32"])) as Record<N, "i32">;
}

/** Calls a function. Its index is looked up when the module is written. */
export function call(target: Func, ...operands: readonly Operand<ValueType>[]): Expr<"void"> {
  return instruction(CALL, target, operands);
}

/** A loop: `body` receives the branch that starts the next iteration; the loop ends when it is not taken. */
export function loop(
  name: string,
  body: (again: (condition: Operand<"i32">) => Expr<"void">) => Statements,
): Structured {
  const label: Label = { kind: "label", name };
  return { kind: "loop", label, body: body((condition) => instruction(BR_IF, label, [condition])) };
}

/** Runs `body` if the condition is not 0, else `otherwise`. */
export function when(condition: Expr<"i32">, body: Statements, otherwise?: Statements | undefined): Structured {
  return { kind: "if", label: { kind: "label", name: "if" }, condition, body, ...(otherwise && { otherwise }) };
}

export function comment(text: string): Comment {
  return { kind: "comment", text };
}
