/**
 * Files of one operator each, and what a runtime computes of them: ONNX and onnxruntime (test/oracles/onnx_operators.py),
 * TensorFlow Lite and LiteRT.js (test/oracles/tflite).
 */
import { readFileSync } from "node:fs";
import { importOnnx } from "../../src/formats/onnx/index.ts";
import { type Backend, type Graph, loadModel, Session, type Tensor, tensor, type Weights } from "../../src/index.ts";
import { expectClose } from "./tensors.ts";

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

type FormatOfCases = "onnx" | "tflite";

interface Loaded {
  readonly graph: Graph;
  readonly weights: Weights;
  /** Which ends are images whose channels come first in the file. */
  readonly turned: { readonly inputs: readonly boolean[]; readonly output: boolean };
}

const READERS: Readonly<Record<FormatOfCases, (bytes: Uint8Array) => Promise<Loaded>>> = {
  onnx: importOnnx,
  tflite: async (bytes) => ({ ...(await loadModel(bytes)), turned: { inputs: [], output: false } }),
};

export function operatorCases(format: FormatOfCases): readonly OperatorCase[] {
  return JSON.parse(readFileSync(`test/oracles/${format}_operators.json`, "utf8"));
}

const bytesOf = ({ model }: OperatorCase): Uint8Array => Uint8Array.from(Buffer.from(model, "base64"));

export function operatorFiles(format: FormatOfCases): readonly Uint8Array[] {
  return operatorCases(format).map(bytesOf);
}

/** What is wrong with our answer; null if nothing is. */
export async function faultOf(format: FormatOfCases, one: OperatorCase, backend: Backend): Promise<string | null> {
  const expected = tensor(one.output.values, one.output.shape);
  const size = Math.max(1, ...one.output.values.map(Math.abs));
  try {
    expectClose(await answer(format, one, backend), expected, 1e-5 * size);
    return null;
  } catch (error) {
    return `${one.about}: ${(error as Error).message}`;
  }
}

async function answer(format: FormatOfCases, one: OperatorCase, backend: Backend): Promise<Tensor> {
  const { graph, weights, turned } = await READERS[format](bytesOf(one));
  const given = Object.values(one.inputs).map(({ shape, values }, i): [string, Tensor] => {
    const x = tensor(values, shape);
    return [graph.inputs[i].name, turned.inputs[i] ? x.transpose([0, 2, 3, 1]) : x];
  });
  const session = await Session.create(graph, weights, { backend });
  const y = (await session.runAll(Object.fromEntries(given))).get(graph.output) as Tensor;
  session.dispose();
  return turned.output ? y.transpose([0, 3, 1, 2]) : y;
}
