/** Whole files of Keras, what goes in and what comes out: test/oracles/keras_layers.py. */
import { readFileSync } from "node:fs";

interface Numbers {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

const written: {
  readonly files: Readonly<Record<string, string>>;
  readonly input: Numbers;
  readonly outputs: Readonly<Record<string, Numbers>>;
} = JSON.parse(readFileSync("test/oracles/keras_files.json", "utf8"));

export const { input: kerasInput, outputs: kerasOutputs } = written;

export type KerasFile = "whole.keras" | "whole.h5" | "only.weights.h5";

export function kerasFile(name: KerasFile): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(Buffer.from(written.files[name], "base64"));
}
