/** @file Published checkpoints that can be read here: their names and addresses. */
import { suggestion } from "../../tensor/nearest.ts";
import { UsageError } from "../usage.ts";

export interface Checkpoint {
  readonly name: string;
  /** The network's model name. */
  readonly model: string;
  /** Publisher. */
  readonly from: "timm, Hugging Face" | "TensorFlow.js";
  readonly license: string;
  /** Path of the model file below the publisher's address. */
  readonly path: string;
  /** Whether that file is a model.json, which lists shards beside it. */
  readonly hasShards: boolean;
  /** Content of all files concatenated, if known; else the first pull's is recorded, and later pulls must match it. */
  readonly known: Content | null;
}

/** Size and hash by which files are compared. */
export interface Content {
  readonly bytes: number;
  readonly sha256: string;
}

/** Addresses of the publishers, and the variable that names a mirror; Hugging Face's tools read the same variable. */
const HOSTS: Readonly<Record<Checkpoint["from"], readonly [variable: string, fallback: string]>> = {
  "timm, Hugging Face": ["HF_ENDPOINT", "https://huggingface.co"],
  "TensorFlow.js": ["SEPARABLE_TFJS_ENDPOINT", "https://storage.googleapis.com/tfjs-models/tfjs"],
};

export function urlOf({ from, path }: Checkpoint): string {
  const [variable, fallback] = HOSTS[from];
  return `${(process.env[variable] || fallback).replace(/\/+$/, "")}/${path}`;
}

const TIMM: readonly (readonly [name: string, model: string])[] = [
  ["mobilenetv1_100.ra4_e3600_r224_in1k", "mobilenet_v1_1.0_224_timm"],
  ["mobilenetv2_050.lamb_in1k", "mobilenet_v2_0.5_224_timm"],
  ["mobilenetv2_100.ra_in1k", "mobilenet_v2_1.0_224_timm"],
  ["mobilenetv2_140.ra_in1k", "mobilenet_v2_1.4_224_timm"],
  ["mobilenetv3_small_075.lamb_in1k", "mobilenet_v3_small_0.75_224_timm"],
  ["mobilenetv3_small_100.lamb_in1k", "mobilenet_v3_small_1.0_224_timm"],
  ["mobilenetv3_large_100.ra_in1k", "mobilenet_v3_large_1.0_224_timm"],
  ["mobilenetv4_conv_small.e2400_r224_in1k", "mobilenet_v4_conv_small_224"],
  ["mobilenetv4_conv_medium.e500_r256_in1k", "mobilenet_v4_conv_medium_256"],
  ["mobilenetv4_conv_large.e600_r384_in1k", "mobilenet_v4_conv_large_384"],
];

export const CHECKPOINTS: readonly Checkpoint[] = [
  ...TIMM.map(([name, model]): Checkpoint => {
    const path = `timm/${name}/resolve/main/model.safetensors`;
    return { name, model, from: "timm, Hugging Face", license: "Apache-2.0", path, hasShards: false, known: null };
  }),
  ...(
    [
      ["1.0", "1.0"],
      ["0.75", "0.75"],
      ["0.50", "0.5"],
      ["0.25", "0.25"],
    ] as const
  ).map(([theirs, ours]): Checkpoint => {
    const path = `mobilenet_v1_${theirs}_224/model.json`;
    const model = `mobilenet_v1_${ours}_224`;
    return {
      name: `tfjs_mobilenet_v1_${ours}`,
      model,
      from: "TensorFlow.js",
      license: "Apache-2.0",
      path,
      hasShards: true,
      known: null,
    };
  }),
];

export const CHECKPOINT_NAMES: readonly string[] = CHECKPOINTS.map(({ name }) => name);

/** Finds a checkpoint by its name, or by the part before the first dot. */
export function checkpointNamed(name: string): Checkpoint | null {
  return CHECKPOINTS.find((one) => one.name === name || one.name.split(".")[0] === name) ?? null;
}

/** @throws UsageError for an unknown name */
export function parseCheckpoint(command: string, name: string): Checkpoint {
  const found = checkpointNamed(name);
  if (found !== null) return found;
  const list = CHECKPOINTS.map((one) => `  ${one.name}`).join("\n");
  throw new UsageError(
    `${command}: there is no checkpoint ${JSON.stringify(name)}${suggestion(name, CHECKPOINT_NAMES)}\n\n${list}`,
  );
}
