/**
 * @file Printed figures beside exact counts: those of the MobileNet papers, TF-slim's tables and the pages of Keras,
 * torchvision and timm, and those of the graphs.
 */

import { oneOf } from "../tensor/errors.ts";
import { firstRows } from "./papersFirst.ts";
import { laterRows } from "./papersLater.ts";
import { agreementOf, type PrintedFigure } from "./printed.ts";

/** Families with known figures: the prefixes of their ids. */
export const PAPER_FAMILIES = ["mobilenet_v1", "mobilenet_v2", "mobilenet_v3", "mobilenet_v4"] as const;
export type PaperFamily = (typeof PAPER_FAMILIES)[number];

/** Returns every figure that can be computed, of one family or all. */
export function papers(family?: PaperFamily): readonly PrintedFigure[] {
  if (family !== undefined) oneOf("papers", "family", family, PAPER_FAMILIES);
  const rows = [...firstRows(), ...laterRows()];
  return rows
    .filter(([id]) => family === undefined || id.startsWith(`${family.slice("mobilenet_".length)}.`))
    .map(([id, source, what, printed, unit, exact, reason = ""]) => {
      return { id, source, what, printed, unit, exact, agreement: agreementOf(printed, unit, exact), reason };
    });
}
