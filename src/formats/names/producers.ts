/** @file Infers whose training recipe a network follows from the program that wrote its file. */
import type { Preset } from "../../models/settings.ts";
import type { ModelFile } from "../format.ts";

/** PyTorch's images are [n, 3, h, w]. A file in that order from an unknown producer is assumed to be PyTorch's. */
export function presetOf({ producer, network }: ModelFile): Preset {
  const isTorch = /pytorch/i.test(producer) || (producer === "" && network?.turned.input === true);
  return isTorch ? "torchvision" : "keras";
}
