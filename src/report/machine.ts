/** @file The ceilings of this machine, with one thread and with several: what `separable machine` prints. */
import { type Ceilings, machineCeilings } from "../measure/ceilings.ts";
import { MAX_THREADS } from "../runtime/threads.ts";
import { knownKeys } from "../tensor/errors.ts";
import { checkInteger } from "../tensor/shape.ts";
import type { BarChart } from "./forms/chart.ts";
import { size } from "./forms/numbers.ts";
import { type Measured, measuredHere, originOf } from "./origin.ts";
import { type Report, type ReportColumn, type ReportTable, reportOf } from "./report.ts";

/** The ceilings of a machine. Survives a round trip through JSON. */
export interface MachineCeilings extends Measured {
  /** With one thread and, if there are more, with all of them. */
  readonly ceilings: readonly Ceilings[];
}

/**
 * Measures the ceilings of this machine, in a second or two.
 *
 * @param options `threads`, 1 to 64, default 1
 * @throws ShapeError for invalid options
 *
 * @example
 * const { ceilings } = await measureMachine();
 * ceilings.length; // 1
 */
export async function measureMachine(
  options: { readonly threads?: number | undefined } = {},
): Promise<MachineCeilings> {
  knownKeys("measureMachine", options, ["threads"]);
  const threads = checkInteger("measureMachine", "threads", options.threads ?? 1, 1, MAX_THREADS);
  const ceilings = [await machineCeilings()];
  if (threads > 1) ceilings.push(await machineCeilings({ threads }));
  return { ceilings, ...measuredHere() };
}

/**
 * Returns the tables and the chart of a machine's ceilings.
 *
 * @param data from `measureMachine`, or its JSON
 * @throws ShapeError if it cannot be read
 *
 * @example machineReport(await measureMachine()).parts.length; // 4
 */
export function machineReport(data: MachineCeilings): Report {
  return reportOf("machineReport", "measureMachine", data, () => report(data));
}

/** Level that holds a working set of this size on most processors; a guess, because no engine reveals it. */
function likelyLevel(bytes: number): string {
  if (bytes <= 32 * 1024) return "L1";
  if (bytes <= 512 * 1024) return "L2";
  return bytes <= 16 * 1024 * 1024 ? "L3" : "memory";
}

const rate = (value: number): string => value.toFixed(1);

function report(data: MachineCeilings): Report {
  return {
    title: `The ceilings of this machine: ${data.machine}`,
    origin: originOf("machine", data),
    parts: [
      { table: computeTable(data) },
      { table: readsTable(data) },
      {
        text: "Cache levels are the usual ones for these sizes; engines do not report them. The tiers without WebAssembly use one thread.",
      },
      { chart: readsChart(data) },
    ],
  };
}

/** A column for each number of threads. */
function columnsOf({ ceilings }: MachineCeilings): readonly ReportColumn[] {
  return ceilings.map(({ threads }) => ({ title: threads === 1 ? "one thread" : `${threads} threads`, show: rate }));
}

function computeTable(data: MachineCeilings): ReportTable {
  const { ceilings } = data;
  const [{ plain, fused }, ...others] = ceilings;
  return {
    name: "compute",
    title: "Products and sums, GFLOP/s (a multiply-add is two)",
    columns: [{ title: "everything in registers" }, ...columnsOf(data)],
    rows: [
      ["WebAssembly SIMD, product, then sum", ...ceilings.map((c) => c.simd)],
      ...(fused === null ? [] : [["WebAssembly SIMD, in one instruction", ...ceilings.map((c) => c.fused)]]),
      ["WebAssembly SIMD, integers of eight bits", ...ceilings.map((c) => c.integers)],
      ["plain JavaScript, float64", plain, ...others.map(() => null)],
    ],
  };
}

/** A row for each working set: its name, and its rate with each number of threads. */
function readsOf({
  ceilings,
}: MachineCeilings): readonly (readonly [name: string, rates: readonly (number | null)[]])[] {
  const [{ reads }] = ceilings;
  return reads.map(({ bytes }, i) => {
    const isFar = i === reads.length - 1;
    // With many threads, each thread's part of the uncached working set is small, and larger sets are not measured.
    const rateOf = (c: Ceilings): number | null =>
      (isFar ? c.reads.at(-1) : c.reads.slice(0, -1).find((read) => read.bytes === bytes))?.gbps ?? null;
    return [`${isFar ? "larger than caches" : size(bytes)} (${likelyLevel(bytes)})`, ceilings.map(rateOf)];
  });
}

function readsTable(data: MachineCeilings): ReportTable {
  return {
    name: "reads",
    title: "Reading, GB/s",
    columns: [{ title: "each thread rereads its own working set" }, ...columnsOf(data)],
    rows: readsOf(data).map(([name, rates]) => [name, ...rates]),
  };
}

function readsChart(data: MachineCeilings): BarChart {
  return {
    kind: "bars",
    file: "read-rates",
    title: "Bytes read per second",
    caption: "GB/s over the length of what each thread rereads. Where a bar drops, a cache ends.",
    series: columnsOf(data).map(({ title }) => title),
    groups: readsOf(data).map(([label, rates]) => ({
      label,
      bars: rates.map((found) => ({ value: found ?? 0, text: found === null ? "" : rate(found) })),
    })),
  };
}
