/** @file The tables of a comparison of two networks. */
import { duration, integer, percent, ratio } from "../forms/numbers.ts";
import { type Cell, measuredCell, measuredTitle, type ReportColumn, type ReportTable } from "../report.ts";
import { type ComparedBlock, type Comparison, type NetworkTimes, quotient, type TierTimes } from "./comparison.ts";

/** Short names of the networks, for tables too wide for the full ones. */
function shortNames({ areTwins }: Comparison): readonly [string, string] {
  return areTwins ? ["separable", "standard"] : ["first", "second"];
}

/** Rounds of the network that had fewer. */
export function roundsOf({ first, second }: TierTimes): number {
  return Math.min(first.rounds, second.rounds);
}

export function totals(data: Comparison): ReportTable {
  const { first: a, second: b } = data;
  const row = (name: string, x: number, y: number): Cell[] => [name, x, y, quotient(y, x)];
  const names = data.areTwins ? shortNames(data) : [a.name, b.name];
  return {
    name: "totals",
    title: "",
    columns: [{ title: "" }, ...names.map((title) => ({ title, show: integer })), { title: "ratio", show: ratio }],
    rows: [
      row("multiply-accumulates (MACs)", a.macs, b.macs),
      ...(b.products < b.macs ? [row("products", a.products, b.products)] : []),
      row("parameters, without batch norm", a.parameters.withoutBatchNorm, b.parameters.withoutBatchNorm),
      row("parameters, trainable", a.parameters.trainable, b.parameters.trainable),
      row("parameters, stored", a.parameters.stored, b.parameters.stored),
      row("bytes of weights", a.weightBytes, b.weightBytes),
      row("bytes of activations", a.activationBytes, b.activationBytes),
    ],
  };
}

export function counts(data: Comparison): ReportTable {
  const [a, b] = shortNames(data);
  const formulas = data.blocks.flatMap(({ formula }) => formula ?? []);
  const hasFormula = formulas.length > 0;
  const hasOthers = data.blocks.some(({ algorithm }) => algorithm !== "direct");
  const isPlain = formulas.every(({ multiplier, groups }) => multiplier * groups === 1);
  const taps = formulas.every(({ kernel }) => typeof kernel === "number") ? "k²" : "(kh·kw)";
  const formula: ReportColumn[] = hasFormula
    ? [{ title: isPlain ? `1/O + 1/${taps}` : `M/O + M/(G·${taps})`, rank: 1 }]
    : [];
  return {
    name: "macs",
    title: "Multiply-accumulates, block by block",
    columns: [
      { title: "block" },
      { title: "output", rank: 2 },
      { title: a, show: integer },
      { title: b, show: integer, ...(hasOthers && { rank: 1 }) },
      ...(hasOthers ? [{ title: "products", show: integer }, { title: "by", align: "left" } as const] : []),
      ...formula,
      { title: "promised", show: ratio },
    ],
    rows: data.blocks.map((block) => [
      block.name,
      block.output.join("×"),
      block.first.length > 0 ? block.firstMacs : null,
      block.second.length > 0 ? block.secondMacs : null,
      ...(hasOthers ? [block.second.length > 0 ? block.secondProducts : null, block.algorithm] : []),
      ...(hasFormula ? [withNumbers(block)] : []),
      isSame(block) ? "the same" : block.promised,
    ]),
  };
}

/** The formula with its numbers: 1/64 + 1/9 */
function withNumbers({ formula }: ComparedBlock): Cell {
  if (formula === null) return "";
  const { outputs, kernel, multiplier, groups } = formula;
  const taps = typeof kernel === "number" ? kernel ** 2 : kernel[0] * kernel[1];
  return `${multiplier}/${outputs} + ${multiplier}/${groups === 1 ? taps : `(${groups}·${taps})`}`;
}

function isSame({ first, second, firstMacs, secondMacs }: ComparedBlock): boolean {
  return first.length === second.length && firstMacs === secondMacs;
}

export function parameters(data: Comparison): ReportTable {
  const [a, b] = shortNames(data);
  const columns = [a, b].flatMap((name) =>
    ["bare", "trainable", "stored"].map((what) => {
      return { title: what, long: `${name}, ${what}`, rank: what === "trainable" ? 0 : 1, show: integer };
    }),
  );
  return {
    name: "parameters",
    title: `Parameters, block by block: ${a} left, ${b} right; bare is without batch norm`,
    columns: [{ title: "block" }, ...columns, { title: "ratio", show: ratio }],
    rows: data.blocks.map(({ name, firstParameters: x, secondParameters: y }) => [
      name,
      ...[x, y].flatMap(({ withoutBatchNorm, trainable, stored }) => [withoutBatchNorm, trainable, stored]),
      quotient(y.trainable, x.trainable),
    ]),
  };
}

/** Tiers are ordered from slowest to fastest. */
export const fastest = ({ tiers }: Comparison): TierTimes => tiers[tiers.length - 1];

export function arrivals(data: Comparison): ReportTable {
  const [a, b] = shortNames(data);
  const { tier } = fastest(data);
  const rounds = roundsOf(fastest(data));
  return {
    name: "blocks",
    title: `Promised and arrived, block by block; roofline and times: ${tier} tier`,
    columns: [
      { title: "block" },
      { title: "promised", show: ratio },
      { title: "roofline", rank: 1, show: ratio },
      ...data.tiers.map((t) => {
        return { title: t.tier, long: measuredTitle(`arrived, ${t.tier}`, roundsOf(t)), show: ratio };
      }),
      { title: a, long: measuredTitle(a, rounds), unit: "ms", show: duration },
      { title: b, long: measuredTitle(b, rounds), unit: "ms", show: duration },
    ],
    rows: data.blocks.map(({ name, promised, tiers }) => {
      const { roofline, firstMs, secondMs } = tiers[tiers.length - 1];
      return [
        name,
        promised,
        roofline,
        ...tiers.map(({ arrived }, i) => measuredCell(arrived, roundsOf(data.tiers[i]))),
        measuredCell(firstMs, rounds),
        measuredCell(secondMs, rounds),
      ];
    }),
  };
}

export function wholes(data: Comparison): ReportTable {
  const [a, b] = shortNames(data);
  const { promised } = data;
  const hasSpread = data.tiers.some(({ first, second }) => first.rounds > 1 || second.rounds > 1);
  const half = (name: string): ReportColumn[] =>
    (hasSpread ? ["lower", "upper"] : []).map((which) => {
      return { title: `${which} quartile`, long: `${name}, ${which} quartile`, unit: "ms", rank: 1, show: duration };
    });
  const quartiles = ({ rounds, quarter, threeQuarters }: NetworkTimes): Cell[] => {
    if (!hasSpread) return [];
    return rounds === 1 ? [null, null] : [quarter, threeQuarters];
  };
  return {
    name: "networks",
    title: "Promised and arrived: the whole network, one image, measured on this machine",
    columns: [
      { title: "tier" },
      { title: "rounds" },
      { title: a, unit: "ms", show: duration },
      ...half(a),
      { title: b, unit: "ms", show: duration },
      ...half(b),
      { title: "roofline", show: ratio },
      { title: "arrived", show: ratio },
      {
        title: promised === null ? "of the promise" : `of ${ratio(promised)}`,
        show: (share: number) => percent(share, 0),
      },
    ],
    rows: data.tiers.map((t) => {
      const { tier, first, second, roofline, arrived } = t;
      const cell = (value: number | null): Cell => measuredCell(value, roundsOf(t));
      const share = promised === null || arrived === null ? null : arrived / promised;
      return [
        tier,
        roundsOf(t),
        cell(first.ms),
        ...quartiles(first),
        cell(second.ms),
        ...quartiles(second),
        roofline,
        cell(arrived),
        cell(share),
      ];
    }),
  };
}
