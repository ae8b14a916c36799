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
import { times } from "../support/effort.ts";
import { operatorFiles } from "../support/operatorCases.ts";
import { GROUP, SHARD } from "../support/tfjs.ts";

const SEED = Number(process.env.SEPARABLE_SEED ?? Date.now() % 2 ** 31);
const RUNS = times(6_000);
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

interface Reader {
  readonly name: string;
  readonly originals: readonly Uint8Array[];
  /** What is put in here and there. */
  readonly pieces: readonly Uint8Array[];
  readonly shards: ReadonlyMap<string, WeightsSource>;
}

const readers: readonly Reader[] = [
  { name: "ONNX", originals: [network()], pieces: NUMBERS, shards: new Map() },
  { name: "ONNX, every operator", originals: operatorFiles("onnx"), pieces: NUMBERS, shards: new Map() },
  { name: "TensorFlow Lite, every operator", originals: operatorFiles("tflite"), pieces: NUMBERS, shards: new Map() },
  { name: "TensorFlow.js", originals: [manifest], pieces: WORDS, shards: new Map([["a.bin", SHARD]]) },
  {
    name: "npz",
    originals: [writeNpz(new Map([["a", { shape: [2, 3], data: new Float32Array(6) }]]))],
    pieces: [...WORDS, ...NUMBERS],
    shards: new Map(),
  },
];

describe.each(readers)("$name", ({ name, originals, pieces, shards }) => {
  test("the file itself can be read", async () => {
    for (const original of originals) {
      const { weights, graph } = await readWeights(original, { shards });
      expect(weights.size + (graph?.nodes.length ?? 0)).toBeGreaterThan(0);
    }
  });

  test(`${RUNS} damaged files, seed ${SEED}`, async () => {
    const source = random(SEED);
    const outcomes = { read: 0, refused: 0 };
    for (let i = 0; i < RUNS; i++) {
      const original = originals[source.integer(originals.length)];
      const room = original.length + 64 + SHARD.length;
      const bytes = damaged(source, original, pieces, original.length);
      const start = performance.now();
      try {
        const { weights } = await readWeights(bytes, { shards });
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
    expect(outcomes.refused).toBeGreaterThan(RUNS / 4);
    expect(outcomes.read).toBeGreaterThan(10);
  });
});
