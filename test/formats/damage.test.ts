/**
 * Ten thousand damaged files for each reader: each ends in weights or a named error, quickly and within its own size.
 */
import { describe, expect, test } from "vitest";
import { writeNpz } from "../../src/formats/npz/npz.ts";
import { exportOnnx } from "../../src/formats/onnx/index.ts";
import {
  FormatError,
  graphBuilder,
  random,
  randomWeights,
  readWeights,
  ShapeError,
  type WeightsSource,
} from "../../src/index.ts";
import { damaged } from "../support/damage.ts";
import { times, timesSlow } from "../support/effort.ts";
import { kerasFile } from "../support/kerasFiles.ts";
import { caseFiles, type LayerCases } from "../support/layerCases.ts";
import { operatorFiles } from "../support/operatorCases.ts";
import { GROUP, SHARD } from "../support/tfjs.ts";

const SEED = Number(process.env.SEPARABLE_SEED ?? Date.now() % 2 ** 31);
const RUNS = times(6_000);
const SLOW_RUNS = timesSlow(6_000);
/** Bytes that constants may take besides those of the file. */
const COMPUTED = 64 * 2 ** 20;
/** Milliseconds of one file, with room for a busy machine. */
const SLOW = 2_000;

const text = (word: string): Uint8Array => new TextEncoder().encode(word);
const WORDS = [
  '{"',
  '"}',
  "9007199254740993",
  "-1",
  "1e99",
  "[]",
  "null",
  '"float16"',
  "..",
  "\u0000",
  "}}",
  ",",
  "True",
].map(text);
const NUMBERS = [
  [0x80],
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f],
  [0x08],
  [0x0a, 0xff],
  [0],
  [0x2a, 0x00],
].map((bytes) => Uint8Array.from(bytes));

function network(): Uint8Array {
  const g = graphBuilder("small", [1, 6, 5, 3]);
  let x = g.activation(g.batchNormalization(g.conv2d(g.input, { outputs: 4, strides: 2, padding: "same" })), "relu6");
  x = g.add(g.depthwiseConv2d(x, { padding: "same", activation: "hardSwish" }), x);
  x = g.averagePool2d(g.pointwiseConv2d(x, { outputs: 2 }), { windowDimensions: 2 });
  const graph = g.build(g.softmax(g.dense(g.reshape(x, [1, 2 * 2 * 2]), { outputs: 3 })));
  return exportOnnx(graph, randomWeights(graph, 1));
}

const manifest = text(
  JSON.stringify({
    format: "layers-model",
    weightsManifest: [GROUP],
  }),
);

interface Original {
  readonly bytes: Uint8Array;
  readonly shards?: ReadonlyMap<string, WeightsSource>;
}

interface Reader {
  readonly name: string;
  readonly originals: readonly Original[];
  /** What is put in here and there. */
  readonly pieces: readonly Uint8Array[];
  /** Default RUNS. */
  readonly runs?: number;
}

const alone = (files: readonly Uint8Array[]): readonly Original[] => files.map((bytes) => ({ bytes }));
const ofCases = (name: LayerCases): readonly Original[] =>
  caseFiles(name).map(({ json, shards }) => ({ bytes: text(JSON.stringify(json)), shards }));

const readers: readonly Reader[] = [
  { name: "ONNX", originals: alone([network()]), pieces: NUMBERS },
  { name: "ONNX, every operator", originals: alone(operatorFiles("onnx")), pieces: NUMBERS },
  { name: "TensorFlow Lite, every operator", originals: alone(operatorFiles("tflite")), pieces: NUMBERS },
  {
    name: "TensorFlow.js",
    originals: [{ bytes: manifest, shards: new Map([["a.bin", SHARD]]) }],
    pieces: WORDS,
  },
  { name: "TensorFlow.js, every layer", originals: ofCases("tfjs_layers"), pieces: WORDS },
  { name: "TensorFlow.js, every operator", originals: ofCases("tfjs_operators"), pieces: WORDS },
  {
    name: "Keras' HDF5",
    originals: alone([kerasFile("whole.h5"), kerasFile("only.weights.h5")]),
    pieces: NUMBERS,
    runs: SLOW_RUNS,
  },
  {
    name: "Keras' archive",
    originals: alone([kerasFile("whole.keras")]),
    pieces: [...WORDS, ...NUMBERS],
    runs: SLOW_RUNS,
  },
  {
    name: "npz",
    originals: alone([writeNpz(new Map([["a", { shape: [2, 3], data: new Float32Array(6) }]]))]),
    pieces: [...WORDS, ...NUMBERS],
  },
];

describe.each(readers)("$name", ({ name, originals, pieces, runs = RUNS }) => {
  test("the file itself can be read", async () => {
    for (const { bytes, ...options } of originals) {
      const { weights, graph } = await readWeights(bytes, options);
      expect(weights.size + (graph?.nodes.length ?? 0)).toBeGreaterThan(0);
    }
  });

  test(`${runs} damaged files, seed ${SEED}`, async () => {
    const source = random(SEED);
    const outcomes = { read: 0, refused: 0 };
    for (let i = 0; i < runs; i++) {
      const { bytes: original, ...options } = originals[source.integer(originals.length)];
      const besides = [...(options.shards?.values() ?? [])] as readonly Uint8Array[];
      const room = original.length + 64 + besides.reduce((sum, shard) => sum + shard.length, 0);
      const bytes = damaged(source, original, pieces, original.length);
      const start = performance.now();
      try {
        const { weights } = await readWeights(bytes, options);
        const elements = [...weights.values()].reduce((sum, { data }) => sum + data.length, 0);
        // A number of the file may be one for each channel: docs/limits.md.
        if (4 * elements > COMPUTED + 4 * room) throw new Error(`${elements} elements from ${bytes.length} bytes`);
        outcomes.read++;
      } catch (error) {
        const isNamed = error instanceof FormatError || error instanceof ShapeError;
        const shown = Buffer.from(bytes).toString("base64");
        if (!isNamed)
          throw new Error(`${name}, run ${i}: ${error instanceof Error ? error.stack : error} for ${shown}`);
        outcomes.refused++;
      }
      expect(performance.now() - start, `run ${i}`).toBeLessThan(SLOW);
    }
    console.log(`${name}: ${outcomes.read} read, ${outcomes.refused} refused (seed ${SEED})`);
    expect(outcomes.refused).toBeGreaterThan(runs / 4);
    expect(outcomes.read).toBeGreaterThan(10);
  });
});
