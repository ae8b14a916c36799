/** @file Whose training recipe a network follows, judged by the program that wrote its file. */
import type { Preset } from "../../models/settings.ts";
import type { ModelFile } from "../format.ts";

/** PyTorch's images are [n, 3, h, w]. A file in that order whose producer is unknown is taken to be PyTorch's too. */
export function presetOf({ producer, network }: ModelFile): Preset {
  const isTorch = /pytorch/i.test(producer) || (producer === "" && network?.turned.input === true);
  return isTorch ? "torchvision" : "keras";
}
