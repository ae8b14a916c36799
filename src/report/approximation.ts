/** @file A network made separable with its weights: what each layer kept, and how far outputs moved. */
import { costOf } from "../analysis/analyze.ts";
import type { Graph } from "../graph/graph.ts";
import { readGraph } from "../graph/readGraph.ts";
import type { ApproximatedLayer, Approximation } from "../graph/separable/approximate.ts";
import type { OutputDistance } from "../session/compareOutputs.ts";
import { checkRecord } from "../tensor/errors.ts";
import type { ComparedNetwork } from "./compare/comparison.ts";
import { integer, percent, ratio } from "./forms/numbers.ts";
import { originOf } from "./origin.ts";
import { type Cell, type Report, type ReportTable, reportOf } from "./report.ts";

/** A network before and after it was made separable. Survives a round trip through JSON. */
export interface ApproximationSummary {
  readonly before: ComparedNetwork;
  readonly after: ComparedNetwork;
  readonly layers: readonly ApproximatedLayer[];
  /** How far values moved, if that was measured. */
  readonly moved: Moved | null;
}

/** What `compareOutputs` measured, and on how many images. */
export interface Moved {
  readonly images: number;
  /** Distances of the replaced layers' results, before batch norm. */
  readonly layers: readonly OutputDistance[];
  readonly outputs: readonly OutputDistance[];
}

/**
 * Counts a network before and after `toSeparable`.
 *
 * @param graph the standard network
 * @param made  from `toSeparable(graph, weights)`
 * @param moved how far values moved, from `compareOutputs`; default: not measured
 * @throws ShapeError unless both graphs are valid
 *
 * @example
 * const standard = fashionNet({ convolution: "standard" });
 * const made = toSeparable(standard, randomWeights(standard, 1));
 * const { before, after } = summarizeApproximation(standard, made);
 * [before.macs, after.macs]; // [43466880, 5411520]
 */
export function summarizeApproximation(
  graph: Graph,
  made: Pick<Approximation, "graph" | "layers">,
  moved: Moved | null = null,
): ApproximationSummary {
  checkRecord("summarizeApproximation", "made", made);
  const [before, after] = [graph, made.graph].map((one) => {
    const own = readGraph("summarizeApproximation", one);
    return { name: own.name, ...costOf(own).total };
  });
  return { before, after, layers: made.layers, moved };
}

/**
 * Returns the tables of a network made separable: multiplier, energy kept and multiply-accumulates of each layer, and
 * how far outputs moved.
 *
 * @param data from `summarizeApproximation`, or its JSON
 * @throws ShapeError if it cannot be read
 *
 * @example
 * const standard = fashionNet({ convolution: "standard" });
 * const made = toSeparable(standard, randomWeights(standard, 1));
 * approximationReport(summarizeApproximation(standard, made)).title; // "fashion_1.0_28_standard made separable"
 */
export function approximationReport(data: ApproximationSummary): Report {
  return reportOf("approximationReport", "summarizeApproximation", data, () => {
    const { before, moved } = data;
    return {
      title: `${before.name} made separable`,
      origin: originOf("convert --separable"),
      parts: [
        { table: layersTable(data) },
        ...notes(data).map((text) => ({ text })),
        ...(moved === null ? [] : [{ table: outputsTable(moved) }]),
      ],
    };
  });
}

function layersTable({ before, after, layers, moved }: ApproximationSummary): ReportTable {
  const distances = new Map(moved?.layers.map(({ name, relative }) => [name, relative]));
  const cells = (of: readonly Cell[], distance: Cell, macs: number, macsAfter: number): readonly Cell[] => {
    return [...of, ...(moved === null ? [] : [distance]), macs, macsAfter, macs / macsAfter];
  };
  return {
    name: "layers",
    title: "",
    columns: [
      { title: "layer" },
      { title: "kernel", rank: 1 },
      { title: "channels", rank: 3, show: integer },
      { title: "outputs", rank: 3, show: integer },
      { title: "M" },
      { title: "energy kept", show: percent },
      ...(moved === null ? [] : [{ title: "moved by", show: percent }]),
      { title: "MACs before", rank: 2, show: integer },
      { title: "after", long: "MACs after", show: integer },
      { title: "cheaper", show: ratio },
    ],
    rows: [
      ...layers.map(({ name, kernel, channels, outputs, multiplier, energy, macsBefore, macs }) => {
        const own = [name, kernel.join("×"), channels, outputs, multiplier ?? "stays", energy];
        return cells(own, distances.get(name) ?? null, macsBefore, macs);
      }),
      [],
      cells(["the whole network", null, null, null, null, null], null, before.macs, after.macs),
    ],
  };
}

function notes({ layers, moved }: ApproximationSummary): readonly string[] {
  const lines = [
    "M: depthwise kernels per channel; energy kept: 1 - Σ (W - W')² / Σ W², batch norm folded into W",
    ...(moved === null ? [] : ["moved by: √(Σ (y' - y)² / Σ y²) before batch norm, with what earlier layers moved"]),
    ...(layers.some(({ multiplier }) => multiplier === null) ? ["stays: still a standard convolution"] : []),
  ];
  return [lines.join("\n")];
}

function outputsTable({ outputs, images }: Moved): ReportTable {
  return {
    name: "outputs",
    title: `How far outputs moved, on ${images === 1 ? "one image" : `${integer(images)} images`}`,
    columns: [
      { title: "output" },
      { title: "moved by", show: percent },
      { title: "largest difference", show: (value) => value.toPrecision(3) },
      { title: "same class", show: percent },
    ],
    rows: outputs.map(({ name, relative, largest, sameBest }) => [name, relative, largest, sameBest]),
  };
}
