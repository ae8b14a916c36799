/** @file safetensors as a format. */
import { readAll, type WritableFormat } from "../format.ts";
import { GRAPH_KEY } from "../names/graphKey.ts";
import { readSafetensors, writeSafetensors } from "./safetensors.ts";

export const safetensors: WritableFormat = {
  name: "safetensors",
  extension: ".safetensors",
  takes: ["output"],
  holds: ["network", "weights", "metadata"],
  // Eight bytes of length, the upper ones 0, then a brace.
  recognizes: (head) => head[6] === 0 && head[7] === 0 && head[8] === 0x7b,
  read: async (source) => {
    const file = await readSafetensors(source);
    const json = file.metadata.get(GRAPH_KEY);
    if (json === undefined) return file;
    const { graphIn, networkOf } = await import("../graph/read.ts");
    const graph = graphIn(`${source.name}: ${GRAPH_KEY}`, json);
    return { ...file, network: networkOf(graph, await readAll(file.tensors)) };
  },
  write: async ({ graph, weights, metadata }) => {
    const { networkMetadata } = await import("../names/metadata.ts");
    return writeSafetensors(weights, { ...metadata, ...networkMetadata(graph) });
  },
};
