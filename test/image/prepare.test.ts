/** How images become input, as those did it who trained the networks. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  FITS,
  type Interpolation,
  PRESETS,
  preparationFor,
  preprocess,
  resize,
  ShapeError,
  type Tensor,
  tensor,
} from "../../src/index.ts";
import { expectClose } from "../support/tensors.ts";

const image = ([h, w]: readonly number[]): Tensor =>
  tensor(
    Float32Array.from({ length: h * w * 3 }, (_, i) => (37 * i + 11) % 256),
    [h, w, 3],
  );

// Written by test/oracles/torchvision.py.
const { prepared } = JSON.parse(readFileSync("test/oracles/torchvision.json", "utf8")) as {
  prepared: { from: [number, number]; interpolation: Interpolation; data: string }[];
};

test.each(prepared)("torchvision's $interpolation of $from, to the bit", ({ from, interpolation, data }) => {
  const ours = preprocess(image(from), [28, 28], { fit: "shorter", interpolation, normalization: "raw" });
  expect(ours.shape).toEqual([1, 28, 28, 3]);
  const theirs = Buffer.from(data, "base64");
  expect([...ours.data]).toEqual([...theirs]);
});

// Written by test/oracles/tf_resize.py.
const sized: readonly {
  readonly shape: readonly number[];
  readonly size: readonly [number, number];
  readonly image: readonly number[];
  readonly values: readonly number[];
}[] = JSON.parse(readFileSync("test/oracles/tf_resize.json", "utf8"));

test.each(sized)("tf.image.resize of $shape to $size, without antialiasing", ({ shape, size, image: from, values }) => {
  const how = { fit: "tf-resize", interpolation: "bilinear", normalization: "raw" } as const;
  // TensorFlow computes positions in float32, up to 12 ± 12 · 2⁻²³, between levels up to 255 apart.
  expectClose(preprocess(tensor(from, shape), size, how), tensor(values, [1, ...size, shape[2]]), 4e-4);
});

test("a mean and a scale, blue first: each channel has its own, in the order of the network's", () => {
  const x = tensor([10, 20, 30, 40, 50, 60], [1, 2, 3]);
  const how = { fit: "squash", interpolation: "bilinear", order: "bgr" } as const;
  const levels = { mean: [1, 2, 3], scale: [1, 10, 100] };
  expect(preprocess(x, [1, 2], { ...how, normalization: levels }).toArray()).toEqual([
    [
      [
        [29, 180, 700],
        [59, 480, 3700],
      ],
    ],
  ]);
  const grey = tensor([10, 20], [1, 2, 1]);
  expect(preprocess(grey, [1, 2], { ...how, normalization: { mean: 5, scale: 2 } }).toArray()).toEqual([
    [[[10], [30]]],
  ]);
  expect(() => preprocess(x, [1, 2], { ...how, order: "gbr" as never, normalization: "raw" })).toThrow(
    new ShapeError('preprocess: order is "gbr", needs one of "rgb", "bgr"'),
  );
});

test("TF-slim: the middle 7/8 of each side, squashed; Keras: the middle square", () => {
  const x = image([80, 48]);
  const raw = { interpolation: "bilinear", normalization: "raw" } as const;
  const fraction = preprocess(x, [35, 21], { ...raw, fit: "fraction" });
  expect(fraction.toArray()).toEqual([resize(x.slice([5, 3, 0], [70, 42, 3]), [35, 21]).toArray()]);
  const square = preprocess(x, [24, 24], { ...raw, fit: "square" });
  expect(square.toArray()).toEqual([resize(x.slice([16, 0, 0], [48, 48, 3]), [24, 24]).toArray()]);
  expect(preprocess(x, [24, 24], "raw").toArray()).toEqual(square.toArray());
  const squashed = preprocess(x, [24, 24], { ...raw, fit: "squash" });
  expect(squashed.toArray()).toEqual([resize(x, [24, 24]).toArray()]);
});

describe("presets", () => {
  test.each(PRESETS)("%s makes the input of any image", (preset) => {
    for (const size of [
      [1, 1],
      [300, 20],
      [20, 300],
    ]) {
      const input = preprocess(image(size), [32, 24], preparationFor(preset));
      expect(input.shape).toEqual([1, 32, 24, 3]);
      expect([...input.data].every(Number.isFinite)).toBe(true);
    }
  });

  test("only timm's MobileNetV1 differs by family", () => {
    expect(preparationFor("timm", "mobilenet_v1_1.0_224").normalization).toBe("tf");
    expect(preparationFor("timm", "mobilenet_v4_conv_small_224").normalization).toBe("torch");
    expect(preparationFor("torchvision")).toEqual({
      fit: "shorter",
      interpolation: "bilinear",
      normalization: "torch",
    });
  });
});

test("an unknown fit or filter is refused by name", () => {
  const how = { ...preparationFor("keras"), fit: "stretch" as never };
  expect(() => preprocess(image([4, 4]), [2, 2], how)).toThrow(
    new ShapeError(`preprocess: fit is "stretch", needs one of ${FITS.map((fit) => `"${fit}"`).join(", ")}`),
  );
  expect(() => resize(image([4, 4]), [2, 2], "nearest" as never)).toThrow(/interpolation is "nearest", needs one of/);
});
