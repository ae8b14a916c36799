/** @file `separable papers`: printed figures beside exact counts. */
import { papers as figures } from "../analysis/papers.ts";
import { type Command, readArguments } from "./command.ts";
import { table } from "./table.ts";
import { integer, print, printJson } from "./terminal.ts";

const HELP = `Usage: separable papers [--json]

What the MobileNet paper, TF-slim's table and Keras' summaries print of MobileNetV1, beside the exact count: equal when rounded,
truncated, or different, with the reason.

  --json  the same as JSON`;

export const papers: Command = {
  name: "papers",
  summary: "printed figures of the papers beside exact counts",
  help: HELP,
  run: async (args) => {
    const given = readArguments("papers", args, { json: { type: "boolean" } }, 0);
    const rows = figures();
    if (given.flag("json")) {
      printJson(rows);
      return 0;
    }
    const columns = [
      { title: "source", align: "left" },
      { title: "what", align: "left" },
      { title: "printed" },
      { title: "exact" },
      { title: "", align: "left" },
    ] as const;
    const exact = (unit: string, value: number): string => {
      if (unit === "%") return `${(100 * value).toFixed(4)} %`;
      return unit === "times" ? value.toFixed(4) : integer(value);
    };
    const cells = rows.map(({ source, what, printed, unit, exact: value, agreement, reason }) => [
      source,
      what,
      unit === "million" ? `${printed} M` : unit === "" ? integer(Number(printed)) : `${printed} ${unit}`,
      exact(unit, value),
      reason === "" ? agreement : `${agreement}: ${reason}`,
    ]);
    const tally = (word: string): number => rows.filter(({ agreement }) => agreement === word).length;
    print(table(columns, cells));
    print(
      `\n${rows.length} figures: ${tally("equal when rounded")} equal when rounded, ${tally("truncated")} truncated, ${tally("differs")} different`,
    );
    return 0;
  },
};
