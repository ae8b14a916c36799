/** @file TensorFlow.js models as a format; the code is loaded when needed. */
import type { Format } from "../format.ts";

export const tfjs: Format = {
  name: "tfjs",
  extension: ".json",
  takes: ["shape", "output"],
  holds: ["network", "weights", "metadata"],
  recognizes: (head) => new TextDecoder().decode(head).trimStart().startsWith("{"),
  read: async (source, options) => (await import("./model.ts")).readTfjsModel(source, options),
  inspect: async (source) => (await import("./inspect.ts")).inspectTfjs(source),
  writeFiles: async ({ graph, weights, metadata }) =>
    (await import("./export.ts")).exportTfjs(graph, weights, metadata),
};
