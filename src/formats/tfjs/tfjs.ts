/**
 * @file TensorFlow.js models: a model.json whose manifest locates each weight in binary files ("shards").
 *
 *   { "weightsManifest": [{ "paths": ["group1-shard1of2.bin", …],
 *                           "weights": [{ "name": "conv1/kernel", "shape": [3, 3, 3, 8], "dtype": "float32",
 *                                         "quantization": { "dtype": "uint8", "scale": 0.01, "min": -1.2 } }, …] }] }
 *
 * Quantised weights are value · scale + min; float16 ones have no scale. Layers models and graph models share this
 * manifest. Source: github.com/tensorflow/tfjs, tfjs-core/src/io/types.ts and io_utils.ts.
 */
import { FormatError, ShapeError, show } from "../../tensor/errors.ts";
import { checkShape, type Shape, sizeOf } from "../../tensor/shape.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { fileBeside, isLocal } from "../beside.ts";
import { dtypeNamed, narrowed, toFloat32 } from "../bytes/dtype.ts";
import type { StoredTensor } from "../format.ts";
import type { Json } from "../json.ts";
import { openSource, type WeightsSource } from "../source.ts";

/** Types of the manifest and their safetensors names. */
const TYPES: ReadonlyMap<unknown, string> = new Map([
  ["float32", "F32"],
  ["float16", "F16"],
  ["int32", "I32"],
  ["uint8", "U8"],
  ["uint16", "U16"],
  ["bool", "BOOL"],
]);

const INTEGERS: ReadonlySet<string> = new Set(["I32", "U8", "U16", "BOOL"]);

interface Entry {
  readonly name: string;
  readonly shape: readonly number[];
  /** Type of the stored bytes. */
  readonly type: string;
  readonly bytes: number;
  /** null unless the weight is quantised to integers. */
  readonly affine: { readonly scale: number; readonly min: number } | null;
}

/** A weight, and whether it consists of integers, like a shape or an axis. */
export interface TfjsTensor extends StoredTensor {
  readonly isInteger: boolean;
}

/**
 * Lists the weights of a model, each to be read as float32; the shards of a group are read with its first one.
 *
 * @param op     the caller's name, for messages
 * @param json   of model.json
 * @param from   source of model.json; the shards are beside it
 * @param shards sources of shards by their names in model.json; needed if `from` is neither a path nor a URL
 * @throws FormatError if the manifest is invalid, or shards are missing or of the wrong size
 */
export async function readTfjs(
  op: string,
  file: string,
  json: Json,
  from: WeightsSource,
  shards?: ReadonlyMap<string, WeightsSource>,
): Promise<ReadonlyMap<string, TfjsTensor>> {
  const tensors = new Map<string, TfjsTensor>();
  for (const { paths, weights } of groupsIn(file, json)) {
    const entries = weights.map((weight) => readEntry(file, weight));
    const needed = entries.reduce((sum, { bytes }) => sum + bytes, 0);
    // The shards of a group are checked when they are read; those of a group without weights never are.
    if (entries.length === 0) await joinedShards(op, file, from, paths, needed, shards);
    let joined: Promise<Uint8Array> | null = null;
    let end = 0;
    for (const entry of entries) {
      const { name, shape, bytes } = entry;
      if (tensors.has(name)) throw new FormatError(`${file}: the manifest names ${show(name)} twice`);
      const begin = end;
      end += bytes;
      const read = async (): Promise<Tensor> => {
        joined ??= joinedShards(op, file, from, paths, needed, shards);
        return tensorOf(file, entry, (await joined).subarray(begin, begin + bytes));
      };
      tensors.set(name, { shape, read, isInteger: entry.affine === null && INTEGERS.has(entry.type) });
    }
  }
  return tensors;
}

/** Shapes and types of the weights, as the manifest lists them. */
export function listedWeights(file: string, json: Json): readonly { readonly shape: Shape; readonly type: string }[] {
  return groupsIn(file, json).flatMap(({ weights }) => weights.map((weight) => readEntry(file, weight)));
}

function tensorOf(file: string, { name, shape, type, affine }: Entry, bytes: Uint8Array): Tensor {
  const where = `${file}: weight ${show(name)}`;
  const values = toFloat32(where, dtypeNamed(type), bytes);
  const own = affine ? narrowed(where, values.length, (i) => values[i] * affine.scale + affine.min) : values;
  return new Tensor(own, shape);
}

interface Group {
  /** Paths of its shards, checked. */
  readonly paths: readonly string[];
  readonly weights: readonly unknown[];
}

function groupsIn(file: string, json: unknown): readonly Group[] {
  const groups = (json as { weightsManifest?: unknown } | null)?.weightsManifest;
  if (!Array.isArray(groups)) {
    throw new FormatError(
      `${file}: weightsManifest is ${show(groups)}, needs a list: no TensorFlow.js model, and no graph, whose JSON begins with the graph's name`,
    );
  }
  return groups.map((group): Group => {
    const { paths, weights } = (group ?? {}) as { paths?: unknown; weights?: unknown };
    if (Array.isArray(paths) && Array.isArray(weights)) {
      return { paths: paths.map((path) => plainPath(file, path)), weights };
    }
    throw new FormatError(`${file}: a group of the manifest has no paths or no weights`);
  });
}

function readEntry(file: string, value: unknown): Entry {
  const { name, shape, dtype, quantization } = (value ?? {}) as Record<string, unknown>;
  if (typeof name !== "string") throw new FormatError(`${file}: a weight of the manifest is called ${show(name)}`);
  const fail = (what: string): never => {
    throw new FormatError(`${file}: weight ${show(name)} ${what}`);
  };
  const checked = ((): readonly number[] => {
    try {
      return checkShape("manifest", "shape", shape);
    } catch (cause) {
      if (!(cause instanceof ShapeError)) throw cause;
      return fail(`has the shape ${show(shape)}, needs integers`);
    }
  })();
  const { dtype: stored, scale, min } = (quantization ?? { dtype }) as Record<string, unknown>;
  const type = TYPES.get(stored);
  if (type === undefined) return fail(`has the dtype ${show(stored)}, needs one of ${[...TYPES.keys()].join(", ")}`);
  const bytes = sizeOf(checked) * dtypeNamed(type).bytes;
  const isAffine = quantization !== undefined && stored !== "float16";
  if (!isAffine) return { name, shape: checked, type, bytes, affine: null };
  if (!Number.isFinite(scale) || !Number.isFinite(min)) {
    return fail(`has the scale ${show(scale)} and the minimum ${show(min)}, needs numbers`);
  }
  return { name, shape: checked, type, bytes, affine: { scale: scale as number, min: min as number } };
}

/** Reads and joins the shards of a group, whose total size must be what its weights need. */
async function joinedShards(
  op: string,
  file: string,
  model: WeightsSource,
  paths: readonly string[],
  needed: number,
  shards?: ReadonlyMap<string, WeightsSource>,
): Promise<Uint8Array> {
  const opened = [];
  try {
    for (const path of paths) opened.push(await openSource(op, await shardAt(file, model, path, shards)));
    const size = opened.reduce((sum, shard) => sum + shard.size, 0);
    if (size !== needed) {
      const list = opened.map((shard) => `${shard.name} ${shard.size}`).join(", ");
      throw new FormatError(`${file}: its shards have ${size} bytes (${list}), the manifest needs ${needed}`);
    }
    if (opened.length === 1) return await opened[0].read(0, size);
    const whole = new Uint8Array(size); // each shard is copied before the next is read: memory holds one copy
    let at = 0;
    for (const shard of opened) {
      whole.set(await shard.read(0, shard.size), at);
      at += shard.size;
    }
    return whole;
  } finally {
    for (const shard of opened) await shard.close();
  }
}

/** Lists the shards that a model.json names, in order. @throws FormatError for a path that leaves its folder */
export function shardPaths(file: string, json: unknown): readonly string[] {
  return groupsIn(file, json).flatMap(({ paths }) => paths);
}

/** Locates a shard: passed in by the caller, or beside model.json, and nowhere else. */
async function shardAt(
  file: string,
  model: WeightsSource,
  path: string,
  shards?: ReadonlyMap<string, WeightsSource>,
): Promise<WeightsSource> {
  const given = shards?.get(path);
  if (given !== undefined) return given;
  if (isLocal(model)) return (await fileBeside(`${file}: the shard`, model, path)).path;
  if (model instanceof URL || typeof model === "string") return new URL(path, model);
  throw new FormatError(`${file}: needs the shard ${show(path)} ${formatHint(shards)}`);
}

/**
 * Checks that a path means the same to a file system and to a URL and stays below its folder: plain names separated by
 * slashes.
 */
function plainPath(file: string, path: unknown): string {
  const isPlain = typeof path === "string" && /^[\w.@+=-]+( [\w.@+=-]+)*(\/[\w.@+=-]+( [\w.@+=-]+)*)*$/.test(path);
  if (isPlain && !path.split("/").some((part) => /^\.+$/.test(part))) return path;
  throw new FormatError(`${file}: a shard is called ${show(path)}, needs a plain path below model.json's folder`);
}

function formatHint(shards: ReadonlyMap<string, WeightsSource> | undefined): string {
  return shards ? `among the ${shards.size} given (${[...shards.keys()].join(", ")})` : "in the option shards";
}
