/**
 * Models of one layer, or graphs of one operator, as JSON with their weights, and what another runtime computes: of
 * TensorFlow.js (test/oracles/tfjs) and Keras (test/oracles/keras_layers.py).
 */
import { readFileSync } from "node:fs";
import type { ImportedNetwork } from "../../src/formats/format.ts";
import { importKeras } from "../../src/formats/keras/import.ts";
import type { Dialect } from "../../src/formats/keras/layer.ts";
import { variablesNamed } from "../../src/formats/keras/weights.ts";
import { importTensorflow } from "../../src/formats/tensorflow/import.ts";
import { type Backend, Session, type Tensor, tensor } from "../../src/index.ts";
import { concatBytes } from "../../src/tensor/bytes.ts";
import { expectClose } from "./tensors.ts";

interface Numbers {
  readonly shape: readonly number[];
  readonly values: readonly number[];
  /** Of a weight of integers. */
  readonly isInteger?: boolean;
}

export interface LayerCase {
  /** The layer's name, and what is varied. */
  readonly about: string;
  readonly topology: Readonly<Record<string, unknown>>;
  readonly weights: Readonly<Record<string, Numbers>>;
  readonly inputs: readonly Numbers[];
  readonly output: Numbers;
}

export type LayerCases = "keras_layers" | "tfjs_layers" | "tfjs_operators";

export function layerCases(name: LayerCases): readonly LayerCase[] {
  return JSON.parse(readFileSync(`test/oracles/${name}.json`, "utf8"));
}

/** A model.json with all that it needs. */
export interface CaseFile {
  readonly json: { readonly modelTopology: unknown; readonly weightsManifest: unknown };
  readonly shards: ReadonlyMap<string, Uint8Array>;
}

/** The cases as TensorFlow.js' files. */
export function caseFiles(name: LayerCases): readonly CaseFile[] {
  return layerCases(name).map(({ topology, weights }) => {
    const entries = Object.entries(weights);
    const listed = entries.map(([weight, { shape, isInteger }]) => {
      return { name: weight, shape, dtype: isInteger ? "int32" : "float32" };
    });
    const parts = entries.map(([, { values, isInteger }]) => (isInteger ? Int32Array : Float32Array).from(values));
    const shard = concatBytes(parts.map(({ buffer }) => new Uint8Array(buffer)));
    return {
      json: { modelTopology: topology, weightsManifest: [{ paths: ["a.bin"], weights: listed }] },
      shards: new Map([["a.bin", shard]]),
    };
  });
}

const tensorOf = ({ shape, values }: Numbers): Tensor => tensor(values, shape);

const BYTES = 1_000_000;

/** Reads a case; throws as the reader does. */
export function readCase(cases: LayerCases, one: LayerCase): ImportedNetwork {
  return importers[cases](one);
}

const importers: Readonly<Record<LayerCases, (one: LayerCase) => ImportedNetwork>> = {
  keras_layers: (one) => layers(one, "keras3"),
  tfjs_layers: (one) => layers(one, "tfjs"),
  tfjs_operators: ({ topology, weights }) => {
    const entries = Object.entries(weights).map(([name, numbers]): [string, { tensor: Tensor; isInteger: boolean }] => [
      name,
      { tensor: tensorOf(numbers), isInteger: numbers.isInteger === true },
    ]);
    return importTensorflow("a graph", { topology, signature: null }, new Map(entries), {}, BYTES);
  },
};

function layers({ topology, weights }: LayerCase, dialect: Dialect): ImportedNetwork {
  const named = new Map(Object.entries(weights).map(([name, numbers]) => [name, tensorOf(numbers)]));
  return importKeras("a model", topology, dialect, variablesNamed(named), {}, BYTES);
}

/** What is wrong with our answer; null if nothing is. */
export async function faultIn(cases: LayerCases, one: LayerCase, backend: Backend): Promise<string | null> {
  const expected = tensorOf(one.output);
  const size = Math.max(1, ...one.output.values.map(Math.abs));
  try {
    const { graph, weights } = importers[cases](one);
    const session = await Session.create(graph, weights, { backend });
    const given = one.inputs.map((input, i): [string, Tensor] => [graph.inputs[i].name, tensorOf(input)]);
    const y = (await session.runAll(Object.fromEntries(given))).get(graph.output) as Tensor;
    session.dispose();
    expectClose(y, expected, 1e-5 * size);
    return null;
  } catch (error) {
    return `${one.about}: ${(error as Error).message}`;
  }
}
