/** @file ONNX as a format; the code is loaded when needed. */
import type { Format } from "../format.ts";

export const onnx: Format = {
  name: "onnx",
  extension: ".onnx",
  takes: ["shape", "output"],
  holds: ["network", "weights", "metadata"],
  writesIntegers: true,
  // ir_version, the first field; a saved_model.pb begins with a version too.
  recognizes: ([tag, version, next], name) =>
    tag === 0x08 && version > 0 && next > 0 && !/saved_model\.pb$/i.test(name),
  read: async (source, { from, shape, output, dequantize }) => {
    const { importFrom } = await import("./import.ts");
    const options = {
      ...(shape && { shape }),
      ...(output !== undefined && { output }),
      ...(dequantize && { dequantize }),
    };
    const { imported, tensors } = await importFrom(source, from, options);
    const { producer, metadata } = imported;
    return { producer, metadata, tensors, network: imported, resolution: null };
  },
  write: async ({ graph, weights, metadata }) => (await import("./export.ts")).exportOnnx(graph, weights, metadata),
  inspect: async (source) => (await import("./inspect.ts")).inspectOnnx(source),
};
