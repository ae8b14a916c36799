/** @file What `separable compare` says of two networks. */
import type { BlockSaving, Savings } from "../analysis/savings.ts";
import type { SessionTiming } from "../analysis/timing.ts";
import type { Tier } from "../kernels/index.ts";
import { machineName } from "./report/deliver.ts";
import { noiseWarning } from "./report/noise.ts";
import type { Cell, Report, ReportColumn, ReportTable } from "./report/report.ts";
import { duration, integer, percent, ratio } from "./terminal.ts";

/** One network on one tier. */
export interface Side {
  readonly timing: SessionTiming;
  /** Milliseconds that the ceilings allow, by layer. */
  readonly roofs: ReadonlyMap<string, number>;
  readonly roofMs: number;
}

/** Milliseconds of a block on one tier. */
export interface BlockTimes {
  readonly firstMs: number;
  readonly secondMs: number;
  readonly firstRoofMs: number;
  readonly secondRoofMs: number;
}

export interface TierTimes {
  readonly tier: Tier;
  readonly first: Side;
  readonly second: Side;
  readonly blocks: readonly BlockTimes[];
}

/** Whether the second network is the first one's twin of standard convolutions. */
function areTwins({ blocks }: Savings): boolean {
  return blocks.some(({ formula }) => formula !== null);
}

/** What the networks are called where a table is wide enough without their names. */
function shortNames(counted: Savings): readonly [string, string] {
  return areTwins(counted) ? ["separable", "standard"] : ["first", "second"];
}

export function compareReport(counted: Savings, times: readonly TierTimes[], seed: number): Report {
  const { first, second, blocks } = counted;
  const isTwin = areTwins(counted);
  const beside = isTwin ? "its twin of standard convolutions" : second.graph.name;
  const notes = [
    isTwin
      ? "promised: standard MACs / separable MACs = 1 / (1/N + 1/k²) for N outputs and a k×k kernel;"
      : "promised: MACs of the second network / MACs of the first;",
    "roofline: the same of the times that the ceilings of this machine allow; arrived: the same in measured time",
    `medians, in turns, seed ${seed}, ${machineName()}`,
    ...noiseWarning(times.flatMap(({ first: a, second: b }) => [a.timing, b.timing])),
  ];
  return {
    title: `${first.graph.name} beside ${beside}`,
    parts: [
      { table: totals(counted) },
      { table: counts(counted) },
      { table: parameters(counted) },
      { table: arrivals(counted, times) },
      { table: wholes(counted, times) },
      { text: notes.join("\n") },
      {
        chart: {
          kind: "bars",
          file: "promised-and-arrived",
          title: "Promised and arrived",
          caption:
            "How many times cheaper each block is: by its multiply-adds, by the roofline, and in time on each tier.",
          series: ["promised", `roofline, ${fastest(times).tier}`, ...times.map(({ tier }) => `arrived, ${tier}`)],
          groups: blocks
            .map((block, i) => ({ block, i }))
            .filter(({ block }) => block.promised !== null)
            .map(({ block, i }) => ({
              label: block.second.length === 1 ? block.second[0].name : block.name,
              bars: [
                block.promised,
                roofRatio(fastest(times).blocks[i]),
                ...times.map((t) => arrived(t.blocks[i])),
              ].map((value) => ({ value: value ?? 0, text: value === null ? "" : ratio(value) })),
            })),
        },
      },
    ],
  };
}

function totals(counted: Savings): ReportTable {
  const [a, b] = [counted.first.analysis.total, counted.second.analysis.total];
  const row = (name: string, x: number, y: number): Cell[] => [name, x, y, y / x];
  const names = areTwins(counted) ? shortNames(counted) : [counted.first.graph.name, counted.second.graph.name];
  return {
    title: "",
    columns: [{ title: "" }, ...names.map((title) => ({ title, show: integer })), { title: "ratio", show: ratio }],
    rows: [
      row("multiply-accumulates (MACs)", a.macs, b.macs),
      row("parameters, without batch norm", a.parameters.withoutBatchNorm, b.parameters.withoutBatchNorm),
      row("parameters, trainable", a.parameters.trainable, b.parameters.trainable),
      row("parameters, stored", a.parameters.stored, b.parameters.stored),
      row("bytes of weights", a.weightBytes, b.weightBytes),
      row("bytes of activations", a.activationBytes, b.activationBytes),
    ],
  };
}

function counts(counted: Savings): ReportTable {
  const [a, b] = shortNames(counted);
  const isTwin = areTwins(counted);
  const formula: ReportColumn[] = isTwin ? [{ title: "1/N + 1/k²" }] : [];
  return {
    title: "Multiply-accumulates, block by block",
    columns: [
      { title: "block" },
      { title: "output" },
      { title: a, show: integer },
      { title: b, show: integer },
      ...formula,
      { title: "promised", show: ratio },
    ],
    rows: counted.blocks.map((block) => [
      block.name,
      block.second.length === 1 ? block.second[0].outputShape.slice(1).join("×") : "",
      block.firstMacs,
      block.secondMacs,
      ...(isTwin ? [withNumbers(block)] : []),
      isSame(block) ? "the same" : block.promised,
    ]),
  };
}

/** The formula with its numbers: 1/64 + 1/9 = 0.1267 */
function withNumbers({ formula }: BlockSaving): Cell {
  if (formula === null) return "";
  const { outputs, kernel } = formula;
  return `1/${outputs} + 1/${kernel ** 2} = ${(1 / outputs + 1 / kernel ** 2).toFixed(4)}`;
}

function isSame({ first, second }: BlockSaving): boolean {
  return first.length === 1 && second.length === 1 && first[0].macs === second[0].macs;
}

function parameters(counted: Savings): ReportTable {
  const [a, b] = shortNames(counted);
  const columns = [a, b].flatMap((name) =>
    ["bare", "trainable", "stored"].map((what) => ({ title: what, long: `${name}, ${what}`, show: integer })),
  );
  return {
    title: `Parameters, block by block: ${a} left, ${b} right; bare is without batch norm`,
    columns: [{ title: "block" }, ...columns, { title: "ratio", show: ratio }],
    rows: counted.blocks.map(({ name, firstParameters: x, secondParameters: y }) => [
      name,
      ...[x, y].flatMap(({ withoutBatchNorm, trainable, stored }) => [withoutBatchNorm, trainable, stored]),
      quotient(y.trainable, x.trainable),
    ]),
  };
}

/** Tiers come in the order of their speed. */
const fastest = (times: readonly TierTimes[]): TierTimes => times[times.length - 1];
/** null where one network has no such layers. */
const quotient = (second: number, first: number): number | null => (first > 0 && second > 0 ? second / first : null);
const arrived = ({ firstMs, secondMs }: BlockTimes): number | null => quotient(secondMs, firstMs);
const roofRatio = ({ firstRoofMs, secondRoofMs }: BlockTimes): number | null => quotient(secondRoofMs, firstRoofMs);

function arrivals(counted: Savings, times: readonly TierTimes[]): ReportTable {
  const [a, b] = shortNames(counted);
  const { tier, blocks } = fastest(times);
  return {
    title: `Promised and arrived, block by block; roofline and milliseconds of the ${tier} tier`,
    columns: [
      { title: "block" },
      { title: "promised", show: ratio },
      { title: "roofline", show: ratio },
      ...times.map((t) => ({ title: `arrived, ${t.tier}`, show: ratio })),
      { title: a, show: duration },
      { title: b, show: duration },
    ],
    rows: counted.blocks.map((block, i) => [
      block.name,
      block.promised,
      roofRatio(blocks[i]),
      ...times.map((t) => arrived(t.blocks[i])),
      blocks[i].firstMs,
      blocks[i].secondMs,
    ]),
  };
}

function wholes(counted: Savings, times: readonly TierTimes[]): ReportTable {
  const [a, b] = shortNames(counted);
  const spread = ({ timing: { quarter, threeQuarters, rounds } }: Side): string =>
    rounds === 1 ? "one round" : `${duration(quarter)} to ${duration(threeQuarters)}`;
  return {
    title: "Promised and arrived: the whole network, one picture, measured on this machine",
    columns: [
      { title: "tier" },
      { title: "rounds" },
      { title: a, show: duration },
      { title: "middle half" },
      { title: b, show: duration },
      { title: "middle half" },
      { title: "roofline", show: ratio },
      { title: "arrived", show: ratio },
      { title: `of ${ratio(counted.promised)}`, show: (share) => percent(share, 0) },
    ],
    rows: times.map(({ tier, first, second }) => [
      tier,
      Math.min(first.timing.rounds, second.timing.rounds),
      first.timing.ms,
      spread(first),
      second.timing.ms,
      spread(second),
      second.roofMs / first.roofMs,
      second.timing.ms / first.timing.ms,
      second.timing.ms / first.timing.ms / counted.promised,
    ]),
  };
}

/** The same as plain data. */
export function compareData(counted: Savings, times: readonly TierTimes[], seed: number): object {
  const { first, second, promised, blocks } = counted;
  const side = ({ timing: { ms, quarter, threeQuarters, rounds }, roofMs }: Side): object => {
    return { ms, quarter, threeQuarters, rounds, roofMs };
  };
  return {
    first: { name: first.graph.name, ...first.analysis.total },
    second: { name: second.graph.name, ...second.analysis.total },
    promised,
    blocks: blocks.map(({ first: own, second: others, ...block }, i) => ({
      ...block,
      first: own.map(({ name }) => name),
      second: others.map(({ name }) => name),
      tiers: times.map(({ tier, blocks: measured }) => {
        return { tier, ...measured[i], roofline: roofRatio(measured[i]), arrived: arrived(measured[i]) };
      }),
    })),
    tiers: times.map(({ tier, first: a, second: b }) => ({
      tier,
      first: side(a),
      second: side(b),
      roofline: b.roofMs / a.roofMs,
      arrived: b.timing.ms / a.timing.ms,
    })),
    seed,
    machine: machineName(),
  };
}
