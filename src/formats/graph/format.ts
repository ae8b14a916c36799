/** @file A graph as JSON, without weights; the code is loaded when needed. */
import { FormatError } from "../../tensor/errors.ts";
import type { Format, ModelFile } from "../format.ts";

/** Maximum bytes: the length that a string may have on every engine. */
const MAX_BYTES = 2 ** 28;

export const graph: Format = {
  name: "graph",
  extension: ".json",
  takes: ["output"],
  holds: ["network"],
  writesIntegers: true,
  // One of a graph's keys comes first; TensorFlow.js models have none of them.
  recognizes: (head) => /^\s*\{\s*"(name|inputs?|nodes|outputs?)"/.test(new TextDecoder().decode(head)),
  read: async (source): Promise<ModelFile> => {
    if (source.size > MAX_BYTES)
      throw new FormatError(`${source.name}: ${source.size} bytes, needs at most ${MAX_BYTES}`);
    const { graphIn, networkOf } = await import("./read.ts");
    const own = graphIn(source.name, new TextDecoder().decode(await source.read(0, source.size)));
    const network = networkOf(own, new Map());
    return { producer: "", metadata: new Map(), tensors: new Map(), network, resolution: null };
  },
  write: async ({ graph: own }) => new TextEncoder().encode(`${JSON.stringify(own)}\n`),
};
