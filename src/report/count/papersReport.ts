/** @file Printed figures beside exact counts: what `separable papers` prints. */
import { PAPER_FAMILIES, type PaperFamily } from "../../analysis/papers.ts";
import type { PrintedFigure } from "../../analysis/printed.ts";
import { oneOf } from "../../tensor/errors.ts";
import { integer } from "../forms/numbers.ts";
import { originOf } from "../origin.ts";
import { type Report, reportOf } from "../report.ts";

/**
 * Returns the table of printed figures beside exact counts.
 *
 * @param figures from `papers`, or its JSON
 * @param family of the figures; default several
 * @throws ShapeError if it cannot be read
 *
 * @example papersReport(papers()).title; // "MobileNet papers: printed figures and exact counts"
 */
export function papersReport(figures: readonly PrintedFigure[], family?: PaperFamily): Report {
  if (family !== undefined) oneOf("papersReport", "family", family, PAPER_FAMILIES);
  return reportOf("papersReport", "papers", figures, () => report(figures, family));
}

function report(rows: readonly PrintedFigure[], family: PaperFamily | undefined): Report {
  const tally = (word: string): number => rows.filter(({ agreement }) => agreement === word).length;
  const left = { align: "left" } as const;
  return {
    title: `${family ?? "MobileNet papers"}: printed figures and exact counts`,
    origin: originOf("papers"),
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
            printedAs(unit, printed),
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

const SUFFIXES = { million: " M", billion: " G", "%": " %", times: " times", "": "" } as const;

function printedAs(unit: PrintedFigure["unit"], printed: string): string {
  return unit === "" ? integer(Number(printed)) : `${printed}${SUFFIXES[unit]}`;
}

function exactly(unit: PrintedFigure["unit"], value: number): string {
  if (unit === "%") return `${(100 * value).toFixed(4)} %`;
  return unit === "times" ? value.toFixed(4) : integer(value);
}
