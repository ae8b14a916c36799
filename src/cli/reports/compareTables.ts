/** @file The tables of a comparison of two networks. */
import type { BlockSaving, Savings } from "../../analysis/savings.ts";
import type { TierName } from "../../kernels/tiers.ts";
import type { SessionTiming } from "../../measure/timing.ts";
import { type Cell, measuredCell, measuredTitle, type ReportColumn, type ReportTable } from "../report/report.ts";
import { duration, integer, percent, ratio } from "../terminal/terminal.ts";

/** One network on one tier. */
export interface Side {
  readonly timing: SessionTiming;
  /** Milliseconds that the ceilings allow, per layer. */
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
  readonly tier: TierName;
  readonly first: Side;
  readonly second: Side;
  readonly blocks: readonly BlockTimes[];
}

/** Whether the second network is the first one's twin of standard convolutions. */
export function areTwins({ blocks }: Savings): boolean {
  const changed = blocks.filter(({ forms: [a, b] }) => a !== b);
  return changed.length > 0 && changed.every((block) => block.areTwins);
}

/** Short names of the networks, for tables too wide for the full ones. */
function shortNames(counted: Savings): readonly [string, string] {
  return areTwins(counted) ? ["separable", "standard"] : ["first", "second"];
}

/** Rounds of the network that had fewer. */
export function roundsOf({ first, second }: TierTimes): number {
  return Math.min(first.timing.rounds, second.timing.rounds);
}

export function totals(counted: Savings): ReportTable {
  const [a, b] = [counted.first.analysis.total, counted.second.analysis.total];
  const row = (name: string, x: number, y: number): Cell[] => [name, x, y, quotient(y, x)];
  const names = areTwins(counted) ? shortNames(counted) : [counted.first.graph.name, counted.second.graph.name];
  return {
    name: "totals",
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

export function counts(counted: Savings): ReportTable {
  const [a, b] = shortNames(counted);
  const hasFormula = counted.blocks.some(({ formula }) => formula !== null);
  const isPlain = counted.blocks.every(({ formula }) => formula === null || formula.multiplier * formula.groups === 1);
  const formula: ReportColumn[] = hasFormula ? [{ title: isPlain ? "1/O + 1/k²" : "M/O + M/Gk²" }] : [];
  return {
    name: "macs",
    title: "Multiply-accumulates, block by block",
    columns: [
      { title: "block" },
      { title: "output", rank: 2 },
      { title: a, show: integer },
      { title: b, show: integer },
      ...formula,
      { title: "promised", show: ratio },
    ],
    rows: counted.blocks.map((block) => [
      block.name,
      outputOf(block),
      block.first.length > 0 ? block.firstMacs : null,
      block.second.length > 0 ? block.secondMacs : null,
      ...(hasFormula ? [withNumbers(block)] : []),
      isSame(block) ? "the same" : block.promised,
    ]),
  };
}

function outputOf({ first, second }: BlockSaving): string {
  const [last] = (second.length > 0 ? second : first).slice(-1);
  return last.outputShape.slice(1).join("×");
}

/** The formula with its numbers: 1/64 + 1/9 */
function withNumbers({ formula }: BlockSaving): Cell {
  if (formula === null) return "";
  const { outputs, kernel, multiplier, groups } = formula;
  const taps = typeof kernel === "number" ? kernel ** 2 : kernel[0] * kernel[1];
  return `${multiplier}/${outputs} + ${multiplier}/${groups === 1 ? taps : `(${groups}·${taps})`}`;
}

function isSame({ first, second }: BlockSaving): boolean {
  return first.length === 1 && second.length === 1 && first[0].macs === second[0].macs;
}

export function parameters(counted: Savings): ReportTable {
  const [a, b] = shortNames(counted);
  const columns = [a, b].flatMap((name) =>
    ["bare", "trainable", "stored"].map((what) => {
      return { title: what, long: `${name}, ${what}`, rank: what === "trainable" ? 0 : 1, show: integer };
    }),
  );
  return {
    name: "parameters",
    title: `Parameters, block by block: ${a} left, ${b} right; bare is without batch norm`,
    columns: [{ title: "block" }, ...columns, { title: "ratio", show: ratio }],
    rows: counted.blocks.map(({ name, firstParameters: x, secondParameters: y }) => [
      name,
      ...[x, y].flatMap(({ withoutBatchNorm, trainable, stored }) => [withoutBatchNorm, trainable, stored]),
      quotient(y.trainable, x.trainable),
    ]),
  };
}

/** Tiers are ordered from slowest to fastest. */
export const fastest = (times: readonly TierTimes[]): TierTimes => times[times.length - 1];
/** null where one network has no such layers. */
const quotient = (second: number, first: number): number | null => (first > 0 && second > 0 ? second / first : null);
export const arrived = ({ firstMs, secondMs }: BlockTimes): number | null => quotient(secondMs, firstMs);
export const roofRatio = ({ firstRoofMs, secondRoofMs }: BlockTimes): number | null =>
  quotient(secondRoofMs, firstRoofMs);

export function arrivals(counted: Savings, times: readonly TierTimes[]): ReportTable {
  const [a, b] = shortNames(counted);
  const { tier, blocks } = fastest(times);
  const rounds = roundsOf(fastest(times));
  return {
    name: "blocks",
    title: `Promised and arrived, block by block; roofline and times: ${tier} tier`,
    columns: [
      { title: "block" },
      { title: "promised", show: ratio },
      { title: "roofline", rank: 1, show: ratio },
      ...times.map((t) => ({ title: t.tier, long: measuredTitle(`arrived, ${t.tier}`, roundsOf(t)), show: ratio })),
      { title: a, long: measuredTitle(`${a}, ms`, rounds), show: duration },
      { title: b, long: measuredTitle(`${b}, ms`, rounds), show: duration },
    ],
    rows: counted.blocks.map((block, i) => [
      block.name,
      block.promised,
      roofRatio(blocks[i]),
      ...times.map((t) => measuredCell(arrived(t.blocks[i]), roundsOf(t))),
      measuredCell(blocks[i].firstMs, rounds),
      measuredCell(blocks[i].secondMs, rounds),
    ]),
  };
}

export function wholes(counted: Savings, times: readonly TierTimes[]): ReportTable {
  const [a, b] = shortNames(counted);
  const spread = ({ timing: { quarter, threeQuarters, rounds } }: Side): string =>
    rounds === 1 ? "one round" : `${duration(quarter)} to ${duration(threeQuarters)}`;
  return {
    name: "networks",
    title: "Promised and arrived: the whole network, one image, measured on this machine",
    columns: [
      { title: "tier" },
      { title: "rounds" },
      { title: a, long: `${a}, ms`, show: duration },
      { title: "middle half", rank: 1 },
      { title: b, long: `${b}, ms`, show: duration },
      { title: "middle half", rank: 1 },
      { title: "roofline", show: ratio },
      { title: "arrived", show: ratio },
      { title: Number.isFinite(counted.promised) ? `of ${ratio(counted.promised)}` : "of the promise", show: (share) => percent(share, 0) },
    ],
    rows: times.map((t) => {
      const { tier, first, second } = t;
      const cell = (value: number): Cell => measuredCell(value, roundsOf(t));
      return [
        tier,
        roundsOf(t),
        cell(first.timing.ms),
        spread(first),
        cell(second.timing.ms),
        spread(second),
        second.roofMs / first.roofMs,
        cell(second.timing.ms / first.timing.ms),
        Number.isFinite(counted.promised) ? cell(second.timing.ms / first.timing.ms / counted.promised) : null,
      ];
    }),
  };
}
