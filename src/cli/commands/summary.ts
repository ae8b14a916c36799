/** @file `separable summary`: one row per layer, totals under every counting rule. */
import { summarizeNetwork, summaryReport } from "../../report/count/summary.ts";
import { type Command, command } from "../command.ts";
import { MODEL_HELP } from "../input/modelNames.ts";
import { typedNetwork } from "../input/network.ts";
import { integer } from "../options/option.ts";
import { reportOptions } from "../options/report.ts";
import { DEFAULT_MODEL, FILE } from "../options/shared.ts";
import { checkDelivery, deliver } from "../terminal/deliver.ts";

export const summary: Command = command({
  name: "summary",
  summary: "list the layers, parameters and MACs of a network",
  usage: "[MODEL]",
  maxOperands: 1,
  about: `Lists every layer of a network with its shapes, parameters and multiply-accumulates (MACs), and the totals under each common
counting rule. Default model: mobilenet_v1_1.0_224.`,
  options: {
    classes: integer("N", [1], undefined, "outputs of a named model's last layer; default 1000, fashion 10"),
    channels: integer("N", [1], undefined, "channels of a named model's image; default 3, fashion 1"),
    ...FILE,
    ...reportOptions(["layers", "types", "totals"]),
  },
  notes: [MODEL_HELP],
  run: async (given) => {
    await checkDelivery("summary", given);
    const { classes, channels } = given.options;
    const { graph } = await typedNetwork("summary", given.operands[0] ?? DEFAULT_MODEL, given.options, {
      ...(classes !== undefined && { classes }),
      ...(channels !== undefined && { channels }),
    });
    const counts = summarizeNetwork(graph);
    await deliver("summary", given, summaryReport(counts), counts);
    return 0;
  },
});
