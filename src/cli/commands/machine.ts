/** @file `separable machine`: the ceilings of this machine. */

import { availableParallelism } from "node:os";
import { type Ceilings, machineCeilings } from "../../measure/ceilings.ts";
import { MAX_THREADS } from "../../runtime/threads.ts";
import { type Command, command } from "../command.ts";
import { integer } from "../options/option.ts";
import { chartOptions } from "../options/report.ts";
import { checkDelivery, deliver, machineName } from "../report/deliver.ts";
import type { Report } from "../report/report.ts";
import { size } from "../terminal/terminal.ts";

export const machine: Command = command({
  name: "machine",
  summary: "what this machine can do at best: multiply-adds and bytes per second",
  about: `What this machine can do at best, measured in a second or two by code that does nothing else: multiply-adds per second in
WebAssembly SIMD and in plain JavaScript, and bytes read per second, from the nearest cache to memory; with one thread and with N.`,
  options: {
    threads: integer("N", [1, MAX_THREADS], undefined, "default: the number of processors"),
    ...chartOptions(["compute", "reads"]),
  },
  run: async (given) => {
    const { threads = Math.min(availableParallelism(), MAX_THREADS) } = given.options;
    await checkDelivery("machine", given);
    const measured = [await machineCeilings()];
    if (threads > 1) measured.push(await machineCeilings({ threads }));
    await deliver("machine", given, reportOf(measured), { machine: machineName(), ceilings: measured });
    return 0;
  },
});

/** Level that holds a working set of this size on most processors; a guess, because no engine tells. */
function likelyLevel(bytes: number): string {
  if (bytes <= 32 * 1024) return "L1";
  if (bytes <= 512 * 1024) return "L2";
  return bytes <= 16 * 1024 * 1024 ? "L3" : "memory";
}

function reportOf(measured: readonly Ceilings[]): Report {
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
    title: `The ceilings of this machine: ${machineName()}`,
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
