/**
 * @file Figures printed in the MobileNet papers, TF-slim's tables and the pages of Keras, torchvision and timm, beside
 * exact counts of the graphs.
 */

import { oneOf } from "../tensor/errors.ts";
import { rowsV1 } from "./papersV1.ts";
import { rowsV2 } from "./papersV2.ts";
import { rowsV3 } from "./papersV3.ts";
import { rowsV4 } from "./papersV4.ts";
import { agreementOf, type PrintedFigure } from "./printed.ts";

/** Families with known figures. */
export const PAPER_FAMILIES = ["mobilenet_v1", "mobilenet_v2", "mobilenet_v3", "mobilenet_v4"] as const;
/** A family with known figures. */
export type PaperFamily = (typeof PAPER_FAMILIES)[number];

const ROWS = { mobilenet_v1: rowsV1, mobilenet_v2: rowsV2, mobilenet_v3: rowsV3, mobilenet_v4: rowsV4 };

/**
 * Figures printed in papers and on model pages, with the exact counts of the graphs.
 *
 * @param family default: all families
 * @throws ShapeError for an unknown family
 *
 * @example papers("mobilenet_v1")[0].agreement; // "equal when rounded"
 */
export function papers(family?: PaperFamily): readonly PrintedFigure[] {
  const families = family === undefined ? PAPER_FAMILIES : [oneOf("papers", "family", family, PAPER_FAMILIES)];
  return families
    .flatMap((one) => ROWS[one]())
    .map(([id, source, what, printed, unit, exact, reason = ""]) => {
      return { id, source, what, printed, unit, exact, agreement: agreementOf(printed, unit, exact), reason };
    });
}
