/** @file The tables of a profile: layers, and types of layers. */
import { shareOf, sum } from "../../analysis/analyze.ts";
import type { RooflineRow } from "../../measure/roofline.ts";
import { duration, integer, percent, size } from "../forms/numbers.ts";
import { type Cell, measuredCell, measuredTitle, type ReportColumn, type ReportTable } from "../report.ts";
import type { NetworkProfile } from "./profile.ts";

const tenths = (value: number): string => value.toFixed(1);

/** A column, with its cell for a layer and its cell in the row of sums. */
interface LayerColumn extends ReportColumn {
  cell(row: RooflineRow): Cell;
  readonly sum: Cell;
}

export function layersTable(data: NetworkProfile): ReportTable {
  const columns = [...countedColumns(data), ...measuredColumns(data)];
  const rows = data.layers.map((row) => columns.map(({ cell }) => cell(row)));
  return {
    name: "layers",
    title: "Layer by layer, one image",
    columns,
    rows: [...rows, [], columns.map(({ sum: below }) => below)],
  };
}

function countedColumns({ layers }: NetworkProfile): readonly LayerColumn[] {
  const summed = (value: (row: RooflineRow) => number): Pick<LayerColumn, "cell" | "sum"> => {
    return { cell: value, sum: sum(layers, value) };
  };
  return [
    { title: "layer", cell: ({ name }) => name, sum: "all layers" },
    { title: "type", align: "left", cell: ({ kind }) => kind, sum: "" },
    { title: "MACs", show: integer, ...summed(({ macs }) => macs) },
    { title: "weights", unit: "bytes", rank: 3, show: size, ...summed(({ weightBytes }) => weightBytes) },
    { title: "input", unit: "bytes", rank: 4, show: size, ...summed(({ inputBytes }) => inputBytes) },
    { title: "output", unit: "bytes", rank: 4, show: size, ...summed(({ outputBytes }) => outputBytes) },
    { title: "FLOPs/byte", rank: 6, show: tenths, cell: ({ intensity }) => intensity, sum: null },
    { title: "compute", unit: "ms", rank: 1, show: duration, ...summed(({ computeMs }) => computeMs) },
    { title: "warm bytes", unit: "ms", rank: 2, show: duration, ...summed(({ warmMs }) => warmMs) },
    { title: "cold bytes", unit: "ms", rank: 5, show: duration, ...summed(({ coldMs }) => coldMs) },
  ];
}

function measuredColumns({ layersMs, roofMs, layerRounds }: NetworkProfile): readonly LayerColumn[] {
  const once = (value: number): Cell => measuredCell(value, layerRounds);
  return [
    {
      title: "measured",
      long: measuredTitle("measured", layerRounds),
      unit: "ms",
      show: duration,
      cell: ({ ms }) => once(ms),
      sum: once(layersMs),
    },
    {
      title: "of roof",
      long: measuredTitle("share of roof", layerRounds),
      show: (share) => percent(share, 0),
      cell: ({ share }) => once(share),
      sum: once(shareOf(roofMs, layersMs)),
    },
    { title: "why", align: "left", cell: ({ reason }) => reason, sum: "" },
  ];
}

/** The layers of one type: shares of the whole, GFLOP/s, and the share of their roofs. */
export interface KindProfile {
  readonly kind: string;
  readonly layers: number;
  readonly macs: number;
  readonly ms: number;
  readonly time: number;
  readonly speed: number;
  readonly share: number;
}

export function kindsOf({ layers, layersMs }: NetworkProfile): readonly KindProfile[] {
  const all = sum(layers, ({ macs }) => macs);
  return [...new Set(layers.map(({ kind }) => kind))].map((kind) => {
    const own = layers.filter((row) => row.kind === kind);
    const [macs, ms, roof] = [sum(own, (row) => row.macs), sum(own, (row) => row.ms), sum(own, (row) => row.roofMs)];
    const [share, time, speed] = [shareOf(roof, ms), shareOf(ms, layersMs), shareOf(2 * macs, ms) / 1e6];
    return { kind, layers: own.length, macs: shareOf(macs, all), ms, time, speed, share };
  });
}

export function typesTable(kinds: readonly KindProfile[], rounds: number): ReportTable {
  const share = (value: number): string => percent(value, 1);
  const once = (value: number): Cell => measuredCell(value, rounds);
  return {
    name: "types",
    title: "By type of layer",
    columns: [
      { title: "type" },
      { title: "layers" },
      { title: "of all MACs", long: "share of all MACs", show: share },
      { title: "measured", long: measuredTitle("measured", rounds), unit: "ms", show: duration },
      { title: "of all time", long: measuredTitle("share of all time", rounds), show: share },
      { title: "GFLOP/s", long: measuredTitle("GFLOP/s", rounds), show: tenths },
      { title: "of roof", long: measuredTitle("share of roof", rounds), show: (value) => percent(value, 0) },
    ],
    rows: kinds.map(({ kind, layers, macs, ms, time, speed, share: ofRoof }) => {
      return [kind, layers, macs, once(ms), once(time), once(speed), once(ofRoof)];
    }),
  };
}
