/**
 * @file TensorFlow's graphs as JSON, as in TensorFlow.js graph models.
 *
 *   { "node": [{ "name": "conv", "op": "Conv2D", "input": ["x", "filter:0", "^after"],
 *                "attr": { "strides": { "list": { "i": ["1", "2", "2", "1"] } },
 *                          "padding": { "s": "U0FNRQ==" } } }, …] }
 *
 * Integers are strings, and strings are in base64. Source: tensorflow/core/framework/graph.proto, attr_value.proto.
 */
import { FormatError, show } from "../../tensor/errors.ts";
import { type Json, objectOf } from "../json.ts";
import { numberOf, shapeIn } from "./shape.ts";

export interface GraphDefNode {
  readonly name: string;
  readonly op: string;
  /** Names of values, "node" or "node:1"; control inputs, which only have to run before, are left out. */
  readonly inputs: readonly string[];
  readonly attributes: Json;
}

/** @throws FormatError unless it is a list of nodes */
export function graphDefNodes(file: string, topology: Json): readonly GraphDefNode[] {
  const { node: listed } = topology;
  if (!Array.isArray(listed)) throw new FormatError(`${file}: its graph has node ${show(listed)}, needs a list`);
  return listed.map((one, i) => {
    const node = objectOf(one);
    const { name, op, input = [] } = node;
    const inputs = Array.isArray(input)
      ? input.filter((from) => !(typeof from === "string" && from[0] === "^"))
      : [null];
    if (typeof name !== "string" || typeof op !== "string" || !inputs.every((from) => typeof from === "string")) {
      throw new FormatError(`${file}: node ${i} has no name, operator or inputs that can be read`);
    }
    return { name, op, inputs: inputs.map(plainName), attributes: objectOf(node.attr) };
  });
}

/** The first output of a node has the node's name. */
export function plainName(name: string): string {
  return name.replace(/:0$/, "");
}

/** The value of an attribute; undefined if the node has none of that name. */
function attributeOf(attributes: Json, name: string): Json | undefined {
  return Object.hasOwn(attributes, name) ? objectOf(attributes[name]) : undefined;
}

export function textAttribute(attributes: Json, name: string): string | undefined {
  const value = attributeOf(attributes, name);
  return value === undefined ? undefined : textOf(value.s);
}

export function textsAttribute(attributes: Json, name: string): readonly string[] {
  const { s } = objectOf(attributeOf(attributes, name)?.list);
  return Array.isArray(s) ? s.map((one) => textOf(one) ?? "") : [];
}

/** Decodes base64, or a list of character codes. */
function textOf(value: unknown): string | undefined {
  if (Array.isArray(value)) return String.fromCharCode(...value.slice(0, 100).map(Number));
  try {
    return typeof value === "string" ? atob(value) : undefined;
  } catch {
    return undefined;
  }
}

/** JSON omits zeros. @returns NaN if it is not a number */
export function numberAttribute(attributes: Json, name: string, byDefault: number): number {
  const value = attributeOf(attributes, name);
  if (value === undefined) return byDefault;
  return numberOf(value.i ?? value.f ?? 0);
}

export function numbersAttribute(attributes: Json, name: string): readonly number[] | undefined {
  const value = attributeOf(attributes, name);
  if (value === undefined) return undefined;
  const { i, f } = objectOf(value.list);
  const list = i ?? f ?? [];
  return Array.isArray(list) ? list.map(numberOf) : [Number.NaN];
}

export function flagAttribute(attributes: Json, name: string): boolean {
  return attributeOf(attributes, name)?.b === true;
}

/** Reads a type by name, "DT_FLOAT", or by number. */
export function typeAttribute(attributes: Json, name: string): string {
  const type = attributeOf(attributes, name)?.type;
  return typeof type === "string" ? type : typeof type === "number" ? (TYPES[type] ?? "") : "";
}

const TYPES: Readonly<Record<number, string>> = {
  ...{ 1: "DT_FLOAT", 2: "DT_DOUBLE", 3: "DT_INT32", 4: "DT_UINT8", 9: "DT_INT64", 10: "DT_BOOL", 14: "DT_BFLOAT16" },
  19: "DT_HALF",
};

/** Extents of a shape, -1 where it is open; undefined if there is none or its rank is unknown. */
export function shapeAttribute(attributes: Json, name: string): readonly number[] | undefined {
  return shapeIn(attributeOf(attributes, name)?.shape);
}
