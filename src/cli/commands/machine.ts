/** @file `separable machine`: the ceilings of this machine. */

import { availableParallelism } from "node:os";
import { machineReport, measureMachine } from "../../report/machine.ts";
import { MAX_THREADS } from "../../runtime/threads.ts";
import { type Command, command } from "../command.ts";
import { integer } from "../options/option.ts";
import { chartOptions } from "../options/report.ts";
import { checkDelivery, deliver } from "../terminal/deliver.ts";

export const machine: Command = command({
  name: "machine",
  summary: "measure the machine's ceilings: multiply-adds and bytes per second",
  about: `Measures the ceilings of this machine in a second or two: multiply-adds per second in WebAssembly SIMD and in plain JavaScript,
and bytes read per second, from the nearest cache to memory; with one thread and with N.`,
  options: {
    threads: integer("N", [1, MAX_THREADS], undefined, "default: the number of processors"),
    ...chartOptions(["compute", "reads"]),
  },
  run: async (given) => {
    const { threads = Math.min(availableParallelism(), MAX_THREADS) } = given.options;
    await checkDelivery("machine", given);
    const measured = await measureMachine({ threads });
    await deliver("machine", given, machineReport(measured), measured);
    return 0;
  },
});
