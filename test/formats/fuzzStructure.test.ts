/**
 * Files that are damaged in what they mean: each ends in weights or a named error, quickly, and takes little memory.
 */
import { beforeAll, describe, expect, test } from "vitest";
import { allowance } from "../../src/formats/bytes/unpack.ts";
import { readZip } from "../../src/formats/bytes/zip.ts";
import { writeZip } from "../../src/formats/bytes/zipWriter.ts";
import { writeNpz } from "../../src/formats/npz/npz.ts";
import { exportOnnx } from "../../src/formats/onnx/index.ts";
import { openSource } from "../../src/formats/source.ts";
import {
  FormatError,
  type Graph,
  graphBuilder,
  random,
  randomWeights,
  readWeights,
  Session,
  ShapeError,
  Tensor,
  type WeightsSource,
  writeSafetensors,
} from "../../src/index.ts";
import { INTEGER_RANGES } from "../../src/tensor/quantizedTensor.ts";
import { sizeOf } from "../../src/tensor/shape.ts";
import type { Weight } from "../../src/tensor/weight.ts";
import { times, timesSlow } from "../support/effort.ts";
import { kerasFile } from "../support/kerasFiles.ts";
import { caseFiles, type LayerCases } from "../support/layerCases.ts";
import { whole } from "../support/onnxFile.ts";
import { operatorFiles } from "../support/operatorCases.ts";
import { changedJson, changedMessage, changedWords, changedZip, jsonOf } from "../support/structure.ts";
import { counting } from "../support/tensors.ts";
import { GROUP, SHARD } from "../support/tfjs.ts";

const SEED = Number(process.env.SEPARABLE_SEED ?? Date.now() % 2 ** 31);
const RUNS = times(6_000);
const SLOW_RUNS = timesSlow(6_000);
const SLOW = 2_000;
/** Of the heap and of arrays beside it, while one file is read: files are a few thousand bytes. */
const MAX_MEMORY = 256 * 2 ** 20;

/** Numbers that a network may have as values to be run too: a file can ask for an input of any size. */
const MAX_VALUES = 2 ** 22;

const source = random(SEED);
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

function valuesOf({ inputs, nodes }: Graph): number {
  return [...inputs.map(({ shape }) => shape), ...nodes.map(({ outputShape }) => outputShape)]
    .map(sizeOf)
    .reduce((sum, size) => sum + size, 0);
}

function onnx(): Uint8Array {
  const g = graphBuilder("small", [1, 6, 5, 3]);
  let x = g.activation(g.batchNormalization(g.conv2d(g.input, { outputs: 4, strides: 2, padding: "same" })), "relu6");
  x = g.add(g.depthwiseConv2d(x, { padding: "same", activation: "hardSwish" }), x);
  x = g.maxPool2d(g.pointwiseConv2d(x, { outputs: 2 }), { windowDimensions: 2, rounding: "ceil" });
  x = g.concat(
    [
      g.clamp(x, { minValue: 0 }),
      g.pad(x, [
        [0, 0],
        [0, 0],
        [0, 0],
        [0, 0],
      ]),
    ],
    3,
  );
  const graph = g.build(g.softmax(g.dense(g.reshape(g.transpose(x, [0, 2, 1, 3]), [1, 16]), { outputs: 3 })));
  return exportOnnx(graph, randomWeights(graph, 1));
}

const MANIFEST = {
  format: "layers-model",
  modelTopology: {
    model_config: {
      config: { layers: [{ class_name: "InputLayer", config: { batch_input_shape: [null, 4, 4, 1] } }] },
    },
  },
  weightsManifest: [GROUP],
};
const SHARDS: ReadonlyMap<string, WeightsSource> = new Map([["a.bin", SHARD]]);

const SAFETENSORS = writeSafetensors(
  new Map([
    ["conv1/kernel", counting([2, 2, 1, 3])],
    ["b", counting([5])],
  ]),
  { about: "x" },
);
const HEADER_END = 8 + Number(new DataView(SAFETENSORS.buffer).getBigUint64(0, true));
const HEADER: unknown = JSON.parse(new TextDecoder().decode(SAFETENSORS.subarray(8, HEADER_END)));

function safetensorsWith(header: string): Uint8Array {
  const json = bytesOf(header);
  const file = new Uint8Array(8 + json.length + SAFETENSORS.length - HEADER_END);
  new DataView(file.buffer).setBigUint64(0, BigInt(json.length), true);
  file.set(json, 8);
  file.set(SAFETENSORS.subarray(HEADER_END), 8 + json.length);
  return file;
}

const ONNX = onnx();
const OPERATORS = operatorFiles("onnx");
const TFLITE = operatorFiles("tflite");
const oneOf = <T>(list: readonly T[]): T => list[source.integer(list.length)];
const NPZ = writeNpz(
  new Map([
    ["a", { shape: [2, 3], data: new Float32Array(6) }],
    ["b", { shape: [], data: Float64Array.of(1) }],
  ]),
);

interface Made {
  readonly bytes: Uint8Array;
  readonly shards?: ReadonlyMap<string, WeightsSource>;
}
type Reader = readonly [name: string, make: () => Made, runs: number];

const alone = (make: () => Uint8Array) => (): Made => ({ bytes: make() });
const ofCases = (name: LayerCases): (() => Made) => {
  const files = caseFiles(name);
  return () => {
    const { json, shards } = oneOf(files);
    return { bytes: bytesOf(jsonOf(changedJson(source, json))), shards };
  };
};

/** Keras' archive with another config.json. */
const ARCHIVE = new Map<string, Uint8Array>();
beforeAll(async () => {
  const file = await openSource("test", kerasFile("whole.keras"));
  for (const entry of await readZip(file, allowance("test", undefined))) ARCHIVE.set(entry.name, await entry.read());
});
const archive = (): Uint8Array => {
  const config = JSON.parse(new TextDecoder().decode(ARCHIVE.get("config.json")));
  return writeZip(
    new Map<string, Uint8Array>([...ARCHIVE, ["config.json", bytesOf(jsonOf(changedJson(source, config)))]]),
  );
};

const READERS: readonly Reader[] = [
  ["safetensors", alone(() => safetensorsWith(jsonOf(changedJson(source, HEADER)))), RUNS],
  ["TensorFlow.js", () => ({ bytes: bytesOf(jsonOf(changedJson(source, MANIFEST))), shards: SHARDS }), RUNS],
  ["TensorFlow.js, every layer", ofCases("tfjs_layers"), RUNS],
  ["TensorFlow.js, every operator", ofCases("tfjs_operators"), RUNS],
  ["Keras' HDF5", alone(() => changedWords(source, kerasFile("whole.h5"))), SLOW_RUNS],
  ["Keras' archive", alone(archive), SLOW_RUNS],
  ["ONNX", alone(() => whole(changedMessage(source, ONNX))), RUNS],
  ["ONNX, every operator", alone(() => whole(changedMessage(source, oneOf(OPERATORS)))), RUNS],
  ["TensorFlow Lite, every operator", alone(() => changedWords(source, oneOf(TFLITE))), RUNS],
  ["npz", alone(() => changedZip(source, NPZ)), RUNS],
];

describe(`${RUNS} files of each format with another structure, seed ${SEED}`, () => {
  test.each(READERS)("%s", { timeout: 30_000 + RUNS * 20 }, async (name, make, runs) => {
    const prototype = Object.getOwnPropertyNames(Object.prototype).join();
    const memory = (): number => process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers;
    let [read, refused] = [0, 0];
    for (let i = 0; i < runs; i++) {
      const { bytes, ...options } = make();
      const [since, before] = [performance.now(), memory()];
      try {
        const { weights, graph } = await readWeights(bytes, options);
        for (const weight of weights.values() as Iterable<Weight>)
          expect(weight instanceof Tensor || Object.hasOwn(INTEGER_RANGES, weight.type)).toBe(true);
        if (graph !== null && i % 10 === 0 && valuesOf(graph) <= MAX_VALUES) {
          const session = await Session.create(graph, weights, { backend: "im2col" });
          await session.run(Tensor.zeros(graph.input.shape));
        }
        read++;
      } catch (error) {
        const isNamed = error instanceof FormatError || error instanceof ShapeError;
        if (!isNamed) throw new Error(`${name}, file ${i}: ${error}`, { cause: error });
        expect(error.message.length, `${name}, file ${i}`).toBeLessThan(20_000);
        refused++;
      }
      expect(performance.now() - since, `${name}, file ${i}`).toBeLessThan(SLOW);
      expect(memory() - before, `${name}, file ${i}`).toBeLessThan(MAX_MEMORY);
    }
    console.log(`${name}: ${read} read, ${refused} refused`);
    expect(refused).toBeGreaterThan(runs / 4);
    expect(Object.getOwnPropertyNames(Object.prototype).join()).toBe(prototype);
  });
});
