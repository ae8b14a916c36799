/** A small TensorFlow.js model: plain numbers, numbers of 8 bits and of 16, in one shard. */
import { counting } from "./tensors.ts";

export const SHARD: Uint8Array = new Uint8Array(counting([6]).toFloat32Array().buffer);

export const GROUP = {
  paths: ["a.bin"],
  weights: [
    { name: "conv1/kernel", shape: [2, 2], dtype: "float32" },
    { name: "q", shape: [4], dtype: "float32", quantization: { dtype: "uint8", scale: 0.1, min: -1 } },
    { name: "h", shape: [2], dtype: "float32", quantization: { dtype: "float16" } },
  ],
};
