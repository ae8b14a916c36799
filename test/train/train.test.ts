import { describe, expect, test } from "vitest";
import {
  type Dataset,
  dense,
  evaluate,
  graphBuilder,
  initialWeights,
  random,
  Session,
  ShapeError,
  type Tensor,
  type TrainingState,
  tensor,
  train,
} from "../../src/index.ts";
import { largestOf } from "../../src/tensor/largest.ts";
import { readCheckpoint, writeCheckpoint } from "../../src/train/checkpoint.ts";
import { bodyOf, featuresOf, trainHead } from "../../src/train/head.ts";

/** Bars that lie or stand, in noise. */
function bars(count: number, seed: number): Dataset {
  const source = random(seed);
  const labels = Uint8Array.from({ length: count }, () => source.integer(2));
  const pixels = new Uint8Array(count * 64);
  for (let i = 0; i < count; i++) {
    const at = source.integer(8);
    for (let p = 0; p < 64; p++) {
      const isBar = (labels[i] === 0 ? p >> 3 : p & 7) === at;
      pixels[i * 64 + p] = (isBar ? 170 : 0) + source.integer(80);
    }
  }
  return { pixels, shape: [count, 8, 8, 1], labels, classes: ["lies", "stands"] };
}

/** A separable network in small. */
function tiny() {
  const g = graphBuilder("tiny", [1, 8, 8, 1]);
  let x = g.conv2d(g.input, { name: "stem", outputs: 6, padding: "same", bias: false });
  x = g.activation(g.batchNormalization(x, { name: "stem_bn" }), "relu");
  x = g.depthwiseConv2d(x, { name: "dw", strides: 2, padding: "same", bias: false });
  x = g.activation(g.batchNormalization(x, { name: "dw_bn" }), "relu");
  x = g.globalAveragePool2d(g.pointwiseConv2d(x, { name: "pw", outputs: 8, activation: "relu" }));
  return g.build(g.dense(g.reshape(x, [1, 8]), { name: "head", outputs: 2 }));
}

const data = bars(200, 1);
const options = { epochs: 6, batch: 20, shift: 0, flip: false, learningRate: 0.05 } as const;
const bits = ({ weights, memory }: TrainingState) =>
  [...weights, ...memory].map(([name, { data }]) => [name, [...new Uint32Array(data.slice().buffer)]]);

describe("training", () => {
  test.each([
    ["sgd", 0.05],
    ["adamw", 0.02],
  ] as const)("with %s a toy set is learned, and images not seen are told apart", async (optimizer, learningRate) => {
    const losses: number[] = [];
    const { weights } = await train(
      tiny(),
      data,
      { ...options, epochs: 10, optimizer, learningRate },
      {
        onStep: ({ loss }) => losses.push(loss) > 0,
      },
    );
    expect(losses.length).toBe(100);
    const session = await Session.create(tiny(), weights);
    const { accuracy, confusion, images } = await evaluate(session, bars(100, 2));
    expect(accuracy).toBeGreaterThan(0.9);
    expect(confusion.flat().reduce((sum, count) => sum + count)).toBe(images);
    session.dispose();
  });

  test("the same seed gives the same bits for 1, 2 and 3 threads; another seed others", async () => {
    const one = bits(await train(tiny(), data, { ...options, epochs: 2 }));
    for (const threads of [2, 3])
      expect(bits(await train(tiny(), data, { ...options, epochs: 2, threads }))).toEqual(one);
    expect(bits(await train(tiny(), data, { ...options, epochs: 2, seed: 2 }))).not.toEqual(one);
  });

  test.each([1, 10, 13])(
    "stopped after step %i and resumed from its checkpoint, it ends as if it had not been",
    async (stop) => {
      const whole = await train(tiny(), data, { ...options, epochs: 2 });
      const half = await train(tiny(), data, { ...options, epochs: 2 }, { onStep: ({ step }) => step < stop });
      expect(half.step).toBe(stop);
      const about = { network: "tiny" };
      const state = await readCheckpoint(writeCheckpoint(half, about), about);
      expect(bits(await train(tiny(), data, { ...options, epochs: 2 }, { state }))).toEqual(bits(whole));
    },
  );

  test("begins with given weights, and leaves them as they are", async () => {
    const weights = initialWeights(tiny(), 7);
    const before = [...weights].map(([name, { data }]) => [name, data.slice()]);
    const own = await train(tiny(), data, options, { weights });
    expect([...weights].map(([name, one]) => [name, one.data])).toEqual(before);
    expect(bits(own)).toEqual(bits(await train(tiny(), data, options, { weights: initialWeights(tiny(), 7) })));
    expect(bits(own)).not.toEqual(bits(await train(tiny(), data, options)));
    await expect(train(tiny(), data, options, { weights: new Map() })).rejects.toThrow("missing stem/filter");
    await expect(train(tiny(), data, options, { weights: 3 as never })).rejects.toThrow("train: weights are 3, needs");
  });

  test("a checkpoint of something else is refused by name", async () => {
    const state = { weights: initialWeights(tiny(), 1), memory: new Map<string, Tensor>(), step: 3 };
    const bytes = writeCheckpoint(state, { network: "tiny", data: "abc" });
    await expect(readCheckpoint(bytes, { network: "other", data: "abc" })).rejects.toThrow(
      "checkpoint: network was tiny, is other now",
    );
    await expect(readCheckpoint(bytes, { data: "xyz" })).rejects.toThrow("checkpoint: data was abc, is xyz now");
  });

  test("a loss that is no number any more ends it, with the step, the largest gradient and advice", async () => {
    const steps: number[] = [];
    const run = train(tiny(), data, { ...options, learningRate: 1e6 }, { onStep: ({ step }) => steps.push(step) > 0 });
    await expect(run).rejects.toThrow(
      /^train: the loss of step \d+ is (NaN|Infinity); the largest gradient is .*, of .*smaller/,
    );
    expect(steps.length).toBeLessThan(60);
  });

  test.each([
    [{ epochs: 0 }, "train: epochs is 0, needs an integer >= 1"],
    [{ threads: 1.5 }, "train: threads is 1.5, needs an integer from 1 to 64"],
    [{ batch: 201 }, "train: 200 images make no batch of 201"],
    [{ learningRate: -1 }, "train: learningRate is -1, needs a number from 0 to 1000000"],
    [{ optimizer: "adam" as "sgd" }, 'train: optimizer is "adam", needs one of "sgd", "adamw"'],
    [{ speed: 2 } as object, 'train: unknown option "speed" (did you mean "seed"?), has epochs, batch'],
  ])("%j is refused", async (wrong, message) => {
    await expect(train(tiny(), data, { ...options, ...wrong })).rejects.toThrow(message);
  });

  test("images of another size or classes of another number are refused", async () => {
    const wide = { ...data, shape: [200, 4, 16, 1] };
    await expect(train(tiny(), wide)).rejects.toThrow(new ShapeError("train: images are 4×16×1, tiny needs 8×8×1"));
    const three = { ...data, classes: ["a", "b", "c"] };
    await expect(train(tiny(), three)).rejects.toThrow(new ShapeError("train: 3 classes, tiny has 2"));
  });
});

test("a new head on a frozen body learns other classes; the body stays as it was", async () => {
  const { weights } = await train(tiny(), data, options);
  const before = [...weights].map(([name, { data }]) => [name, data.slice()]);
  const body = bodyOf(tiny(), weights);
  const session = await Session.create(body.graph, body.weights);
  const shown = bars(120, 5);
  const imageOf = (i: number) =>
    tensor(
      Float32Array.from(shown.pixels.subarray(i * 64, i * 64 + 64), (level) => level / 255),
      [1, 8, 8, 1],
    );
  const features = await featuresOf(session, 120, imageOf);
  const labels = [...shown.labels].map((label) => 2 - label); // of three classes, 1 and 2
  const { filter, bias } = await trainHead(features, labels, 3);
  expect(filter.shape).toEqual([8, 3]);
  const scores = dense(features, filter, { bias });
  expect(labels.filter((label, i) => largestOf(scores, i) === label).length).toBeGreaterThan(108);
  expect((await trainHead(features, labels, 3)).filter.data).toEqual(filter.data);
  expect([...weights].map(([name, { data }]) => [name, data])).toEqual(before);
  session.dispose();
});
