/** @file A TensorFlow.js model: its weights, and the network that its topology describes. */
import { FormatError, show } from "../../tensor/errors.ts";
import { parseJson } from "../../tensor/json.ts";
import { sizeOf } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { type ImportedNetwork, type ModelFile, type ReadOptions, readAll } from "../format.ts";
import type { NetworkOptions } from "../importer/network.ts";
import { type Json, objectOf } from "../json.ts";
import type { ByteSource } from "../source.ts";
import { statedResolution } from "./input.ts";
import { readTfjs, type TfjsTensor } from "./tfjs.ts";

/** Maximum size of a model.json, in bytes. */
const MAX_JSON = 64 * 1024 * 1024;

export async function readTfjsModel(source: ByteSource, options: ReadOptions): Promise<ModelFile> {
  const { name: file, size } = source;
  const { op, from, shards, shape, output } = options;
  const json = await readJson(source);
  const tensors = await readTfjs(op, file, json, from, shards);
  const described = describedIn(file, json, tensors, { shape, output }, size);
  return {
    producer: producerOf(json),
    metadata: metadataIn(json),
    tensors,
    network: null,
    described,
    resolution: statedResolution(signatureIn(json)),
  };
}

export async function readJson({ name, size, read }: ByteSource): Promise<Json> {
  if (size > MAX_JSON) throw new FormatError(`${name}: ${size} bytes of JSON, needs at most ${MAX_JSON}`);
  const json = parseJson(name, new TextDecoder().decode(await read(0, size)));
  if (typeof json !== "object" || json === null) throw new FormatError(`${name}: ${show(json)}, needs a JSON object`);
  return objectOf(json);
}

export function producerOf({ generatedBy, convertedBy }: Json): string {
  return [generatedBy, convertedBy].find((one): one is string => typeof one === "string") ?? "";
}

/** Strings from the author's metadata. */
export function metadataIn({ userDefinedMetadata }: Json): ReadonlyMap<string, string> {
  const entries = Object.entries(objectOf(userDefinedMetadata));
  return new Map(entries.filter((entry): entry is [string, string] => typeof entry[1] === "string"));
}

/** The topology of a layers model; null if there is none. */
export function layersIn(file: string, topology: Json): unknown {
  const model = topology.model_config ?? (topology.class_name === undefined ? null : topology);
  return typeof model === "string" ? parseJson(`${file}: model_config`, model) : model;
}

/** The signature of a graph model, which older files have in the author's metadata. */
export function signatureIn({ signature, userDefinedMetadata }: Json): Json | null {
  const stated = [signature, objectOf(userDefinedMetadata).signature].find((one) => one !== undefined);
  return stated === undefined ? null : objectOf(stated);
}

/** Returns a function that builds the network; null if the file has only weights. */
function describedIn(
  file: string,
  json: Json,
  tensors: ReadonlyMap<string, TfjsTensor>,
  options: NetworkOptions,
  size: number,
): (() => Promise<ImportedNetwork>) | null {
  const topology = objectOf(json.modelTopology);
  const bytes = size + [...tensors.values()].reduce((sum, { shape }) => sum + 4 * sizeOf(shape), 0);
  if (topology.node !== undefined) {
    return async () => {
      const { importTensorflow } = await import("../tensorflow/import.ts");
      const read = new Map<string, { readonly tensor: Tensor; readonly isInteger: boolean }>();
      for (const [name, { isInteger, read: readOne }] of tensors)
        read.set(name, { tensor: await readOne(), isInteger });
      return importTensorflow(file, { topology, signature: signatureIn(json) }, read, options, bytes);
    };
  }
  const layers = layersIn(file, topology);
  if (layers === null) return null;
  return async () => {
    const [{ importKeras }, { variablesNamed }] = await Promise.all([
      import("../keras/import.ts"),
      import("../keras/weights.ts"),
    ]);
    return importKeras(file, layers, "tfjs", variablesNamed(await readAll(tensors)), options, bytes);
  };
}
