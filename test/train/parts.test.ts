/** Loss, optimisers, schedule, data: each against its formula. */
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { checkDataset, showingsOf, writeImage } from "../../src/data/dataset.ts";
import { type Dataset, FormatError, readIdx, ShapeError, tensor } from "../../src/index.ts";
import { crossEntropy, crossEntropyGradient } from "../../src/kernels/naive/gradients/crossEntropy.ts";
import { learningRateAt } from "../../src/train/learningRate.ts";
import { optimizer } from "../../src/train/optimizers.ts";
import { writeTarget } from "../../src/train/targets.ts";

describe("cross-entropy", () => {
  const scores = tensor([1, 2, 0.5, 1000, 0, -1000], [2, 3]);
  const targets = tensor([0.1, 0.8, 0.1, 1, 0, 0], [2, 3]);

  test("is that of the definition, and does not overflow", () => {
    const sum = Math.exp(1) + Math.exp(2) + Math.exp(0.5);
    const first = -(
      0.1 * Math.log(Math.exp(1) / sum) +
      0.8 * Math.log(Math.exp(2) / sum) +
      0.1 * Math.log(Math.exp(0.5) / sum)
    );
    const losses = tensor([0, 0]);
    crossEntropy(scores, targets, losses);
    expect(losses.at(0)).toBeCloseTo(first, 6);
    expect(losses.at(1)).toBe(0);
  });

  test("its gradient is p - t over the rows, and adds up to 0", () => {
    const dscores = tensor([0, 0, 0, 0, 0, 0], [2, 3]);
    crossEntropyGradient(scores, targets, dscores);
    const sum = Math.exp(1) + Math.exp(2) + Math.exp(0.5);
    expect(dscores.at(0, 1)).toBeCloseTo((Math.exp(2) / sum - 0.8) / 2, 6);
    expect(dscores.at(0, 0) + dscores.at(0, 1) + dscores.at(0, 2)).toBeCloseTo(0, 6);
    expect(dscores.toArray()).toMatchObject({ 1: [0, 0, 0] });
  });

  test("label smoothing leaves 1 - s on the label and s / C on every class", () => {
    const to = new Float32Array(8);
    writeTarget(to, 1, 4, 2, 0.1);
    expect([...to]).toEqual([0, 0, 0, 0, 0.025, 0.025, 0.925, 0.025].map(Math.fround));
  });
});

describe("optimisers", () => {
  const run = (name: "sgd" | "adamw", steps: number) => {
    const weights = new Map([
      ["w", tensor([2], [1, 1])],
      ["b", tensor([2])],
    ]);
    const { update, memory } = optimizer(name, { weightDecay: 0.5, momentum: 0.9 }, new Map());
    const slopes = new Map([...weights.keys()].map((key) => [key, Float32Array.of(1)]));
    for (let step = 1; step <= steps; step++) update(step, 0.1, weights, slopes);
    return { w: weights.get("w")?.data[0], b: weights.get("b")?.data[0], memory: [...memory.keys()] };
  };

  test("sgd: velocity, and decay of filters only", () => {
    const { w, b, memory } = run("sgd", 2);
    // w: v = 1 + 0.5·2 = 2, w = 1.8; v = 1.8 + 1 + 0.9 = 3.7, w = 1.43.  b: v = 1, 1.9; v = 1.9, 1.71
    expect(w).toBeCloseTo(1.43, 6);
    expect(b).toBeCloseTo(1.71, 6);
    expect(memory).toEqual(["velocity/w", "velocity/b"]);
  });

  test("adamw: with a constant gradient every step is the rate, and decay comes on top", () => {
    const { w, b, memory } = run("adamw", 2);
    expect(b).toBeCloseTo(1.8, 6);
    expect(w).toBeCloseTo(2 - 0.1 * 2 - 0.1 * (1 + 0.5 * 1.8), 6);
    expect(memory).toEqual(["mean/w", "square/w", "mean/b", "square/b"]);
  });
});

test("the learning rate climbs for the warm-up and comes down to 0 along a cosine", () => {
  const rates = Array.from({ length: 10 }, (_, step) => learningRateAt(step, 10, 1, 2));
  expect(rates.slice(0, 3)).toEqual([0.5, 1, 1]);
  expect(rates[6]).toBeCloseTo(0.5, 9);
  expect(learningRateAt(10, 10, 1, 2)).toBeCloseTo(0, 9);
  for (let i = 3; i < 10; i++) expect(rates[i]).toBeLessThan(rates[i - 1]);
});

const data: Dataset = {
  pixels: Uint8Array.from({ length: 2 * 2 * 3 }, (_, i) => 10 * (i + 1)),
  shape: [2, 2, 3, 1],
  labels: Uint8Array.of(0, 1),
  classes: ["a", "b"],
};

describe("images", () => {
  test("every epoch shows each image once, in an order of its own, the same for the same seed", () => {
    const order = (seed: number, epoch: number) =>
      showingsOf(50, seed, epoch, { shift: 2, flip: true }).map(({ image }) => image);
    expect([...order(1, 0)].sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i));
    expect(order(1, 0)).toEqual(order(1, 0));
    expect(order(1, 1)).not.toEqual(order(1, 0));
    expect(order(2, 0)).not.toEqual(order(1, 0));
    const all = showingsOf(500, 1, 0, { shift: 2, flip: true });
    expect(new Set(all.map(({ down }) => down)).size).toBe(5);
    expect(all.filter(({ flipped }) => flipped).length).toBeGreaterThan(150);
    expect(showingsOf(500, 1, 0, { shift: 0, flip: false }).some((s) => s.flipped || s.down !== 0)).toBe(false);
  });

  test.each([
    [{ down: 0, right: 0, flipped: false }, [70, 80, 90, 100, 110, 120]],
    [{ down: 1, right: 0, flipped: false }, [0, 0, 0, 70, 80, 90]],
    [{ down: 0, right: -1, flipped: false }, [80, 90, 0, 110, 120, 0]],
    [{ down: 0, right: 0, flipped: true }, [90, 80, 70, 120, 110, 100]],
  ])("shown as %j", (change, levels) => {
    const to = new Float32Array(7);
    writeImage(data, { image: 1, ...change }, to, 1);
    expect([...to]).toEqual([0, ...levels.map((level) => Math.fround(level / 255))]);
  });

  test.each([
    [{ labels: Uint8Array.of(0) }, "train: 2 images and 1 labels"],
    [{ labels: Uint8Array.of(0, 2) }, "train: the label of image 1 is 2, there are 2 classes"],
    [{ pixels: new Uint8Array(11) }, "train: 11 pixels, images 2×2×3×1 need 12"],
  ])("%j is refused", (change, message) => {
    expect(() => checkDataset("train", { ...data, ...change })).toThrow(new ShapeError(message));
  });
});

describe("IDX files", () => {
  const good = Uint8Array.of(0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6);

  test.each([["plain", good] as const, ["gzipped", Uint8Array.from(gzipSync(good))] as const])(
    "%s",
    async (_, bytes) => {
      const { shape, data } = await readIdx(bytes);
      expect(shape).toEqual([2, 3]);
      expect([...data]).toEqual([1, 2, 3, 4, 5, 6]);
    },
  );

  test.each([
    ["cut off", good.slice(0, -1), "bytes: 5 numbers, 2×3 needs 6"],
    ["too long", Uint8Array.of(...good, 7), "bytes: 7 numbers, 2×3 needs 6"],
    ["cut off in the header", good.slice(0, 9), "bytes: ends inside its header, 9 of 12 bytes"],
    ["not IDX", Uint8Array.of(1, 2, 3, 4), "bytes: begins with 1 2 3 4, an IDX file with 0 0"],
    ["empty", new Uint8Array(0), "bytes: begins with nothing, an IDX file with 0 0"],
    ["of floats", Uint8Array.of(0, 0, 13, 1, 0, 0, 0, 0), "bytes: numbers are of type 13, needs 8, unsigned bytes"],
  ])("%s", async (_, bytes, message) => {
    await expect(readIdx(bytes)).rejects.toThrow(new FormatError(message));
  });

  test("broken gzip", async () => {
    await expect(readIdx(gzipSync(good).subarray(0, 15))).rejects.toThrow(/^bytes: broken gzip/);
  });
});
