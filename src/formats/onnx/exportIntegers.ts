/**
 * @file Writes integer values in ONNX's QDQ form: between QuantizeLinear and DequantizeLinear.
 *
 *   x → DequantizeLinear → Conv → QuantizeLinear → y,     the filter and the bias each after a DequantizeLinear
 *
 * A runtime that knows the pattern computes with the integers; any other computes with the real numbers.
 */
import type { Graph, GraphNode } from "../../graph/graph.ts";
import type { Weights } from "../../graph/weights.ts";
import type { QuantizedLevels, QuantizedTensor } from "../../tensor/quantizedTensor.ts";
import { Tensor } from "../../tensor/tensor.ts";
import type { Weight } from "../../tensor/weight.ts";
import { int, type OnnxWriter } from "./writer.ts";

/** Writes the nodes of a graph. @param writeReal writes a node on real numbers */
export function writeNodes(
  file: OnnxWriter,
  { inputs, outputs, nodes }: Graph,
  weights: Weights<Weight>,
  writeReal: (file: OnnxWriter, node: GraphNode, weights: Weights<Weight>) => void,
): void {
  /** Names of integer tensors in the file, by their values in the graph. */
  const integers = new Map(inputs.filter(({ quantization }) => quantization).map(({ name }) => [name, name]));
  for (const node of nodes) {
    const { name, quantization } = node;
    if (quantization === undefined) {
      writeReal(file, node, weights);
      continue;
    }
    const { inputs: from, output: to } = quantization;
    const real = node.inputs.map((x, i) => {
      const levels = from[i];
      const wanted = node.op === "dequantize" ? name : file.fresh(`${x}/real`);
      return levels === null ? x : dequantized(file, integers.get(x) as string, levels, wanted);
    });
    if (node.op === "dequantize") continue;
    // An output's name belongs to its integers; other values' names to the real numbers, as in other exporters' files.
    const isOutput = outputs.includes(name);
    const result = isOutput ? file.fresh(`${name}/real`) : name;
    if (node.op !== "quantize") writeReal(file, { ...node, name: result, inputs: real }, weights);
    const rounded = isOutput ? name : file.fresh(`${name}/integers`);
    const [source] = node.op === "quantize" ? real : [result];
    integers.set(name, quantized(file, source, to as QuantizedLevels, rounded));
  }
}

function quantized(file: OnnxWriter, x: string, levels: QuantizedLevels, y: string): string {
  return file.node("QuantizeLinear", [x, ...levelOperands(file, y, levels)], y);
}

function dequantized(file: OnnxWriter, x: string, levels: QuantizedLevels, y: string): string {
  return file.node("DequantizeLinear", [x, ...levelOperands(file, y, levels)], y);
}

function levelOperands(file: OnnxWriter, name: string, { type, scale, zeroPoint }: QuantizedLevels): readonly string[] {
  return [file.scalar(`${name}/scale`, scale), file.level(`${name}/zero_point`, zeroPoint, type)];
}

/**
 * Writes an integer weight and the node that dequantises it.
 *
 * @param turn converts from the graph's order to the file's
 * @param axis the axis of the outputs, in the file
 */
export function writeIntegerWeight(
  file: OnnxWriter,
  name: string,
  weight: QuantizedTensor,
  turn: (weight: Tensor) => Tensor,
  axis: number,
): string {
  const { type, shape, data, scale, zeroPoint } = weight;
  if (type === "int32") {
    const integers = file.numbers(file.fresh(`${name}/integers`), type, shape, data);
    return file.node(
      "DequantizeLinear",
      [integers, numbersOf(file, `${name}/scale`, scale)],
      file.fresh(name),
      int("axis", 0),
    );
  }
  // Eight-bit integers are exact in float32.
  const turned = turn(new Tensor(Float32Array.from(data), shape));
  const integers = file.numbers(file.fresh(`${name}/integers`), type, turned.shape, turned.toFloat32Array());
  const isList = typeof scale !== "number";
  const point = isList && typeof zeroPoint === "number" ? scale.map(() => zeroPoint) : zeroPoint;
  const points = typeof point === "number" ? [point] : point;
  const levels = file.numbers(file.fresh(`${name}/zero_point`), type, isList ? [points.length] : [], points);
  const operands = [integers, numbersOf(file, `${name}/scale`, scale), levels];
  return file.node("DequantizeLinear", operands, file.fresh(name), isList ? int("axis", axis) : []);
}

function numbersOf(file: OnnxWriter, name: string, values: number | readonly number[]): string {
  if (typeof values === "number") return file.scalar(name, values);
  return file.tensor(name, new Tensor(Float32Array.from(values), [values.length]));
}
