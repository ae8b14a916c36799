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
import { type Variables, variablesNamed, variablesNumbered } from "./weights.ts";

/** The group that holds the weights of a whole model. */
const MODEL_WEIGHTS = /^model_weights\//;
/** Groups that only training needs. */
const TRAINING: readonly string[] = ["optimizer_weights", "optimizer"];

/** The contents of a file of either kind. */
interface KerasSource {
  readonly producer: string;
  readonly dialect: Dialect;
  /** null if the file has only weights. */
  readonly topology: unknown;
  /** Tensors by name, as far as the file has names. */
  readonly tensors: ModelFile["tensors"];
  /** Returns the function by which layers of the topology find their weights. */
  variables(): Promise<Variables>;
}

/** @param maxBytes limit on the unpacked size of an archive @throws FormatError if it cannot be read */
export async function readKeras(source: ByteSource, options: NetworkOptions, maxBytes?: number): Promise<ModelFile> {
  const { producer, dialect, topology, tensors, variables } = await readSource(source, maxBytes);
  const described = async (): Promise<ImportedNetwork> => {
    return importKeras(source.name, topology, dialect, await variables(), options, source.size);
  };
  const common = { producer, metadata: new Map<string, string>(), network: null, resolution: null };
  return { ...common, tensors, described: topology === null ? null : described };
}

export async function readSource(source: ByteSource, maxBytes?: number): Promise<KerasSource> {
  const isArchive = (await source.read(0, Math.min(1, source.size)))[0] === 0x50; // P of "PK"
  return isArchive ? readArchive(source, maxBytes) : readHdf5(source);
}

async function readHdf5({ name: file, size, read }: ByteSource): Promise<KerasSource> {
  const h5 = await openHdf5(file, await read(0, size), (group) => !TRAINING.includes(group));
  const config = h5.text("", "model_config");
  const tensors = new Map([...h5.tensors].map(([path, tensor]) => [path.replace(MODEL_WEIGHTS, ""), tensor]));
  return {
    ...ofVersion(h5.text("", "keras_version")),
    topology: config === undefined ? null : parseJson(`${file}: model_config`, config),
    tensors: config === undefined ? namedTensors(h5, tensors) : tensors,
    variables: async () => variablesNamed(await readAll(tensors)),
  };
}

async function readArchive(source: ByteSource, maxBytes?: number): Promise<KerasSource> {
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
  const h5 = await openHdf5(`${file}: model.weights.h5`, weights, (group) => !TRAINING.includes(group));
  return {
    ...ofVersion(metadata.keras_version),
    topology,
    tensors: namedTensors(h5, h5.tensors),
    variables: async () => variablesNumbered(await readAll(h5.tensors)),
  };
}

function ofVersion(version: unknown): Pick<KerasSource, "producer" | "dialect"> {
  const isStated = typeof version === "string" && version !== "";
  return {
    producer: isStated ? `Keras ${version}` : "Keras",
    dialect: isStated && /^[3-9]/.test(version) ? "keras3" : "keras2",
  };
}

/** Keras 3 numbers weights and stores the layer's name beside them; the group's name reveals each weight's role. */
function namedTensors(h5: Hdf5, tensors: ModelFile["tensors"]): ModelFile["tensors"] {
  return new Map(
    [...tensors].map(([path, tensor]) => {
      const [, group, kind = "", index] = /^((?:.*\/)?([a-z_0-9]+?)(?:_\d+)?)\/vars\/(\d+)$/.exec(path) ?? [];
      const role = ROLES.get(kind)?.[Number(index)];
      const layer = role && h5.text(`${group}/vars`, "name");
      return [layer ? `${layer}/${role}` : path, tensor] as const;
    }),
  );
}

/** The weights of a class's layers, in order. */
const ROLES: ReadonlyMap<string, readonly string[]> = new Map([
  ["conv2d", ["kernel", "bias"]],
  ["depthwise_conv2d", ["depthwise_kernel", "bias"]],
  ["dense", ["kernel", "bias"]],
  ["batch_normalization", ["gamma", "beta", "moving_mean", "moving_variance"]],
]);
