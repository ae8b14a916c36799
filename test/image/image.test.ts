import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  centerCrop,
  FormatError,
  type Interpolation,
  type NORMALIZATIONS,
  normalize,
  type Preset,
  preparationFor,
  preprocess,
  readPnm,
  resize,
  ShapeError,
  Tensor,
  tensor,
} from "../../src/index.ts";
import { counting } from "../support/tensors.ts";

const image = ([h, w]: readonly number[]): Tensor =>
  tensor(
    Float32Array.from({ length: h * w * 3 }, (_, i) => (37 * i + 11) % 256),
    [h, w, 3],
  );

// Written by test/oracles/pillow.py.
type Row = readonly [H: number, W: number, h: number, w: number, how: string, sha256: string];
const { shown, sizes, floats, prepared } = JSON.parse(readFileSync("test/oracles/pillow.json", "utf8")) as {
  shown: { from: number[]; to: [number, number]; interpolation: Interpolation; data: number[] }[];
} & Record<"sizes" | "floats" | "prepared", Row[]>;

const digest = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex").slice(0, 16);
const bytesOf = (t: Tensor): Uint8Array => Uint8Array.from(t.toFloat32Array());
/** The rows that do not come out to the bit. */
const wrong = (rows: readonly Row[], run: (row: Row) => Uint8Array): Row[] =>
  rows.filter((row) => digest(run(row)) !== row[5]);

describe("resize is Pillow's, to the bit", () => {
  test.each(shown)("$from to $to, $interpolation", ({ from, to, interpolation, data }) => {
    const small = resize(image(from), to, interpolation);
    expect(small.shape).toEqual([...to, 3]);
    expect([...small.data]).toEqual(data);
  });

  test("a bicubic value that float sums put one step off", () => {
    const levels = [42, 79, 236, 119, 0, 147, 8, 188, 117, 212, 151, 16, 185, 121, 217, 7];
    expect(resize(tensor(levels, [8, 2, 1]), [12, 12], "bicubic").at(11, 7, 0)).toBe(44);
  });

  test(`${sizes.length} sizes, up and down`, () => {
    expect(wrong(sizes, ([H, W, h, w, how]) => bytesOf(resize(image([H, W]), [h, w], how as Interpolation)))).toEqual(
      [],
    );
  });

  test("images of other numbers, as floats", () => {
    const run = ([H, W, h, w, how]: Row): Uint8Array => {
      const levels = Float32Array.from({ length: H * W }, (_, i) => (((37 * i + 11) % 256) - 100.25) / 8);
      const { data } = resize(new Tensor(levels, [H, W, 1]), [h, w], how as Interpolation);
      return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    };
    expect(wrong(floats, run)).toEqual([]);
  });

  test("whole preparations", () => {
    const run = ([H, W, h, w, preset]: Row): Uint8Array => {
      const how = { ...preparationFor(preset as Preset), normalization: "raw" } as const;
      return bytesOf(preprocess(image([H, W]), [h, w], how));
    };
    expect(wrong(prepared, run)).toEqual([]);
  });

  test("an image of one grey level keeps it, its own size changes nothing", () => {
    const grey = tensor(new Float32Array(7 * 5 * 2).fill(77), [7, 5, 2]);
    expect(new Set(resize(grey, [3, 9]).data)).toEqual(new Set([77]));
    expect(resize(image([4, 5]), [4, 5]).toArray()).toEqual(image([4, 5]).toArray());
  });
});

test("the middle square; an odd margin is left off at the bottom and the right", () => {
  const x = counting([4, 7, 1]);
  expect(centerCrop(x).shape).toEqual([4, 4, 1]);
  expect(centerCrop(x).at(0, 0, 0)).toBe(1);
  expect(centerCrop(x, [3, 2]).toArray()).toEqual([
    [[2], [3]],
    [[9], [10]],
    [[16], [17]],
  ]);
});

test("schemes of normalisation", () => {
  const x = tensor([0, 127.5, 255], [1, 1, 3]);
  const of = (scheme: (typeof NORMALIZATIONS)[number]) => [...normalize(x, scheme).data];
  expect(of("tf")).toEqual([-1, 0, 1]);
  expect(of("unit")).toEqual([0, 0.5, 1]);
  expect(of("byte")).toEqual([-1, 127.5 / 128 - 1, 255 / 128 - 1].map(Math.fround));
  expect(of("raw")).toEqual([0, 127.5, 255]);
  expect(of("torch")).toEqual([-0.485 / 0.229, (0.5 - 0.456) / 0.224, (1 - 0.406) / 0.225].map(Math.fround));
  expect(normalize(x, "raw").shape).toEqual([1, 1, 1, 3]);
  expect(x.toArray()).toEqual([[[0, 127.5, 255]]]);
});

test("levels of one's own: (v - mean) · scale", () => {
  const x = tensor([0, 100, 200], [1, 1, 3]);
  expect([...normalize(x, { mean: 100, scale: 0.5 }).data]).toEqual([-50, 0, 50]);
  expect([...normalize(x, { mean: [0, 50, 100], scale: [1, 2, 3] }).data]).toEqual([0, 100, 300]);
});

test("preprocess crops, resizes and normalises", () => {
  const input = preprocess(image([9, 12]), [3, 3], "tf");
  expect(input.shape).toEqual([1, 3, 3, 3]);
  expect(input.toArray()).toEqual(normalize(resize(centerCrop(image([9, 12])), [3, 3]), "tf").toArray());
});

test.each<[string, () => unknown, string]>([
  ["rank", () => centerCrop(counting([4, 4])), "centerCrop: image is 4×4, needs h×w×c"],
  ["no tensor", () => resize([1] as never, [1, 1]), "resize: image is [1], needs a Tensor"],
  ["an empty image", () => resize(Tensor.zeros([0, 3, 3]), [1, 1]), "resize: image[0] is 0, needs an integer >= 1"],
  ["a crop beyond", () => centerCrop(counting([4, 4, 1]), [5, 4]), "centerCrop: size[0] is 5, needs at most 4"],
  ["size 0", () => resize(counting([4, 4, 1]), [0, 4]), "resize: size[0] is 0, needs an integer >= 1"],
  [
    "a size too large",
    () => resize(counting([4, 4, 1]), [2 ** 20, 2 ** 20]),
    "resize: result 1048576×1048576×1 holds 1099511627776 elements, needs at most 536870912",
  ],
  [
    "a scheme",
    () => normalize(counting([1, 1, 3]), "imagenet" as never),
    'normalize: scheme is "imagenet", needs one of "tf", "torch", "unit", "byte", "raw"',
  ],
  [
    "a mean for other channels",
    () => normalize(counting([1, 1, 3]), { mean: [1, 2], scale: 1 }),
    "normalize: mean is [1, 2], needs a number, or one for each of 3 channels",
  ],
  [
    "a scale that is none",
    () => normalize(counting([1, 1, 3]), { mean: 0, scale: Number.NaN }),
    "normalize: scale is NaN, needs a number, or one for each of 3 channels",
  ],
  ["torch on grey", () => normalize(counting([1, 1, 1]), "torch"), 'normalize: image has 1 channels, "torch" needs 3'],
])("refuses %s", (_, run, message) => {
  expect(run).toThrow(new ShapeError(message));
});

describe("PPM and PGM", () => {
  const bytes = (head: string, ...pixels: number[]) => Uint8Array.from([...Buffer.from(head, "latin1"), ...pixels]);

  test("colour, grey, comments, 16 bits, other largest levels", () => {
    expect(readPnm(bytes("P6\n2 1\n255\n", 1, 2, 3, 4, 5, 6)).toArray()).toEqual([
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
    ]);
    expect(readPnm(bytes("P5 # gr\u00e9y\n#more\n1 2 255 ", 7, 255)).toArray()).toEqual([[[7]], [[255]]]);
    expect(readPnm(bytes("P5\n1 1\n65535\n", 255, 255)).toArray()).toEqual([[[255]]]);
    expect(readPnm(bytes("P5\n2 1\n5\n", 1, 5)).toArray()).toEqual([[[51], [255]]]);
  });

  test.each<[string, Uint8Array, string]>([
    ["another kind", bytes("P3\n1 1\n255\n1 2 3"), "x: not a binary PPM or PGM, needs to begin with P6 or P5"],
    ["nothing", new Uint8Array(0), "x: not a binary PPM or PGM, needs to begin with P6 or P5"],
    ["no size", bytes("P6\n"), "x: header has no width"],
    ["no height", bytes("P6\n12\n"), "x: header has no height"],
    ["no level", bytes("P6\n1 1\n"), "x: header has no largest grey level"],
    ["a long line of nothing", bytes(`P6${" ".repeat(5000)}x`), "x: header has no width"],
    ["a number without end", bytes(`P6 ${"1".repeat(5000)}`), "x: header has no width"],
    ["a comment without end", bytes("P6 #1 1 255 "), "x: header has no width"],
    ["letters", bytes("P6\nab 1\n255\n"), "x: header has no width"],
    ["a width of 0", bytes("P6\n0 1\n255\n"), "x: image is 0×1, needs at least 1×1"],
    ["a bomb", bytes("P6\n99999 99999\n255\n"), "x: image is 99999×99999, needs at most 64000000 pixels"],
    ["level 0", bytes("P5\n1 1\n0\n", 0), "x: largest grey level is 0, needs 1 to 65535"],
    ["level 65536", bytes("P5\n1 1\n65536\n", 0), "x: largest grey level is 65536, needs 1 to 65535"],
    ["truncated", bytes("P6\n2 2\n255\n", 1, 2, 3), "x: 3 bytes of pixels, 2×2×3 needs 12"],
    ["a level above the largest", bytes("P5\n1 1\n5\n", 6), "x: grey level 6 is above the largest, 5"],
  ])("refuse %s", (_, data, message) => {
    expect(() => readPnm(data, "x")).toThrow(new FormatError(message));
  });
});
