/** @file Loads the weights of a file under a graph's names. */
import type { Tensor } from "../tensor/tensor.ts";
import { type LoadOptions, readWeightsFor } from "./loadModel.ts";
import type { WeightsSource } from "./source.ts";

/**
 * Reads all weights of a file: safetensors, a TensorFlow.js model.json with its shards, ONNX, or NumPy's .npz.
 *
 * Names of Keras, TF-slim, TensorFlow Lite, torchvision and timm become those of a graph (`conv1/kernel` →
 * `conv1/filter`, …), and the axes of filters are reordered to match; other names stay. Quantised tensors become
 * float32.
 *
 * @param source "fashion" for the weights of `fashionNet` that ship with the package; or a path (Node), a URL, a File
 *   or Blob, an ArrayBuffer or Uint8Array
 * @throws FormatError if the file cannot be read or is not what it claims to be
 *
 * @example
 * const weights = await loadWeights("mobilenet_v1_0.25_224.safetensors");
 * const session = await Session.create(mobilenetV1({ alpha: 0.25 }), weights);
 */
export async function loadWeights(source: WeightsSource, options: LoadOptions = {}): Promise<Map<string, Tensor>> {
  return (await readWeightsFor("loadWeights", source, options)).weights;
}
