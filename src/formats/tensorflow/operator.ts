/** @file Operators of TensorFlow's graphs, and how they read their attributes. */
import { type Operator as AnyOperator, operator as anyOperator } from "../importer/operator.ts";
import type { Context as AnyContext } from "../importer/values.ts";
import type { Json } from "../json.ts";
import { flagAttribute, numberAttribute, numbersAttribute, textAttribute } from "./graphDef.ts";

/** The context of an operator, apart from its inputs. */
export interface Own {
  readonly attributes: Json;
  /** Number of outputs. */
  readonly outputs: number;
}

export type Context = AnyContext & Own;
export type Operator = AnyOperator<Context>;

/** @param takesBlocks whether inputs may be cut into blocks; default false */
export function operator(run: Operator["run"], takesBlocks?: boolean): Operator {
  return anyOperator<Context>(run, takesBlocks);
}

export function integer(c: Context, name: string, byDefault: number = 0): number {
  const found = numberAttribute(c.attributes, name, byDefault);
  return Number.isInteger(found) ? found : c.fail(`has the attribute ${name} ${found}, needs an integer`);
}

export function real(c: Context, name: string, byDefault: number): number {
  const found = numberAttribute(c.attributes, name, byDefault);
  return Number.isFinite(found) ? found : c.fail(`has the attribute ${name} ${found}, needs a number`);
}

export function flag({ attributes }: Context, name: string): boolean {
  return flagAttribute(attributes, name);
}

export function text({ attributes }: Context, name: string): string | undefined {
  return textAttribute(attributes, name);
}

export function integers(c: Context, name: string): readonly number[] | undefined {
  const found = numbersAttribute(c.attributes, name);
  if (found?.every(Number.isInteger) === false) c.fail(`has the attribute ${name} ${found.join(", ")}, needs integers`);
  return found;
}
