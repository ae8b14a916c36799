/** @file `separable papers`: printed figures beside exact counts. */
import { papers as figures, PAPER_FAMILIES } from "../../analysis/papers.ts";
import { papersReport } from "../../report/count/papersReport.ts";
import { suggestion } from "../../tensor/nearest.ts";
import { type Command, command } from "../command.ts";
import { reportOptions } from "../options/report.ts";
import { checkDelivery, deliver } from "../terminal/deliver.ts";
import { UsageError } from "../usage.ts";

export const papers: Command = command({
  name: "papers",
  summary: "compare printed figures of the papers with exact counts",
  usage: "[FAMILY]",
  maxOperands: 1,
  about: `Compares the figures in the MobileNet papers, TF-slim's tables and the pages of Keras, torchvision and timm with exact counts:
equal when rounded, truncated, or different, with the reason. FAMILY: ${PAPER_FAMILIES.join(", ")}; default all.`,
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
    await deliver("papers", given, papersReport(rows, family), rows);
    return 0;
  },
});
