/** @file TensorFlow Lite as a format; the code is loaded when needed. */
import { FormatError } from "../../tensor/errors.ts";
import type { Format } from "../format.ts";

/** A FlatBuffers file has 32-bit offsets. */
const MAX_BYTES = 2 ** 31 - 1;

export const tflite: Format = {
  name: "tflite",
  extension: ".tflite",
  takes: ["shape", "output", "signature"],
  holds: ["network", "weights", "metadata"],
  writesIntegers: true,
  recognizes: (head) => String.fromCharCode(...head.subarray(4, 8)) === "TFL3",
  read: async (source, { shape, output, signature, dequantize }) => {
    if (source.size > MAX_BYTES) {
      throw new FormatError(`${source.name}: ${source.size} bytes, needs at most ${MAX_BYTES}`);
    }
    const [{ importTflite }, { metadataOf }] = await Promise.all([import("./import.ts"), import("./metadata.ts")]);
    const options = { ...(shape && { shape }), ...(output !== undefined && { output }), signature, dequantize };
    const file = importTflite(source.name, await source.read(0, source.size), options);
    const { model, subgraph, tensors, ...network } = file;
    const metadata = await metadataOf(source, model, subgraph);
    return { producer: model.description, metadata, tensors, network, resolution: null };
  },
  write: async ({ graph, weights, metadata }) => (await import("./export.ts")).exportTflite(graph, weights, metadata),
  inspect: async (source) => (await import("./inspect.ts")).inspectTflite(source),
};
