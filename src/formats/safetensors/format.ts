/** @file safetensors as a format. */
import type { Format } from "../format.ts";
import { readSafetensors, writeSafetensors } from "./safetensors.ts";

export const safetensors: Format = {
  name: "safetensors",
  extension: ".safetensors",
  holds: "metadata",
  // Eight bytes of length, the upper ones 0, then a brace.
  recognizes: (head) => head[6] === 0 && head[7] === 0 && head[8] === 0x7b,
  read: (source) => readSafetensors(source),
  write: async ({ weights, metadata }) => writeSafetensors(weights, metadata),
};
