/** @file Reports the contents of a TensorFlow.js model, whether or not its network can be built; reads no shards. */
import type { FileContents } from "../format.ts";
import { objectOf } from "../json.ts";
import type { ByteSource } from "../source.ts";
import { layersIn, metadataIn, producerOf, readJson, signatureIn } from "./model.ts";
import { listedWeights } from "./tfjs.ts";

export async function inspectTfjs(source: ByteSource): Promise<FileContents> {
  const { name: file } = source;
  const json = await readJson(source);
  const topology = objectOf(json.modelTopology);
  const layers = layersIn(file, topology);
  const contents =
    topology.node !== undefined
      ? (await import("../tensorflow/inspect.ts")).graphContents(file, topology, signatureIn(json))
      : layers !== null
        ? (await import("../keras/inspect.ts")).layerContents(file, layers)
        : { inputs: [], outputs: [], operators: [] };
  return {
    producer: producerOf(json),
    version: typeof json.format === "string" ? json.format : "",
    ...contents,
    tensors: listedWeights(file, json),
    metadata: Object.fromEntries(metadataIn(json)),
    signatures: [],
  };
}
