/** @file From functions to WebAssembly text, folded: an operand is inside the instruction that takes it. */

import { bytesOf } from "./encoding.ts";
import { type Expr, type Func, flatten, type Immediate, type Statement, type Statements } from "./expression.ts";
import { withCallees } from "./module.ts";

const WIDTH = 110;

/** Names of functions in the text; a number distinguishes those of the same name. */
type Names = ReadonlyMap<Func, string>;

function namesOf(functions: readonly Func[]): Names {
  const counts = new Map<string, number>();
  return new Map(
    functions.map((f) => {
      const before = counts.get(f.name) ?? 0;
      counts.set(f.name, before + 1);
      return [f, before === 0 ? f.name : `${f.name}.${before}`];
    }),
  );
}

/** Prints functions and the functions they call as text, callees first. */
export function printFunctions(functions: readonly Func[]): string {
  const all = withCallees(functions);
  const names = namesOf(all);
  return `${all.map((f) => printFunction(f, names, "")).join("\n\n")}\n`;
}

function printFunction(f: Func, names: Names, indent: string): string {
  const params = f.params.map(({ name, type }) => ` (param $${name} ${type})`).join("");
  const locals = f.locals.map(({ name, type }) => `${indent}  (local $${name} ${type})`);
  const lines = [`${indent}(func $${names.get(f)}${params}`, ...locals, ...printBody(f.body, names, `${indent}  `)];
  return close(lines.join("\n"), indent);
}

/** Appends a parenthesis, on a new line if the last line is a comment. */
function close(text: string, indent: string): string {
  return /;;[^\n]*$/.test(text) ? `${text}\n${indent})` : `${text})`;
}

function printBody(statements: Statements, names: Names, indent: string): string[] {
  return flatten(statements).map((statement) => printStatement(statement, names, indent));
}

function printStatement(statement: Statement, names: Names, indent: string): string {
  if (statement.kind === "comment") return `${indent};; ${statement.text}`;
  if (statement.kind === "instruction") return printInstruction(statement, names, indent);
  const inner = `${indent}  `;
  const branch = (name: string, body: Statements): string =>
    close([`${inner}(${name}`, ...printBody(body, names, `${inner}  `)].join("\n"), inner);
  if (statement.condition) {
    const parts = [printInstruction(statement.condition, names, inner), branch("then", statement.body)];
    if (statement.otherwise) parts.push(branch("else", statement.otherwise));
    return close([`${indent}(if`, ...parts].join("\n"), indent);
  }
  const opening = `${indent}(${statement.kind} $${statement.label.name}`;
  return close([opening, ...printBody(statement.body, names, inner)].join("\n"), indent);
}

/** On one line if it fits, else one operand per line. */
function printInstruction(expr: Expr, names: Names, indent: string): string {
  const line = indent + onOneLine(expr, names);
  if (line.length <= WIDTH || expr.operands.length === 0) return line;
  const operands = expr.operands.map((operand) => printInstruction(operand, names, `${indent}  `));
  return `${[`${indent}(${head(expr, names)}`, ...operands].join("\n")})`;
}

function onOneLine(expr: Expr, names: Names): string {
  return `(${[head(expr, names), ...expr.operands.map((operand) => onOneLine(operand, names))].join(" ")})`;
}

function head({ operation, immediate }: Expr, names: Names): string {
  return immediate === null ? operation.name : `${operation.name} ${textOf(immediate, names)}`;
}

function textOf(item: Immediate, names: Names): string {
  switch (item.kind) {
    case "i32":
      return String(item.value | 0);
    case "f32x4":
      return `f32x4${` ${numberText(Math.fround(item.value))}`.repeat(4)}`;
    case "f64x2":
      return `f64x2${` ${numberText(item.value)}`.repeat(2)}`;
    case "i8x16":
    case "i16x8":
    case "i32x4":
      return `${item.kind}${` ${item.value}`.repeat(Number(item.kind.slice(item.kind.indexOf("x") + 1)))}`;
    case "memarg": {
      const position = item.offset === 0 ? "align=1" : `offset=${item.offset} align=1`;
      return item.lane === undefined ? position : `${position} ${item.lane}`;
    }
    case "lanes":
      return bytesOf(item).join(" ");
    case "function":
      return `$${names.get(item)}`;
    default:
      return `$${item.name}`;
  }
}

function numberText(value: number): string {
  if (Number.isFinite(value)) return Object.is(value, -0) ? "-0" : String(value);
  return Number.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
}
