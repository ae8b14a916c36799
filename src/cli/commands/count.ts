/** @file `separable count`: one network under every popular way of counting. */
import { countNetwork, countReport } from "../../report/count/count.ts";
import { type Command, command } from "../command.ts";
import { MODEL_HELP } from "../input/modelNames.ts";
import { typedNetwork } from "../input/network.ts";
import { reportOptions } from "../options/report.ts";
import { DEFAULT_MODEL, FILE } from "../options/shared.ts";
import { checkDelivery, deliver } from "../terminal/deliver.ts";

export const count: Command = command({
  name: "count",
  summary: "count a network by the rules of popular tools",
  usage: "[MODEL]",
  maxOperands: 1,
  about: `Counts the operations and parameters of a network by the rules of the papers, thop, torchinfo, fvcore, ptflops and Keras, and
explains each rule; also counts its standard convolutions by other algorithms, such as Winograd's. Default model:
mobilenet_v1_1.0_224.`,
  options: { ...FILE, ...reportOptions(["operations", "parameters", "algorithms"]) },
  notes: [MODEL_HELP],
  run: async (given) => {
    await checkDelivery("count", given);
    const { graph } = await typedNetwork("count", given.operands[0] ?? DEFAULT_MODEL, given.options);
    const counts = countNetwork(graph);
    await deliver("count", given, countReport(counts), counts);
    return 0;
  },
});
