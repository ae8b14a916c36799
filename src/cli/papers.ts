/** @file `separable papers`: printed figures beside exact counts. */
import { papers as figures, type PrintedFigure } from "../analysis/papers.ts";
import { type Command, readArguments } from "./command.ts";
import { checkDelivery, deliver, REPORT_HELP, REPORT_OPTIONS } from "./report/deliver.ts";
import type { Report } from "./report/report.ts";
import { integer } from "./terminal.ts";

const HELP = `Usage: separable papers [--json | --csv | --markdown] [--html FILE] [--force]

What the MobileNet paper, TF-slim's table and Keras' summaries print of MobileNetV1, beside the exact count: equal when rounded,
truncated, or different, with the reason.

${REPORT_HELP}`;

export const papers: Command = {
  name: "papers",
  summary: "printed figures of the papers beside exact counts",
  help: HELP,
  run: async (args) => {
    const given = readArguments("papers", args, REPORT_OPTIONS, 0);
    await checkDelivery("papers", given);
    const rows = figures();
    await deliver("papers", given, reportOf(rows), rows);
    return 0;
  },
};

function reportOf(rows: readonly PrintedFigure[]): Report {
  const tally = (word: string): number => rows.filter(({ agreement }) => agreement === word).length;
  const left = { align: "left" } as const;
  return {
    title: "What is printed of MobileNetV1, and what is true",
    parts: [
      {
        table: {
          title: "",
          columns: [
            { title: "source" },
            { title: "what", ...left },
            { title: "printed" },
            { title: "exact" },
            { title: "", long: "agreement", ...left },
          ],
          rows: rows.map(({ source, what, printed, unit, exact, agreement, reason }) => [
            source,
            what,
            unit === "million" ? `${printed} M` : unit === "" ? integer(Number(printed)) : `${printed} ${unit}`,
            exactly(unit, exact),
            reason === "" ? agreement : `${agreement}: ${reason}`,
          ]),
        },
      },
      {
        text: `${rows.length} figures: ${tally("equal when rounded")} equal when rounded, ${tally("truncated")} truncated, ${tally("differs")} different`,
      },
    ],
  };
}

function exactly(unit: PrintedFigure["unit"], value: number): string {
  if (unit === "%") return `${(100 * value).toFixed(4)} %`;
  return unit === "times" ? value.toFixed(4) : integer(value);
}
