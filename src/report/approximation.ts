/** @file The report of a network made separable with its weights: what each layer kept. */
import type { ApproximatedLayer } from "../graph/separable/approximate.ts";
import type { OutputDistance } from "../session/compareOutputs.ts";
import { integer, percent, ratio } from "./forms/numbers.ts";
import { originOf } from "./origin.ts";
import { type Cell, type Report, type ReportTable, reportOf } from "./report.ts";

/** A network made separable: its layers, and how far values moved, if that was measured. JSON keeps all of it. */
export interface ApproximationData {
  /** Name of the network. */
  readonly model: string;
  /** From `toSeparable`. */
  readonly layers: readonly ApproximatedLayer[];
  /** From `compareOutputs`: of layers by their names, and of outputs. */
  readonly distances?: readonly OutputDistance[] | undefined;
}

/**
 * The tables of a network made separable: layer by layer the multiplier, the energy kept and the multiply-accumulates,
 * and how far outputs moved.
 *
 * @param data its name, `layers` from `toSeparable`, and `distances` from `compareOutputs` if there are some
 * @throws ShapeError if it cannot be read
 *
 * @example
 * const standard = fashionNet({ convolution: "standard" });
 * const { layers } = toSeparable(standard, randomWeights(standard, 1));
 * approximationReport({ model: standard.name, layers }).title; // "fashion_1.0_28_standard made separable"
 */
export function approximationReport(data: ApproximationData): Report {
  return reportOf("approximationReport", "toSeparable", data, () => {
    const { model, distances = [] } = data;
    const outputs = distances.filter(({ name }) => data.layers.every((layer) => layer.name !== name));
    return {
      title: `${model} made separable`,
      origin: originOf("convert --separable"),
      parts: [
        { table: layersTable(data) },
        ...notes(data).map((text) => ({ text })),
        ...(outputs.length > 0 ? [{ table: outputsTable(outputs) }] : []),
      ],
    };
  });
}

function layersTable({ layers, distances = [] }: ApproximationData): ReportTable {
  const moved = new Map(distances.map(({ name, relative }) => [name, relative]));
  const hasMoved = layers.some(({ name }) => moved.has(name));
  return {
    name: "layers",
    title: "",
    columns: [
      { title: "layer" },
      { title: "kernel", rank: 1 },
      { title: "channels", rank: 1, show: integer },
      { title: "outputs", rank: 1, show: integer },
      { title: "M" },
      { title: "energy kept", show: percent },
      ...(hasMoved ? [{ title: "moved by", show: percent }] : []),
      { title: "MACs before", show: integer },
      { title: "after", long: "MACs after", show: integer },
      { title: "cheaper", show: ratio },
    ],
    rows: layers.map(({ name, kernel, channels, outputs, multiplier, energy, macsBefore, macs }): Cell[] => [
      name,
      kernel.join("×"),
      channels,
      outputs,
      multiplier ?? "stays",
      energy,
      ...(hasMoved ? [moved.get(name) ?? null] : []),
      macsBefore,
      macs,
      macsBefore / macs,
    ]),
  };
}

function notes({ layers, distances = [] }: ApproximationData): readonly string[] {
  return [
    "M: depthwise kernels per channel; energy kept: 1 - Σ (W - W')² / Σ W², batch norm folded into W",
    ...(distances.length > 0 ? ["moved by: √(Σ (y' - y)² / Σ y²) on the given images"] : []),
    ...(layers.some(({ multiplier }) => multiplier === null) ? ["stays: would be dearer with the M it needs"] : []),
  ];
}

function outputsTable(outputs: readonly OutputDistance[]): ReportTable {
  return {
    name: "outputs",
    title: "How far outputs moved",
    columns: [
      { title: "output" },
      { title: "moved by", show: percent },
      { title: "largest difference", show: (value) => value.toPrecision(3) },
      { title: "same class", show: percent },
    ],
    rows: outputs.map(({ name, relative, largest, sameBest }) => [name, relative, largest, sameBest]),
  };
}
