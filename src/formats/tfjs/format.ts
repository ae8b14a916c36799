/** @file TensorFlow.js models as a format; the code is loaded when needed. */
import type { Format } from "../format.ts";

export const tfjs: Format = {
  name: "tfjs",
  extension: ".json",
  takes: [],
  holds: ["weights"],
  recognizes: (head) => new TextDecoder().decode(head).trimStart().startsWith("{"),
  read: async (source, { op, from, shards }) => {
    const { tensors, resolution } = await (await import("./tfjs.ts")).readTfjs(op, source, from, shards);
    return { producer: "", metadata: new Map(), tensors, network: null, resolution };
  },
};
