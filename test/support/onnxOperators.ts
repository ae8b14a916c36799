/** Files of one operator each, and what onnxruntime computes of them: test/oracles/onnx_operators.py. */
import { readFileSync } from "node:fs";

interface Numbers {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

export interface OperatorCase {
  /** The operator's name, and what is varied. */
  readonly about: string;
  readonly model: string;
  readonly inputs: Readonly<Record<string, Numbers>>;
  readonly output: Numbers;
}

export function operatorCases(): readonly OperatorCase[] {
  return JSON.parse(readFileSync("test/oracles/onnx_operators.json", "utf8"));
}

export function operatorFiles(): readonly Uint8Array[] {
  return operatorCases().map(({ model }) => Uint8Array.from(Buffer.from(model, "base64")));
}
