/** @file Describes the contents of a model file as text. */
import type { FileEnd } from "../../formats/format.ts";
import type { FileSummary } from "../../formats/inspect.ts";
import { integer, size } from "../../report/forms/numbers.ts";
import { style } from "../terminal/terminal.ts";

/** Names of formats as people know them. */
const FORMATS = {
  ...{ safetensors: "safetensors", graph: "a graph as JSON", tfjs: "TensorFlow.js", onnx: "ONNX", npz: "NumPy's .npz" },
  ...{ tflite: "TensorFlow Lite", keras: "Keras" },
};

/** Maximum characters of a line of metadata. */
const MAX_VALUE = 100;

export function fileText(file: FileSummary): string {
  const { source, format, version, bytes, producer, inputs, outputs, operators, weights, metadata, signatures } = file;
  const written = producer === "" ? "" : `, written by ${producer}`;
  const kinds = Object.entries(weights.types).filter(([type]) => type !== "");
  const types = kinds.length === 0 ? "" : `: ${kinds.map(([type, count]) => `${integer(count)} ${type}`).join(", ")}`;
  const wide = Math.max(0, ...operators.map(({ name }) => name.length));
  const longest = Math.max(0, ...operators.map(({ count }) => integer(count).length));
  const parts: readonly (readonly [title: string, lines: readonly string[]])[] = [
    ["inputs", inputs.map(endText)],
    ["outputs", outputs.map(endText)],
    ["signatures", signatures],
    [
      "operators",
      operators.map(({ name, count, obstacle }) => {
        const line = `${name.padEnd(wide)}  ${integer(count).padStart(longest)}`;
        return obstacle === null ? line : `${line}  ${obstacle}`;
      }),
    ],
    [
      "weights",
      weights.tensors === 0
        ? []
        : [`${integer(weights.tensors)} tensors of ${integer(weights.numbers)} numbers${types}`],
    ],
    ["metadata", Object.entries(metadata).map(([name, value]) => `${name}  ${shortened(value)}`)],
  ];
  const title = `${style("bold", source)}: ${FORMATS[format]}${version === "" ? "" : `, ${version}`}, ${size(bytes)}${written}`;
  const shown = parts.filter(([, lines]) => lines.length > 0);
  return [
    title,
    ...shown.map(([name, lines]) => [style("dim", name), ...lines.map((line) => `  ${line}`)].join("\n")),
  ].join("\n\n");
}

function endText({ name, shape, type }: FileEnd): string {
  return `${name}  ${shape.join("×")}  ${type}`;
}

function shortened(value: string): string {
  const line = value.replaceAll(/\s+/g, " ");
  return line.length > MAX_VALUE ? `${line.slice(0, MAX_VALUE)}…` : line;
}
