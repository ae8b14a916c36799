/** The numbers of the scenes, against sums written out here; also states, addresses and players without a page. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { ROUNDINGS } from "../../../src/geometry/requantization.ts";
import { readWeights } from "../../../src/index.ts";
import { packedText, unpacked } from "../build/oneFile.ts";
import { shapesOf } from "../figure/drawing.ts";
import { advance, nudge, player } from "../figure/player.ts";
import { coloursOf } from "../figure/svgText.ts";
import { promiseOf } from "../scenes/arrive/promise.ts";
import {
  FIXED,
  firstRounding,
  inBits,
  KERNEL_WEIGHTS,
  RATIO,
  roundedBy,
  sumAt,
  WINDOW,
} from "../scenes/bits/example.ts";
import { anyBlocksFor } from "../scenes/example.ts";
import { SIDE } from "../scenes/photo.ts";
import { scenePictures } from "../scenes/pictures.ts";
import { askedKernel, priceOf } from "../scenes/price/price.ts";
import { countsFor, routesFor, sumsFor } from "../scenes/split/routes.ts";
import { DEPTHWISE, POINTWISE, SEPARABLE, STANDARD } from "../scenes/start/race.ts";
import { changed, INITIAL, PADDINGS, readState, SETTINGS, STAMPS, writeState } from "../scenes/state.ts";
import { stampedBy, PIXELS as TRANSPOSED_PIXELS, WEIGHTS as TRANSPOSED_WEIGHTS } from "../scenes/transposed/figure.ts";
import { geometryOf, LEARNED_CHANNEL, pixelsUnder, slideOf } from "../scenes/window/slide.ts";
import { parsed, written } from "../story/address.ts";
import { factsOf, SCENES } from "../story/scenes.ts";
import { story as en } from "../text/story.en.ts";
import { story as zh } from "../text/story.zh.ts";

const STYLE = readFileSync(join(import.meta.dirname, "../style.css"), "utf8");

/** The photo's levels, read independently by sharp. */
const { data: PHOTO, info } = await sharp(join(import.meta.dirname, "../scenes/cat.png"))
  .raw()
  .toBuffer({ resolveWithObject: true });
const level = (row: number, column: number, c: number): number => {
  const at = (y: number, x: number): number => PHOTO[(y * info.width + x) * 3 + c];
  const [y, x] = [2 * row, 2 * column];
  return (at(y, x) + at(y, x + 1) + at(y + 1, x) + at(y + 1, x + 1)) / 4;
};
const brightness = (row: number, column: number): number =>
  Math.round(((0.3 * level(row, column, 0) + 0.59 * level(row, column, 1) + 0.11 * level(row, column, 2)) * 99) / 255);
const step = (row: number, column: number, c: number): number =>
  Math.max(0, Math.min(9, Math.floor(((level(14 + row, 24 + column, c) - 20) * 9) / 200 + 0.5)));

test("the race's counts are the paper's", () => {
  expect([STANDARD, DEPTHWISE, POINTWISE, SEPARABLE]).toEqual([231_211_008, 3_612_672, 25_690_112, 29_302_784]);
});

describe.each(STAMPS)("scene 1, %s", (stamp) => {
  test.each(PADDINGS.flatMap((padding) => ([1, 2] as const).map((stride) => [padding, stride] as const)))(
    "%s, stride %d: every sum, written out",
    (padding, stride) => {
      const slide = slideOf({ stamp, padding, stride });
      const { weights } = slide.stamp;
      // TensorFlow pads 1 at the end for stride 2, PyTorch on both sides; with stride 1 both do.
      const front = padding === "valid" ? 0 : padding === "tensorflow" && stride === 2 ? 0 : 1;
      const side = padding === "valid" ? Math.floor(45 / stride) + 1 : 48 / stride;
      expect(slide.sums.shape).toEqual([1, side, side, 1]);
      for (let row = 0; row < side; row++) {
        for (let column = 0; column < side; column++) {
          let sum = 0;
          for (let tap = 0; tap < 9; tap++) {
            const [y, x] = [row * stride + Math.floor(tap / 3) - front, column * stride + (tap % 3) - front];
            if (y >= 0 && x >= 0 && y < 48 && x < 48) sum += brightness(y, x) * weights[tap];
          }
          expect(slide.sums.at(0, row, column, 0)).toBe(sum);
        }
      }
      const [first] = pixelsUnder(slide, 0, 0);
      expect(first).toBe(front > 0 ? null : brightness(0, 0));
    },
  );
});

test("the learned stamp is the network's, rounded to tenths", async () => {
  const file = readFileSync(new URL("../../../src/data/embedded/fashion.safetensors", import.meta.url));
  const filter = (await readWeights(new Uint8Array(file))).weights.get("conv1/filter");
  const own = Array.from(
    { length: 9 },
    (_, tap) => filter?.at(Math.floor(tap / 3), tap % 3, 0, LEARNED_CHANNEL) ?? Number.NaN,
  );
  expect(slideOf({ ...INITIAL, stamp: "learned" }).stamp.weights).toEqual(
    own.map((weight) => Math.round(10 * weight) || 0),
  );
});

const STAMP = [
  [1, 2, 1, 0, 0, 0, -1, -2, -1],
  [-1, 0, 1, -2, 0, 2, -1, 0, 1],
  [1, 1, 1, 1, -8, 1, 1, 1, 1],
];

test("scene 3: 43 by both routes, and every other output the same twice", () => {
  const window = (tap: number, c: number): number => step(2 + Math.floor(tap / 3), 2 + (tap % 3), c);
  const routes = routesFor(64, false);
  for (let o = 0; o < 64; o++) {
    const sums = sumsFor(routes, o);
    const needle = [0, 1, 2].map((c) => routes.needles.at(c, o));
    const middle = STAMP.map((weights, c) => weights.reduce((sum, weight, tap) => sum + weight * window(tap, c), 0));
    const block = STAMP.flatMap((weights, c) => weights.map((weight, tap) => weight * needle[c] * window(tap, c)));
    const whole = block.reduce((sum, product) => sum + product, 0);
    expect(sums.middle).toEqual(middle);
    expect([sums.standard, sums.separable]).toEqual([whole, whole]);
    if (o === 0) expect([sums.parts, whole]).toEqual([[21, 17, 5], 43]);
  }
});

test("scene 3: products of one pixel are 27 a block, or 27 and 3 a needle; the ratio is the formula's", () => {
  for (let o = 1; o <= 64; o++) {
    const { standard, stamps, needles } = countsFor(o);
    expect([standard, stamps, needles]).toEqual([27 * o, 27, 3 * o]);
    expect((stamps + needles) / standard).toBeCloseTo(1 / o + 1 / 9, 12);
  }
});

test("scene 3: the share that one stamp for each channel holds is that of the largest singular value", () => {
  for (const outputs of [1, 2, 5, 64]) {
    const blocks = anyBlocksFor(outputs);
    let [held, all] = [0, 0];
    for (let c = 0; c < 3; c++) {
      const matrix = Array.from({ length: 9 }, (_, tap) =>
        Array.from({ length: outputs }, (_, o) => blocks.at(Math.floor(tap / 3), tap % 3, c, o)),
      );
      // Power iteration on M Mᵀ: its largest eigenvalue is that value's square.
      let vector = Array.from({ length: 9 }, (_, i) => 1 + i / 10);
      let largest = 0;
      for (let i = 0; i < 3000; i++) {
        const across = matrix[0].map((_, o) => vector.reduce((sum, v, tap) => sum + v * matrix[tap][o], 0));
        const down = matrix.map((row) => row.reduce((sum, m, o) => sum + m * across[o], 0));
        largest = Math.hypot(...down);
        vector = down.map((v) => v / largest);
      }
      held += largest;
      all += matrix.flat().reduce((sum, m) => sum + m * m, 0);
    }
    expect(routesFor(outputs, true).energy).toBeCloseTo(held / all, 5);
  }
});

test("a transposed convolution: pixels stamp the kernel, stride apart, and overlaps are added", () => {
  for (const apart of [1, 2] as const) {
    for (const cut of [0, 1] as const) {
      const cells = 2 * apart + 3;
      const sums = Array.from({ length: cells * cells }, () => 0);
      TRANSPOSED_PIXELS.forEach((pixel, i) => {
        const [row, column] = [Math.floor(i / 3) * apart, (i % 3) * apart];
        TRANSPOSED_WEIGHTS.forEach((weight, tap) => {
          sums[(row + Math.floor(tap / 3)) * cells + column + (tap % 3)] += pixel * weight;
        });
      });
      const inside = sums.filter((_, i) => {
        const [h, w] = [Math.floor(i / cells), i % cells];
        return h >= cut && w >= cut && h < cells - cut && w < cells - cut;
      });
      expect([...stampedBy(9, { apart, cut }).data]).toEqual(inside);
    }
  }
});

test("scene 6: promises are the formula's, and the rival's are Winograd's tiles", () => {
  for (const [k, o, c, side] of [
    [3, 64, 64, 28],
    [5, 16, 8, 14],
    [1, 64, 4, 7],
  ]) {
    const { standard, separable, best } = promiseOf({ k, o, c, side });
    expect(standard / separable).toBeCloseTo(1 / (1 / o + 1 / (k * k)), 9);
    if (k !== 3) expect(best).toBeNull();
    else expect(best).toBe(Math.ceil(side / 4) ** 2 * 36 * c * o); // F(4 × 4): 36 products for a tile of 16 outputs
  }
});

describe("scene 7", () => {
  test("the kernel is the network's, to three decimals", async () => {
    const file = readFileSync(new URL("../../../src/data/embedded/fashion.safetensors", import.meta.url));
    const filter = (await readWeights(new Uint8Array(file))).weights.get("conv1/filter");
    const own = Array.from({ length: 9 }, (_, tap) =>
      filter?.at(Math.floor(tap / 3), tap % 3, 0, LEARNED_CHANNEL).toFixed(3),
    );
    expect(KERNEL_WEIGHTS.map((weight) => weight.toFixed(3))).toEqual(own);
  });

  test("levels reach from -L to L, the largest weight is the last, and no weight is off by more than half a level", () => {
    for (const bits of [2, 3, 4, 5, 6, 7, 8]) {
      const { levels, error, scale } = inBits(bits);
      expect(Math.max(...levels.map(Math.abs))).toBe(2 ** (bits - 1) - 1);
      expect(error).toBeLessThanOrEqual(scale / 2 + 1e-12);
    }
  });

  test("the sum by hand, the three rules by integers of arbitrary size, and the two windows where they part", () => {
    const { pixels, weights, sum } = sumAt(WINDOW.row, WINDOW.column);
    expect(sum).toBe(pixels.reduce((all, pixel, i) => all + pixel * weights[i], 0));
    const { multiplier, shift } = FIXED;
    const shifted = 31n - BigInt(shift);
    const once = (BigInt(sum) * BigInt(multiplier) + (1n << (shifted - 1n))) >> shifted;
    const first = (BigInt(sum) * BigInt(multiplier) + (1n << 30n)) >> 31n;
    expect([BigInt(roundedBy("tflite-single", sum)), BigInt(firstRounding(sum))]).toEqual([once, first]);
    const down = BigInt(-shift);
    const twice = (first + (1n << (down - 1n))) >> down; // half away from 0, of a number above it
    expect(BigInt(roundedBy("tflite-double", sum))).toBe(twice);
    expect(roundedBy("float-half-even", sum)).toBe(Math.round(sum * RATIO));
    let apart = 0;
    for (let row = 0; row < SIDE - 2; row++) {
      for (let column = 0; column < SIDE - 2; column++) {
        const own = sumAt(row, column).sum;
        if (new Set(ROUNDINGS.map((rule) => roundedBy(rule, own))).size > 1) apart++;
      }
    }
    // The text in both languages says the same.
    expect([apart, (SIDE - 2) ** 2]).toEqual([2, 2116]);
    for (const text of [en, zh]) expect(text.bits.steps(factsOf(INITIAL)).flat().join()).toMatch(/2,116.*2|2.*2,116/);
    expect([first, (sum * RATIO).toFixed(4)]).toEqual([6656n, "6.4998"]);
  });
});

test("scene 4: an area against its edges", () => {
  for (const k of [1, 2, 3, 4, 5]) {
    for (const o of [1, 2, 37, 64]) {
      const price = priceOf(k, o);
      expect([price.standard, price.separable]).toEqual([k * k * o, k * k + o]);
    }
    expect(askedKernel({ k })).not.toBe(k);
  }
  expect(priceOf(1, 64).ratio).toBeLessThan(1);
});

describe("states and addresses", () => {
  test("what is written is read again", () => {
    const names = SETTINGS;
    const state = {
      ...INITIAL,
      stamp: "blur",
      stride: 2,
      padding: "pytorch",
      o: 8,
      any: true,
      k: 5,
      guess: 9,
      aim: 9,
    } as const;
    const { id, parameters } = parsed(written({ id: "split", parameters: writeState(state, names) }));
    expect([id, readState(parameters)]).toEqual(["split", state]);
    expect(written({ id: "split", parameters: writeState(INITIAL, names) })).toBe("#split");
  });

  test.each([
    "#split?k=99&o=abc&any=maybe",
    "#split?o=",
    "#split?o=0&k=2.5",
    "#price?guess=1e9&k=-3",
    "#window?stamp=__proto__&stride=3&padding=toString",
    "#%zz?%zz=%zz&=&&?",
    "#",
    "",
  ])("nonsense changes nothing: %s", (hash) => {
    expect(readState(parsed(hash).parameters)).toEqual(INITIAL);
  });

  test("another question takes the answer back", () => {
    expect(changed({ ...INITIAL, guess: 7 }, { k: 4 }).guess).toBeNull();
    expect(changed({ ...INITIAL, guess: 7 }, { stride: 2 }).guess).toBe(7);
  });

  test("full rules agree with stride 1 and part with stride 2", () => {
    expect(geometryOf(1, "tensorflow").padLeft).toBe(geometryOf(1, "pytorch").padLeft);
    expect(geometryOf(2, "tensorflow").padLeft).not.toBe(geometryOf(2, "pytorch").padLeft);
  });
});

describe("a player", () => {
  const timeline = { count: 5, seconds: (value: number) => (value < 2 ? 0.5 : 0.001), loops: true };

  test("passes many values in a frame, but sees the last one", () => {
    const own = player(true);
    for (let i = 0; i < 10; i++) advance(own, timeline, 0.1);
    expect(own.at).toBe(2);
    advance(own, timeline, 0.016);
    expect(own.at).toBe(4);
    advance(own, timeline, 0.016);
    expect(own.at).toBe(0);
  });

  test("a tab that slept for a minute has missed a tenth of a second", () => {
    const own = player(true);
    advance(own, timeline, 60);
    expect(own.at).toBe(0);
  });

  test("speed, and steps by keys that stay at the ends", () => {
    const own = { ...player(true), speed: 4 };
    advance(own, timeline, 0.1);
    advance(own, timeline, 0.1);
    expect(own.at).toBe(1);
    nudge(own, timeline, -5);
    expect([own.at, own.isPlaying]).toEqual([0, false]);
    nudge(own, timeline, 50);
    expect(own.at).toBe(4);
  });
});

describe.each(SCENES)("scene $id", ({ id, figure }) => {
  const texts = { en, zh } as const;
  const steps = id === "start" ? 1 : en[id].steps(factsOf(INITIAL)).length;
  const moments = Array.from({ length: steps }, (_, at) => at).flatMap((step) =>
    (["en", "zh"] as const).flatMap((language) =>
      [
        [1280, 720],
        [754, 590],
        [351, 300],
        [296, 280],
        [1400, 900],
        [5, 5],
      ].map(([width, height]) => ({ step, language, width, height })),
    ),
  );

  test("draws every step at every size, with one key for each shape, finite numbers and letters of 14 pixels", () => {
    for (const { step, language, width, height } of moments) {
      const { count } = figure.timeline(INITIAL, step);
      for (const at of [0, Math.floor(count / 2), count - 1]) {
        const state = figure.shown?.(INITIAL, step, at, false) ?? INITIAL;
        const view = { width, height, caption: 16, state, step, at, spot: null, text: texts[language] };
        const shapes = shapesOf(figure.draw(view));
        expect(new Set(shapes.map(({ key }) => key)).size).toBe(shapes.length);
        expect(shapes.filter(({ attributes }) => /NaN|Infinity|undefined/.test(JSON.stringify(attributes)))).toEqual(
          [],
        );
        const sizes = shapes.flatMap(
          ({ attributes }) => /font-size:([\d.]+)px/.exec(String(attributes.style))?.[1] ?? [],
        );
        if (width > 290) expect(Math.min(...sizes.map(Number))).toBeGreaterThanOrEqual(14);
        expect(figure.says(view)).not.toMatch(/undefined|NaN/);
        expect(figure.numbers(view).flat().join()).not.toMatch(/undefined|NaN/);
      }
    }
  });
});

test("scenes as files are those that docs/images holds", () => {
  for (const [name, text] of scenePictures(STYLE)) {
    expect(readFileSync(join(import.meta.dirname, "../../images", name), "utf8"), name).toBe(text);
  }
});

test("colours: contrasts on paper of 4.5, and kinds that deuteranopes can tell apart", () => {
  const linear = (byte: number): number => (byte <= 10.31 ? byte / 255 / 12.92 : ((byte / 255 + 0.055) / 1.055) ** 2.4);
  const rgb = (hex: string): number[] => [1, 3, 5].map((i) => linear(Number.parseInt(hex.slice(i, i + 2), 16)));
  const light = (hex: string): number => rgb(hex).reduce((sum, one, i) => sum + one * [0.2126, 0.7152, 0.0722][i], 0);
  const contrast = (a: string, b: string): number => {
    const [more, less] = [light(a), light(b)].sort((one, other) => other - one);
    return (more + 0.05) / (less + 0.05);
  };
  // Source: G. Machado et al. (2009), deuteranopia, severity 1.0, on linear RGB.
  const DEUTERANOPIA = [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ];
  const lab = (hex: string): number[] => {
    const own = rgb(hex);
    const [r, g, b] = DEUTERANOPIA.map((row) =>
      Math.max(
        0,
        row.reduce((sum, one, i) => sum + one * own[i], 0),
      ),
    );
    const xyz = [
      (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505,
      0.2126 * r + 0.7152 * g + 0.0722 * b,
      (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089,
    ].map((one) => (one > 0.008856 ? Math.cbrt(one) : 7.787 * one + 16 / 116));
    return [116 * xyz[1] - 16, 500 * (xyz[0] - xyz[1]), 200 * (xyz[1] - xyz[2])];
  };
  const apart = (a: string, b: string): number => Math.hypot(...lab(a).map((one, i) => one - lab(b)[i]));
  for (const scheme of ["light", "dark"] as const) {
    const colours = coloursOf(STYLE, scheme);
    const of = (name: string): string => colours.get(name) ?? "";
    for (const name of ["ink", "soft", "standard", "depthwise", "pointwise", "c1", "c2", "c3", "bad"]) {
      expect(contrast(of(name), of("paper")), `${name}, ${scheme}`).toBeGreaterThan(4.5);
    }
    expect(apart(of("standard"), of("depthwise"))).toBeGreaterThan(40);
    expect(apart(of("standard"), of("pointwise"))).toBeGreaterThan(40);
    expect(apart(of("depthwise"), of("pointwise"))).toBeGreaterThan(25);
  }
});

test("the program as text comes back byte for byte, and holds nothing that HTML reads", () => {
  for (const length of [0, 1, 2, 12, 13, 14, 1000, 4097]) {
    const bytes = Uint8Array.from({ length }, (_, i) => (Math.imul(i + 1, 0x9e3779b1) >>> 13) & 255);
    const text = packedText(bytes);
    expect(text).toMatch(/^[!-~]*$/);
    expect(text).not.toMatch(/[<&\\]/);
    expect(unpacked(text, length)).toEqual(bytes);
  }
});
