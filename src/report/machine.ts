/** @file The ceilings of this machine, with one thread and with several: what `separable machine` prints. */
import { type Ceilings, machineCeilings } from "../measure/ceilings.ts";
import { MAX_THREADS } from "../runtime/threads.ts";
import { knownKeys } from "../tensor/errors.ts";
import { checkInteger } from "../tensor/shape.ts";
import { size } from "./forms/numbers.ts";
import { type Measured, measuredHere, originOf } from "./origin.ts";
import { type Report, reportOf } from "./report.ts";

/** What a machine can do at best. JSON keeps all of it. */
export interface MachineCeilings extends Measured {
  /** With one thread, and where there are more, with all of them. */
  readonly ceilings: readonly Ceilings[];
}

/**
 * Measures what this machine can do at best, in a second or two.
 *
 * @param options `threads`, 1 to 64, default 1
 * @throws ShapeError for other options
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
 * The tables and the chart of a machine's ceilings.
 *
 * @param data from `measureMachine`, or its JSON
 * @throws ShapeError for anything else
 *
 * @example machineReport(await measureMachine()).parts.length; // 4
 */
export function machineReport(data: MachineCeilings): Report {
  return reportOf("machineReport", "measureMachine", data, () => report(data));
}

/** Level that holds a working set of this size on most processors; a guess, because no engine tells. */
function likelyLevel(bytes: number): string {
  if (bytes <= 32 * 1024) return "L1";
  if (bytes <= 512 * 1024) return "L2";
  return bytes <= 16 * 1024 * 1024 ? "L3" : "memory";
}

function report(data: MachineCeilings): Report {
  const { ceilings: measured, machine } = data;
  const rate = (value: number): string => value.toFixed(1);
  const columns = measured.map(({ threads }) => ({
    title: threads === 1 ? "one thread" : `${threads} threads`,
    show: rate,
  }));
  const [first] = measured;
  const fused = first.fused === null ? [] : [["WebAssembly SIMD, in one instruction", ...measured.map((c) => c.fused)]];
  // With many threads, each one's part of the uncached working set is small, and larger sets are not measured.
  const rateOf = (c: Ceilings, i: number): number | null => {
    const { bytes } = first.reads[i];
    return (isFar(i) ? c.reads.at(-1) : c.reads.slice(0, -1).find((read) => read.bytes === bytes))?.gbps ?? null;
  };
  const isFar = (i: number): boolean => i === first.reads.length - 1;
  const reads = first.reads.map(({ bytes }, i) => {
    const workingSet = isFar(i) ? "larger than caches" : size(bytes);
    return [`${workingSet} (${likelyLevel(bytes)})`, ...measured.map((c) => rateOf(c, i))];
  });
  const groups = reads.map(([label, ...rates]) => ({
    label: String(label),
    bars: rates.map((found) => ({ value: Number(found), text: found === null ? "" : rate(Number(found)) })),
  }));
  return {
    title: `The ceilings of this machine: ${machine}`,
    origin: originOf("machine", data),
    parts: [
      {
        table: {
          name: "compute",
          title: "Products and sums, GFLOP/s (a multiply-add is two)",
          columns: [{ title: "everything in registers" }, ...columns],
          rows: [
            ["WebAssembly SIMD, product, then sum", ...measured.map((c) => c.simd)],
            ...fused,
            ["plain JavaScript, float64", first.plain, ...measured.slice(1).map(() => null)],
          ],
        },
      },
      {
        table: {
          name: "reads",
          title: "Reading, GB/s",
          columns: [{ title: "each thread again and again the same" }, ...columns],
          rows: reads,
        },
      },
      {
        text: "The level is that of most processors for this size; engines do not tell. Plain JavaScript has no second thread here: the tiers without WebAssembly compute on one.",
      },
      {
        chart: {
          kind: "bars",
          file: "read-rates",
          title: "Bytes read per second",
          caption: "GB/s over the length of what each thread reads again and again. Where a bar drops, a cache ends.",
          series: columns.map(({ title }) => title),
          groups,
        },
      },
    ],
  };
}
