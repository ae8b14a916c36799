/** @file `separable papers`: printed figures beside exact counts. */
import { papers as figures, PAPER_FAMILIES, type PaperFamily } from "../../analysis/papers.ts";
import type { PrintedFigure } from "../../analysis/printed.ts";
import { suggestion } from "../../tensor/nearest.ts";
import { type Command, command } from "../command.ts";
import { reportOptions } from "../options/report.ts";
import { checkDelivery, deliver } from "../report/deliver.ts";
import type { Report } from "../report/report.ts";
import { integer } from "../terminal/terminal.ts";
import { UsageError } from "../usage.ts";

export const papers: Command = command({
  name: "papers",
  summary: "printed figures of the papers beside exact counts",
  usage: "[FAMILY]",
  maxOperands: 1,
  about: `What the MobileNet papers, TF-slim's tables and the pages of Keras, torchvision and timm print, beside the exact count: equal when
rounded, truncated, or different, with the reason. FAMILY: ${PAPER_FAMILIES.join(", ")}; default all.`,
  options: reportOptions(["figures"]),
  run: async (given) => {
    const [typed] = given.operands;
    const family = PAPER_FAMILIES.find((one) => one === typed?.replace(/^mobilenet[_-]?v/, "mobilenet_v"));
    if (typed !== undefined && family === undefined) {
      const meant = suggestion(typed, PAPER_FAMILIES);
      throw new UsageError(
        `papers: there is no family ${JSON.stringify(typed)}${meant}, has ${PAPER_FAMILIES.join(", ")}`,
      );
    }
    await checkDelivery("papers", given);
    const rows = figures(family);
    await deliver("papers", given, reportOf(rows, family), rows);
    return 0;
  },
});

function reportOf(rows: readonly PrintedFigure[], family: PaperFamily | undefined): Report {
  const tally = (word: string): number => rows.filter(({ agreement }) => agreement === word).length;
  const left = { align: "left" } as const;
  return {
    title: `What is printed of ${family ?? "the MobileNets"}, and what is true`,
    parts: [
      {
        table: {
          name: "figures",
          title: "",
          columns: [
            { title: "source", placement: "above" },
            { title: "what", ...left },
            { title: "printed" },
            { title: "exact" },
            { title: "agreement", ...left },
            { title: "reason", placement: "below", ...left },
          ],
          rows: rows.map(({ source, what, printed, unit, exact, agreement, reason }) => [
            source,
            what,
            unit === "million"
              ? `${printed} M`
              : unit === "billion"
                ? `${printed} G`
                : unit === ""
                  ? integer(Number(printed))
                  : `${printed} ${unit}`,
            exactly(unit, exact),
            agreement.replace("equal when ", ""),
            reason,
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
