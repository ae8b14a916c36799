/** @file Checkpoints that others publish and that can be read here: their names, and where their files are. */
import { suggestion } from "../../tensor/nearest.ts";
import { UsageError } from "../command.ts";
import { cachedModel, pullCheckpoint } from "./pull.ts";

export interface Checkpoint {
  readonly name: string;
  /** The network, by its name here. */
  readonly model: string;
  /** Who publishes it. */
  readonly from: "timm, Hugging Face" | "TensorFlow.js";
  readonly license: string;
  readonly urls: readonly string[];
  /** Whether the file that is named lists others beside it: a model.json. */
  readonly hasShards: boolean;
}

/** A mirror of Hugging Face, by the variable that its own tools read. */
const HUB = (process.env.HF_ENDPOINT ?? "https://huggingface.co").replace(/\/+$/, "");
const TFJS = (process.env.SEPARABLE_TFJS_ENDPOINT ?? "https://storage.googleapis.com/tfjs-models/tfjs").replace(
  /\/+$/,
  "",
);

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
    const urls = [`${HUB}/timm/${name}/resolve/main/model.safetensors`];
    return { name, model, from: "timm, Hugging Face", license: "Apache-2.0", urls, hasShards: false };
  }),
  ...["1.0", "0.75", "0.50", "0.25"].map((alpha): Checkpoint => {
    const urls = [`${TFJS}/mobilenet_v1_${alpha}_224/model.json`];
    const model = `mobilenet_v1_${Number(alpha) === 1 ? "1.0" : Number(alpha)}_224`;
    return {
      name: `tfjs_mobilenet_v1_${alpha}`,
      model,
      from: "TensorFlow.js",
      license: "Apache-2.0",
      urls,
      hasShards: true,
    };
  }),
];

export const CHECKPOINT_NAMES: readonly string[] = CHECKPOINTS.map(({ name }) => name);

/** A checkpoint by its name, or by what stands in front of its first point. */
export function checkpointNamed(name: string): Checkpoint | null {
  return CHECKPOINTS.find((one) => one.name === name || one.name.split(".")[0] === name) ?? null;
}

/** @throws UsageError for a name that no checkpoint has */
export function parseCheckpoint(command: string, name: string): Checkpoint {
  const found = checkpointNamed(name);
  if (found !== null) return found;
  const list = CHECKPOINTS.map((one) => `  ${one.name}`).join("\n");
  throw new UsageError(
    `${command}: there is no checkpoint ${JSON.stringify(name)}${suggestion(name, CHECKPOINT_NAMES)}\n\n${list}`,
  );
}

/** The file of a checkpoint, pulled if it is not in the cache yet; null for a name that no checkpoint has. */
export async function pulled(command: string, name: string): Promise<string | null> {
  const checkpoint = checkpointNamed(name);
  if (checkpoint === null) return null;
  return (await cachedModel(checkpoint)) ?? pullCheckpoint(command, checkpoint);
}
