/**
 * @file Printed figures beside exact counts: those of the MobileNet papers, TF-slim's tables and the pages of Keras,
 * torchvision and timm, and those of the graphs.
 */

import { oneOf } from "../tensor/errors.ts";
import { rowsV1 } from "./papersV1.ts";
import { rowsV2 } from "./papersV2.ts";
import { rowsV3 } from "./papersV3.ts";
import { rowsV4 } from "./papersV4.ts";
import { agreementOf, type PrintedFigure } from "./printed.ts";

/** Families with known figures: the prefixes of their ids. */
export const PAPER_FAMILIES = ["mobilenet_v1", "mobilenet_v2", "mobilenet_v3", "mobilenet_v4"] as const;
export type PaperFamily = (typeof PAPER_FAMILIES)[number];

/** Returns every figure that can be computed, of one family or all. */
export function papers(family?: PaperFamily): readonly PrintedFigure[] {
  if (family !== undefined) oneOf("papers", "family", family, PAPER_FAMILIES);
  const rows = [...rowsV1(), ...rowsV2(), ...rowsV3(), ...rowsV4()];
  return rows
    .filter(([id]) => family === undefined || id.startsWith(`${family.slice("mobilenet_".length)}.`))
    .map(([id, source, what, printed, unit, exact, reason = ""]) => {
      return { id, source, what, printed, unit, exact, agreement: agreementOf(printed, unit, exact), reason };
    });
}
