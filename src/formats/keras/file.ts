/** @file Keras' files: HDF5 with a topology or without one, and zip archives with both. */
import { FormatError, show } from "../../tensor/errors.ts";
import { parseJson } from "../../tensor/json.ts";
import { allowance } from "../bytes/unpack.ts";
import { readZip, type ZipEntry } from "../bytes/zip.ts";
import { type ImportedNetwork, type ModelFile, readAll } from "../format.ts";
import type { NetworkOptions } from "../importer/network.ts";
import { objectOf } from "../json.ts";
import type { ByteSource } from "../source.ts";
import { type Hdf5, openHdf5 } from "./hdf5.ts";
import { importKeras } from "./import.ts";
import type { Dialect } from "./layer.ts";
import { variablesNamed, variablesNumbered } from "./weights.ts";

/** The group in which a whole model has its weights. */
const MODEL_WEIGHTS = /^model_weights\//;
/** Groups that only a training needs. */
const TRAINING: readonly string[] = ["optimizer_weights", "optimizer"];

/** A file of weights alone has a null network. @throws FormatError if it cannot be read */
export async function readH5(source: ByteSource, options: NetworkOptions): Promise<ModelFile> {
  const { name: file, size } = source;
  const h5 = await openHdf5(file, await source.read(0, size), (group) => !TRAINING.includes(group));
  const topology = h5.text("", "model_config");
  const version = h5.text("", "keras_version") ?? "";
  const tensors = new Map([...h5.tensors].map(([path, tensor]) => [path.replace(MODEL_WEIGHTS, ""), tensor]));
  const common = { producer: producerOf(version), metadata: new Map<string, string>(), resolution: null };
  if (topology === undefined) return { ...common, tensors: namedTensors(h5, tensors), network: null };
  const described = async (): Promise<ImportedNetwork> => {
    const json = parseJson(`${file}: model_config`, topology);
    return importKeras(file, json, dialectOf(version), variablesNamed(await readAll(tensors)), options, size);
  };
  return { ...common, tensors, network: null, described };
}

/** The zip archive of Keras 3. @throws FormatError if it is another, or cannot be read */
export async function readKeras(source: ByteSource, options: NetworkOptions, maxBytes?: number): Promise<ModelFile> {
  const { name: file } = source;
  const entries = await readZip(source, allowance("readKeras", maxBytes));
  const entry = (name: string): ZipEntry => {
    const found = entries.find((one) => one.name === name);
    if (found !== undefined) return found;
    throw new FormatError(`${file}: a zip archive without ${show(name)}, needs Keras' .keras`);
  };
  const json = async (name: string): Promise<unknown> => {
    return parseJson(`${file}: ${name}`, new TextDecoder().decode(await entry(name).read()));
  };
  const [topology, metadata] = [await json("config.json"), objectOf(await json("metadata.json"))];
  const weights = await entry("model.weights.h5").read();
  const version = typeof metadata.keras_version === "string" ? metadata.keras_version : "";
  const h5 = await openHdf5(`${file}: model.weights.h5`, weights, (group) => !TRAINING.includes(group));
  const { tensors } = h5;
  const described = async (): Promise<ImportedNetwork> => {
    const variables = variablesNumbered(await readAll(tensors));
    return importKeras(file, topology, dialectOf(version), variables, options, source.size);
  };
  const common = { producer: producerOf(version), metadata: new Map<string, string>(), resolution: null };
  return { ...common, tensors: namedTensors(h5, tensors), network: null, described };
}

function producerOf(version: string): string {
  return version === "" ? "Keras" : `Keras ${version}`;
}

function dialectOf(version: string): Dialect {
  return /^[3-9]/.test(version) ? "keras3" : "keras2";
}

/** Keras 3 numbers weights, and notes the layer's name beside them; what each of them is shows in the group's name. */
function namedTensors(h5: Hdf5, tensors: ModelFile["tensors"]): ModelFile["tensors"] {
  return new Map(
    [...tensors].map(([path, tensor]) => {
      const [, group, kind, index] = /^((?:.*\/)?([a-z_0-9]+?)(?:_\d+)?)\/vars\/(\d+)$/.exec(path) ?? [];
      const role = ROLES.get(kind ?? "")?.[Number(index)];
      const layer = role && h5.text(`${group}/vars`, "name");
      return [layer ? `${layer}/${role}` : path, tensor] as const;
    }),
  );
}

/** The weights of a class's layers, in their order. */
const ROLES: ReadonlyMap<string, readonly string[]> = new Map([
  ["conv2d", ["kernel", "bias"]],
  ["depthwise_conv2d", ["depthwise_kernel", "bias"]],
  ["dense", ["kernel", "bias"]],
  ["batch_normalization", ["gamma", "beta", "moving_mean", "moving_variance"]],
]);
