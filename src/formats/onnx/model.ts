/**
 * @file Parses an ONNX file into named nodes and tensors, without interpreting them.
 *
 * Source: github.com/onnx/onnx, onnx.proto3, which defines the field numbers.
 */
import { FormatError, show } from "../../tensor/errors.ts";
import { MAX_RANK } from "../../tensor/shape.ts";
import { fieldsOf, type Message, readerOf, rootMessage } from "../bytes/protobuf.ts";
import { append } from "./limits.ts";
import type { OnnxAttribute, OnnxModel, OnnxNode, OnnxValue } from "./modelTypes.ts";
import { type OnnxTensor, readEntry, readTensor } from "./tensor.ts";

/** @throws FormatError if the bytes are not an ONNX model */
export function readModel(file: string, bytes: Uint8Array): OnnxModel {
  const message = rootMessage(file, bytes);
  let [irVersion, opset, producer] = [0, null as number | null, ""];
  let graph: Message | null = null;
  const metadata = new Map<string, string>();
  for (const field of fieldsOf(message)) {
    const as = (name: string) => readerOf(message, name, field);
    if (field.number === 1) irVersion = as("ir_version").integer();
    else if (field.number === 2) producer = as("producer_name").text();
    else if (field.number === 7) graph = as("graph").message();
    else if (field.number === 14) readEntry(as("metadata_props").message(), metadata);
    else if (field.number === 8) opset = readOpset(as("opset_import").message()) ?? opset;
  }
  if (irVersion < 1) throw new FormatError(`${file}: has no ir_version, not an ONNX model`);
  if (opset === null) throw new FormatError(`${file}: has no opset of ai.onnx, not an ONNX model`);
  if (graph === null) throw new FormatError(`${file}: has no graph, not an ONNX model`);
  return { opset, producer, metadata, ...readGraph(graph) };
}

/** Reads the version of the standard operator set; null for another domain's. */
function readOpset(message: Message): number | null {
  let [domain, version] = ["", 0];
  for (const field of fieldsOf(message)) {
    const as = (name: string) => readerOf(message, name, field);
    if (field.number === 1) domain = as("domain").text();
    else if (field.number === 2) version = as("version").integer();
  }
  return domain === "" || domain === "ai.onnx" ? version : null;
}

function readGraph(message: Message): Omit<OnnxModel, "opset" | "producer" | "metadata"> {
  let graphName = "";
  const nodes: OnnxNode[] = [];
  const initializers: OnnxTensor[] = [];
  const inputs: OnnxValue[] = [];
  const outputs: OnnxValue[] = [];
  for (const field of fieldsOf(message)) {
    const as = (name: string) => readerOf(message, name, field);
    if (field.number === 1) append(message.path, nodes, readNode(as(`node[${nodes.length}]`).message()));
    else if (field.number === 2) graphName = as("name").text();
    else if (field.number === 5)
      append(message.path, initializers, readTensor(as(`initializer[${initializers.length}]`).message()));
    else if (field.number === 11) append(message.path, inputs, readValue(as(`input[${inputs.length}]`).message()));
    else if (field.number === 12) append(message.path, outputs, readValue(as(`output[${outputs.length}]`).message()));
    else if (field.number === 15) throw new FormatError(`${message.path}: sparse initializers are not supported`);
  }
  return { graphName, nodes, initializers, inputs, outputs };
}

function readNode(message: Message): OnnxNode {
  const [inputs, outputs]: [string[], string[]] = [[], []];
  const attributes = new Map<string, OnnxAttribute>();
  let [name, op, domain] = ["", "", ""];
  for (const field of fieldsOf(message)) {
    const as = (what: string) => readerOf(message, what, field);
    if (field.number === 1) append(message.path, inputs, as("input").text());
    else if (field.number === 2) append(message.path, outputs, as("output").text());
    else if (field.number === 3) name = as("name").text();
    else if (field.number === 4) op = as("op_type").text();
    else if (field.number === 5) {
      const attribute = readAttribute(as("attribute").message());
      if (attributes.has(attribute.name)) {
        throw new FormatError(`${message.path}: has the attribute ${show(attribute.name)} twice`);
      }
      attributes.set(attribute.name, attribute);
    } else if (field.number === 7) domain = as("domain").text();
  }
  return { name, op, domain, inputs, outputs, attributes };
}

function readAttribute(message: Message): OnnxAttribute {
  let name = "";
  let isGraph = false;
  const floats: number[] = [];
  const ints: number[] = [];
  const one: { f?: number; i?: number; s?: string; t?: OnnxTensor } = {};
  for (const field of fieldsOf(message)) {
    const as = (what: string) => readerOf(message, what, field);
    switch (field.number) {
      case 1:
        name = as("name").text();
        break;
      case 2:
        one.f = as("f").float();
        break;
      case 3:
        one.i = as("i").integer();
        break;
      case 4:
        one.s = as("s").text();
        break;
      case 5:
        one.t = readTensor(as("t").message());
        break;
      case 6:
      case 11:
        isGraph = true;
        break;
      case 7:
        for (const value of as("floats").floats()) append(message.path, floats, value);
        break;
      case 8:
        for (const value of as("ints").integers()) append(message.path, ints, value);
        break;
    }
  }
  return { name, ...one, floats, ints, isGraph };
}

function readValue(message: Message): OnnxValue {
  let name = "";
  let shape: readonly (number | string)[] | null = null;
  let elementType = 0;
  for (const field of fieldsOf(message)) {
    const as = (what: string) => readerOf(message, what, field);
    if (field.number === 1) name = as("name").text();
    else if (field.number === 2) ({ shape, elementType } = readType(as("type").message()));
  }
  return { name, shape, elementType };
}

function readType(message: Message): Pick<OnnxValue, "shape" | "elementType"> {
  let shape: (number | string)[] | null = null;
  let elementType = 0;
  for (const field of fieldsOf(message)) {
    if (field.number !== 1) throw new FormatError(`${message.path}: is not of a tensor, needs one`);
    const tensor = readerOf(message, "tensor_type", field).message();
    for (const part of fieldsOf(tensor)) {
      if (part.number === 1) elementType = readerOf(tensor, "elem_type", part).integer();
      if (part.number !== 2) continue;
      const dims = readerOf(tensor, "shape", part).message();
      shape = [];
      for (const dim of fieldsOf(dims)) {
        if (dim.number !== 1) continue;
        if (shape.push(readDim(readerOf(dims, "dim", dim).message())) > MAX_RANK) {
          throw new FormatError(`${message.path}: has more than ${MAX_RANK} dims`);
        }
      }
    }
  }
  return { shape, elementType };
}

function readDim(message: Message): number | string {
  let size: number | string = "?";
  for (const field of fieldsOf(message)) {
    if (field.number === 1) size = readerOf(message, "dim_value", field).integer();
    else if (field.number === 2) size = readerOf(message, "dim_param", field).text() || "?";
  }
  return size;
}
