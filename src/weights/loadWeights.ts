/** @file From a file of weights to tensors under the names that a graph knows them by. */
import type { Tensor } from "../tensor/tensor.ts";
import { EMBEDDED } from "./embedded.ts";
import { fromKerasName, fromKerasShape, looksLikeKeras } from "./kerasNames.ts";
import { isQuantised, openSafetensors, type SafetensorsFile } from "./safetensors.ts";
import type { WeightsSource } from "./source.ts";

/**
 * Reads all weights of a safetensors file.
 *
 * Names of Keras become those of a graph (`conv1/kernel` → `conv1/filter`, …); other names stay. Quantised tensors
 * (`name.scale`, `name.zero_point` beside them) come as float32.
 *
 * @param source "fashion" for the weights of `fashionNet` that come with the package; or a path (Node), a URL, a File or Blob, an
 *   ArrayBuffer or Uint8Array
 * @throws FormatError if the file cannot be read or is not what it claims to be
 *
 * @example
 * const weights = await loadWeights("mobilenet_v1_0.25_224.safetensors");
 * const session = await Session.create(mobilenetV1({ alpha: 0.25 }), weights);
 */
export async function loadWeights(source: WeightsSource): Promise<Map<string, Tensor>> {
  const file = await openSafetensors(embeddedOr(source));
  try {
    const names = [...file.tensors.keys()].filter((name) => !describesAnother(name, file));
    const keras = looksLikeKeras(names);
    const weights = new Map<string, Tensor>();
    for (const name of names) {
      const weight = await file.read(name);
      if (keras) weights.set(fromKerasName(name), fromKerasShape(name, weight));
      else weights.set(name, weight);
    }
    return weights;
  } finally {
    await file.close();
  }
}

/** Weights that come with the package have a name instead of a place. */
export function embeddedOr(source: WeightsSource): WeightsSource {
  return typeof source === "string" && Object.hasOwn(EMBEDDED, source) ? EMBEDDED[source] : source;
}

/** Whether a tensor only says how to read another one. */
function describesAnother(name: string, { tensors }: SafetensorsFile): boolean {
  const [, quantised] = /^(.*)\.(?:scale|zero_point)$/.exec(name) ?? [];
  return quantised !== undefined && isQuantised(quantised, tensors);
}
