/** @file A transposed convolution: every pixel stamps the kernel, multiplied by its value, onto the output. */
import { convTranspose2d, Tensor } from "../../../../src/index.ts";
import { clamped, type Drawing, rect, words } from "../../figure/drawing.ts";
import type { Figure, View } from "../../figure/figure.ts";
import { grid, PLAIN_CELL, pixelLook, STANDARD, weightLook, whole } from "../../figure/shapes.ts";
import { NAIVE } from "../example.ts";
import type { State } from "../state.ts";

const SIDE = 3;
const TAPS = 9;
export const PIXELS: readonly number[] = [1, 2, 0, 3, 1, 2, 0, 1, 3];
export const WEIGHTS: readonly number[] = [1, 2, 1, 2, 4, 2, 1, 2, 1];

const square = (values: readonly number[]): Tensor => new Tensor(Float32Array.from(values), [1, SIDE, SIDE, 1]);
const FILTER = new Tensor(Float32Array.from(WEIGHTS), [SIDE, SIDE, 1, 1]);

type Settings = Pick<State, "apart" | "cut">;

/** The output after the first `count` pixels have stamped; the others are 0. [1, n, n, 1] */
export function stampedBy(count: number, { apart, cut }: Settings): Tensor {
  const image = square(PIXELS.map((pixel, i) => (i < count ? pixel : 0)));
  return convTranspose2d(image, FILTER, { strides: apart, padding: cut, ...NAIVE });
}

function layoutOf(view: View) {
  const { width, height, caption, state } = view;
  const { apart, cut } = state;
  // The output before its edges are cut off.
  const cells = (SIDE - 1) * apart + SIDE;
  const isWide = width > 520 && height > 360;
  const side = isWide
    ? Math.floor(clamped(Math.min(width / 15.5, (height - caption * 4) / 7.4), 26, 84))
    : Math.floor(clamped(Math.min(width / 8.4, (height - caption * 6) / 10.6), 20, 40));
  const small = isWide ? side : Math.floor(side * 0.92);
  return {
    ...{ isWide, side, small, cells, cut, apart },
    top: caption * 2,
    weights: isWide ? side * 4 : small * 4.2,
    output: isWide ? { x: width - side * 7, y: caption * 2 } : { x: 0, y: caption * 4.4 + small * 3 },
  };
}

function draw(view: View): Drawing {
  const { caption, text, at } = view;
  const own = layoutOf(view);
  const { side, small, cells, cut, apart, top, output } = own;
  const pixel = at === 0 ? null : at - 1;
  const stamped = stampedBy(at, view.state);
  const title = (key: string, x: number, y: number, what: string): Drawing => [
    words(key, x, y - caption * 0.9, what, { size: caption, fill: "var(--soft)" }),
  ];
  const size = clamped(small * 0.44, 14, 34);
  const [row, column] = pixel === null ? [0, 0] : [Math.floor(pixel / SIDE), pixel % SIDE];
  const times = pixel === null ? null : PIXELS[pixel];
  return [
    title("pixels-title", 0, top, text.transposed.pixels),
    grid("pixel", 0, top, small, SIDE, PIXELS, (value) => [whole(value), { ...pixelLook(value / 4), size }]),
    pixel !== null &&
      rect("here", column * small, top + row * small, small, small, "fill:none;stroke:var(--ink);stroke-width:4"),
    title(
      "weights-title",
      own.weights,
      top,
      times === null ? text.transposed.stamp : text.transposed.timesStamp(times),
    ),
    grid("weight", own.weights, top, small, SIDE, WEIGHTS, (weight) => [
      whole(times === null ? weight : times * weight),
      { ...weightLook((weight / 4) * (times === 0 ? 0 : 1), STANDARD), size },
    ]),
    title("output-title", output.x, output.y, text.transposed.output(cells - 2 * cut)),
    Array.from({ length: cells * cells }, (_, i): Drawing => {
      const [h, w] = [Math.floor(i / cells), i % cells];
      const isCut = h < cut || w < cut || h >= cells - cut || w >= cells - cut;
      const value = isCut ? null : stamped.at(0, h - cut, w - cut, 0);
      const style = isCut ? "stroke-dasharray:3 4;" : "";
      const look = value !== null && value > 0 ? weightLook(Math.min(1, value / 16), STANDARD) : PLAIN_CELL;
      return grid(`out${i}-`, output.x + w * side, output.y + h * side, side, 1, [value], (one) => [
        one === null ? "" : whole(one),
        { ...look, ...(isCut && { fill: "none" }), style, size: clamped(side * 0.42, 14, 30) },
      ]);
    }),
    pixel !== null &&
      rect(
        "stamp",
        output.x + column * apart * side,
        output.y + row * apart * side,
        side * SIDE,
        side * SIDE,
        "fill:none;stroke:var(--ink);stroke-width:4",
      ),
  ];
}

export const transposedFigure: Figure = {
  timeline: () => ({ count: TAPS + 1, seconds: (at) => (at === TAPS ? 4 : at === 0 ? 0.6 : 1.2), loops: true }),
  draw,
  says: ({ state, text }) => text.transposed.output(stampedBy(TAPS, state).shape[1]),
  numbers: ({ state, text }) => {
    const output = stampedBy(TAPS, state);
    const [, rows, columns] = output.shape;
    return [
      [text.transposed.output(rows)],
      [text.transposed.pixels, ...PIXELS.map(whole)],
      [text.transposed.stamp, ...WEIGHTS.map(whole)],
      ...Array.from({ length: rows }, (_, h) => [
        String(h + 1),
        ...Array.from({ length: columns }, (__, w) => whole(output.at(0, h, w, 0))),
      ]),
    ];
  },
  atOf: () => TAPS,
};
