/** @file From functions to the bytes of a WebAssembly module. Source: webassembly.github.io/spec, chapter 5. */
import { concatBytes } from "../tensor/bytes.ts";
import { bytesOf, float32, float64, lanesOf, name, signed, unsigned, vector } from "./encoding.ts";
import type { Expr, Func, Immediate, Label, Statements, ValueType } from "./expression.ts";

const TYPE_CODES: Record<ValueType, number> = { i32: 0x7f, v128: 0x7b };
const SHAPES = { loop: 0x03, if: 0x04 } as const;
const ELSE = 0x05;
const END = 0x0b;
const NO_RESULT = 0x40;

export interface MemoryLimits {
  /** Minimum size of the memory, in pages of 64 KiB. */
  readonly pages: number;
  /** Whether several threads share it. A shared memory cannot grow here: its maximum is its minimum. */
  readonly shared: boolean;
}

/** Functions by the names under which a module exports them. */
export type Exports = Readonly<Record<string, Func>>;

/**
 * Encodes a module that imports its memory as `env.memory` and exports functions; the functions that they call are
 * included.
 */
export function encodeModule(exported: Exports, memory: MemoryLimits): Uint8Array<ArrayBuffer> {
  const types: string[] = [];
  const typeOf = (f: Func): number => {
    const key = f.params.map(({ type }) => TYPE_CODES[type]).join();
    if (!types.includes(key)) types.push(key);
    return types.indexOf(key);
  };
  const numbers = new Map<Func, number>();
  const typeIndices: number[][] = [];
  const bodies: number[][] = [];
  /** The index of a function, which is encoded when first requested: callees precede their callers. */
  const numberOf: NumberOf = (f) => {
    const known = numbers.get(f);
    if (known !== undefined) return known;
    const code = encodeFunction(f, numberOf);
    typeIndices.push(unsigned(typeOf(f)));
    numbers.set(f, bodies.length);
    return bodies.push(code) - 1;
  };
  const exports = Object.entries(exported).map(([key, f]) => [...name(key), 0x00, ...unsigned(numberOf(f))]);
  const typeBytes = types.map((key) => [
    0x60,
    ...vector(key === "" ? [] : key.split(",").map((code) => [Number(code)])),
    0,
  ]);
  const limits = memory.shared
    ? [3, ...unsigned(memory.pages), ...unsigned(memory.pages)]
    : [0, ...unsigned(memory.pages)];
  return concatBytes([
    [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00], // "\0asm", version 1
    ...section(1, [vector(typeBytes)]),
    ...section(2, [vector([[...name("env"), ...name("memory"), 0x02, ...limits]])]),
    ...section(3, [vector(typeIndices)]),
    ...section(7, [vector(exports)]),
    ...section(10, [unsigned(bodies.length), ...bodies.flatMap((code) => [unsigned(code.length), code])]),
  ]);
}

type Chunks = readonly (readonly number[])[];

function section(id: number, content: Chunks): Chunks {
  const size = content.reduce((sum, { length }) => sum + length, 0);
  return [[id], unsigned(size), ...content];
}

/** The functions and whatever they call, callees first. */
export function withCallees(functions: readonly Func[]): readonly Func[] {
  const found = new Set<Func>();
  const visit = (f: Func): void => {
    if (found.has(f)) return;
    eachCall(f.body, visit);
    found.add(f);
  };
  for (const f of functions) visit(f);
  return [...found];
}

function eachCall(statements: Statements, visit: (callee: Func) => void): void {
  for (const item of statements) {
    if (!("kind" in item)) eachCall(item, visit);
    else if (item.kind === "instruction") {
      if (item.immediate?.kind === "function") visit(item.immediate);
    } else if (item.kind !== "comment") {
      eachCall(item.body, visit);
      if (item.otherwise) eachCall(item.otherwise, visit);
    }
  }
}

type NumberOf = (f: Func) => number;

function encodeFunction(f: Func, numberOf: NumberOf): number[] {
  const declarations: { type: ValueType; count: number }[] = []; // of variables of one type
  for (const { type } of f.locals) {
    const last = declarations[declarations.length - 1];
    if (last?.type === type) last.count++;
    else declarations.push({ type, count: 1 });
  }
  const out = vector(declarations.map(({ type, count }) => [...unsigned(count), TYPE_CODES[type]]));
  writeBody(out, f.body, [], numberOf);
  out.push(END);
  return out;
}

// The functions below append to one list of bytes: a network's modules are written while its user waits.

/** @param labels of what encloses the statements, innermost last */
function writeBody(out: number[], statements: Statements, labels: Label[], numberOf: NumberOf): void {
  for (const item of statements) {
    if (!("kind" in item)) writeBody(out, item, labels, numberOf);
    else if (item.kind === "instruction") writeInstruction(out, item, labels, numberOf);
    else if (item.kind !== "comment") {
      if (item.condition) writeInstruction(out, item.condition, labels, numberOf);
      out.push(SHAPES[item.kind], NO_RESULT);
      labels.push(item.label);
      writeBody(out, item.body, labels, numberOf);
      if (item.otherwise) {
        out.push(ELSE);
        writeBody(out, item.otherwise, labels, numberOf);
      }
      labels.pop();
      out.push(END);
    }
  }
}

/** Operands first, as a stack machine requires. */
function writeInstruction(out: number[], expr: Expr, labels: readonly Label[], numberOf: NumberOf): void {
  const { operation, immediate, operands } = expr;
  for (let i = 0; i < operands.length; i++) writeInstruction(out, operands[i], labels, numberOf);
  writeBytes(out, operation.opcode);
  if (immediate !== null) writeImmediate(out, immediate, labels, numberOf);
}

function writeImmediate(out: number[], item: Immediate, labels: readonly Label[], numberOf: NumberOf): void {
  switch (item.kind) {
    case "variable":
      writeUnsigned(out, item.index);
      return;
    case "memarg": // the alignment promised (none, 2^0) and the offset
      out.push(0);
      writeUnsigned(out, item.offset);
      if (item.lane !== undefined) out.push(item.lane);
      return;
    case "i32":
      writeBytes(out, signed(item.value));
      return;
    case "f32x4":
      for (let lane = 0; lane < 4; lane++) writeBytes(out, float32(item.value));
      return;
    case "f64x2":
      for (let lane = 0; lane < 2; lane++) writeBytes(out, float64(item.value));
      return;
    case "i8x16":
    case "i16x8":
    case "i32x4":
      writeBytes(out, lanesOf(item.kind, item.value));
      return;
    case "lanes":
      writeBytes(out, bytesOf(item));
      return;
    case "function":
      writeUnsigned(out, numberOf(item));
      return;
    case "label":
      writeUnsigned(out, labels.length - 1 - labels.lastIndexOf(item));
  }
}

function writeBytes(out: number[], bytes: readonly number[]): void {
  for (let i = 0; i < bytes.length; i++) out.push(bytes[i]);
}

function writeUnsigned(out: number[], value: number): void {
  if (value < 128) out.push(value);
  else writeBytes(out, unsigned(value));
}
