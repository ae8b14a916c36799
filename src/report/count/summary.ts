/** @file A network layer by layer: what `separable summary` prints. */
import { type Analysis, costOf, type LayerCost, shareOf } from "../../analysis/analyze.ts";
import { type Graph, outputShapeOf } from "../../graph/graph.ts";
import { readGraph } from "../../graph/readGraph.ts";
import { formatShape, type Shape } from "../../tensor/shape.ts";
import { integer, percent } from "../forms/numbers.ts";
import { originOf } from "../origin.ts";
import { type Cell, type Report, type ReportTable, reportOf } from "../report.ts";

/** The counts of a network, layer by layer, with its inputs and outputs. Survives a round trip through JSON. */
export interface NetworkSummary extends Analysis {
  readonly inputs: readonly NetworkEnd[];
  readonly outputs: readonly NetworkEnd[];
}

/** An input or output. */
export interface NetworkEnd {
  readonly name: string;
  /** For one image, with the leading 1. */
  readonly shape: Shape;
}

/**
 * Counts a network, layer by layer, for one image, as {@link analyze} does.
 *
 * @throws ShapeError if the graph is invalid
 *
 * @example summarizeNetwork(fashionNet()).inputs; // [{ name: "input", shape: [1, 28, 28, 1] }]
 */
export function summarizeNetwork(graph: Graph): NetworkSummary {
  const own = readGraph("summarizeNetwork", graph);
  return {
    ...costOf(own),
    inputs: own.inputs,
    outputs: own.outputs.map((name) => ({ name, shape: outputShapeOf(own, name) })),
  };
}

/**
 * Returns the tables of a summary: layers, types of layers, totals under every counting rule in use.
 *
 * @param data from `summarizeNetwork`, or its JSON
 * @throws ShapeError if it cannot be read
 *
 * @example summaryReport(summarizeNetwork(fashionNet())).parts.length; // 4
 */
export function summaryReport(data: NetworkSummary): Report {
  return reportOf("summaryReport", "summarizeNetwork", data, () => report(data));
}

function report(data: NetworkSummary): Report {
  return {
    title: data.name,
    origin: originOf("summary"),
    parts: [
      { text: endsOf(data) },
      { table: layersTable(data) },
      { table: typesTable(data) },
      { table: totalsTable(data) },
    ],
  };
}

function layersTable({ layers, total: { macs, parameters } }: NetworkSummary): ReportTable {
  return {
    name: "layers",
    title: "",
    columns: [
      { title: "layer" },
      { title: "type", align: "left" },
      { title: "input", rank: 3 },
      { title: "output" },
      { title: "kernel" },
      { title: "stride", rank: 1 },
      { title: "parameters", show: integer },
      { title: "MACs", show: integer },
      { title: "share", rank: 2, show: percent },
    ],
    rows: [
      ...layers.map((layer) => layerRow(layer, macs)),
      [],
      ["total", "", "", "", "", "", parameters.trainable, macs, 1],
    ],
  };
}

function typesTable({ byKind }: NetworkSummary): ReportTable {
  const share = (value: number): string => percent(value, 2);
  return {
    name: "types",
    title: "",
    columns: [
      { title: "type" },
      { title: "layers", show: integer },
      { title: "MACs", show: integer },
      { title: "share", long: "share of MACs", show: share },
      { title: "weights", show: integer },
      { title: "share", long: "share of weights", show: share },
    ],
    rows: byKind.map(({ kind, layers, macs, macsShare, weights, weightsShare }) => {
      return [kind, layers, macs, macsShare, weights, weightsShare];
    }),
  };
}

function totalsTable({
  total: { macs, parameters, weightBytes, activationBytes },
  byType,
}: NetworkSummary): ReportTable {
  return {
    name: "totals",
    title: "",
    columns: [
      { title: "in total" },
      { title: "count", show: integer },
      { title: "meaning", isProse: true, align: "left" },
    ],
    rows: [
      ["MACs", macs, "convolutions and dense layers (the papers)"],
      ["FLOPs", 2 * macs, "2 × MACs"],
      ["parameters, bare", parameters.withoutBatchNorm, "without batch norm (the papers)"],
      ["parameters, trainable", parameters.trainable, "with batch norm's scale and bias (PyTorch)"],
      ["parameters, stored", parameters.stored, "with its mean and variance too (Keras)"],
      ["bytes of weights", weightBytes, `everything stored${typeWords(byType)}`],
      ["bytes of activations", activationBytes, "every layer's output"],
    ],
  };
}

/** ", as float32", or the types that are stored for layers of each type. */
function typeWords(byType: NetworkSummary["byType"]): string {
  const stored = byType.filter((one) => one.weightBytes > 0);
  if (stored.length < 2) return `, as ${stored[0]?.type ?? "float32"}`;
  return `: ${stored.map((one) => `${integer(one.weightBytes)} of ${one.type} layers`).join(", ")}`;
}

/** "input 224×224×3", or all inputs and outputs if there are several. */
function endsOf({ inputs, outputs }: NetworkSummary): string {
  const extentsOf = ({ shape }: NetworkEnd): string => formatShape(shape.slice(1));
  const listed = (what: string, ends: readonly NetworkEnd[]): string =>
    `${what}s ${ends.map((end) => `${end.name} ${extentsOf(end)}`).join(", ")}`;
  const first = inputs.length === 1 ? `input ${extentsOf(inputs[0])}` : listed("input", inputs);
  return outputs.length === 1 ? first : `${first}; ${listed("output", outputs)}`;
}

function layerRow(layer: LayerCost, total: number): Cell[] {
  const pair = (value: readonly [number, number] | null): string => value?.join("×") ?? "";
  return [
    layer.name,
    layer.kind,
    layer.inputShape.slice(1).join("×"),
    layer.outputShape.slice(1).join("×"),
    pair(layer.kernel),
    pair(layer.strides),
    layer.parameters.trainable,
    layer.macs,
    shareOf(layer.macs, total),
  ];
}
