/** @file Scene 1: a window slides over one channel of the photo; nine products make one output pixel. */
import { clamped, type Drawing, path, picture, rect, words } from "../../figure/drawing.ts";
import { type Figure, STILL, type View } from "../../figure/figure.ts";
import type { Timeline } from "../../figure/player.ts";
import { grid, PLAIN_CELL, pixelLook, weightLook, whole } from "../../figure/shapes.ts";
import { GREY, grey, INK, SIDE } from "../photo.ts";
import { STAMPS, type State } from "../state.ts";
import { isOpened, paddingRows } from "./paddingRows.ts";
import { geometryOf, KERNEL, pixelsUnder, slideOf } from "./slide.ts";

/** Steps of the text. In the step between SUM and OTHER_STAMPS, the stamp has covered the whole photo. */
const [SUM, OTHER_STAMPS, EDGES] = [0, 2, 3];

/** Number of values shown slowly, at the beginning and again at the corner of the eye. */
const SLOW = 5;
const EYE = { row: 16, column: 25 } as const;
/** Number of windows at either end of the first row, where padding is visible. */
const ENDS = 4;

/** Width of a product of three digits and a sign, in pixels. */
const WIDEST = 36;

const PHOTO_GREY = grey(GREY, 99);

/** Indices of the values at both ends of the first row. */
function endsOf(columns: number): readonly number[] {
  return Array.from({ length: 2 * ENDS }, (_, i) => (i < ENDS ? i : columns - 2 * ENDS + i));
}

function timelineOf(state: State, step: number): Timeline {
  const { OH, OW } = geometryOf(state.stride, state.padding);
  if (step === OTHER_STAMPS) return { count: STAMPS.length, seconds: () => 2.8, loops: true };
  if (step === EDGES) return { count: 2 * 2 * ENDS, seconds: () => 1.1, loops: true };
  if (step !== SUM) return STILL;
  const eye = Math.floor(EYE.row / state.stride) * OW + Math.floor(EYE.column / state.stride);
  return {
    count: OH * OW,
    seconds: (value) => {
      if (value === OH * OW - 1) return 5;
      if (value < SLOW || (value >= eye && value < eye + SLOW)) return 0.65;
      return (value < 60 ? 1 / 60 : 1 / 460) * state.stride;
    },
    loops: true,
  };
}

/** What the figure shows: the stamp, the number of values computed, and the window's position. */
function sceneOf({ state, step, at, spot }: View) {
  const slide = slideOf(state);
  const { OH, OW } = slide.geometry;
  const eye = Math.floor(EYE.row / state.stride) * OW + Math.floor((EYE.column + 2) / state.stride);
  const isSum = step === SUM && at < OH * OW - 1;
  const resting = step === EDGES ? endsOf(OW)[at % (2 * ENDS)] : isSum ? at : eye;
  const shown = Math.min(spot ?? resting, OH * OW - 1);
  return {
    slide,
    computed: isSum ? at + 1 : OH * OW,
    row: Math.floor(shown / OW),
    column: shown % OW,
    stride: state.stride,
  };
}
type Scene = ReturnType<typeof sceneOf>;

/** Places and sizes: photo and output above, the sum below. */
function layoutOf({ width, height, caption }: View) {
  const isWide = width > 520;
  const top = isWide ? caption * 2.1 : 24;
  const gap = isWide ? Math.max(48, width * 0.07) : 22;
  const room = Math.min((width - gap - 16) / 2, (height - top - caption * 2.4) * (isWide ? 0.56 : 0.47));
  // Whole screen pixels per photo pixel, if there are enough.
  const pixel = room / (SIDE + 2) > 3 ? Math.floor((room / (SIDE + 2)) * 2) / 2 : room / (SIDE + 2);
  const photo = pixel * SIDE;
  const cell = clamped(
    Math.min(
      isWide ? (width - 34) / 13.2 : (width - 28 - 3 * WIDEST) / 6,
      (height - top - photo - (isWide ? caption * 3.6 : 46)) / 3,
    ),
    22,
    78,
  );
  const between = isWide ? clamped((width - cell * 11.36) / 2, cell * 0.6, cell * 1.3) : 14;
  // On a phone the products are wider than square cells would be.
  const product = isWide ? cell : Math.max(cell, WIDEST);
  const row = cell * 6 + product * 3 + between * 2 + (isWide ? cell * 2.35 : 0);
  const left = (width - row) / 2;
  const photoLeft = isWide ? left + pixel : Math.max(pixel, (width - 2 * photo - gap) / 2);
  return {
    isWide,
    pixel,
    photo,
    cell,
    between,
    left,
    top: top + pixel,
    sumTop: height - cell * 3 - (isWide ? 10 : 4),
    photoLeft,
    outputLeft: isWide ? Math.max(photoLeft + photo + 20, left + row - pixel * SIDE) : photoLeft + photo + gap,
    digits: clamped(cell * 0.4, 14, 30),
    product,
  };
}
type Layout = ReturnType<typeof layoutOf>;

/** The photo in its padding, and the window on it. */
function inputOf(view: View, own: Layout, scene: Scene): Drawing {
  const { geometry: g } = scene.slide;
  const { pixel, photo, photoLeft, top } = own;
  const [x, y] = [
    photoLeft + (scene.column * g.strideW - g.padLeft) * pixel,
    top + (scene.row * g.strideH - g.padTop) * pixel,
  ];
  const padding = {
    x: photoLeft - g.padLeft * pixel,
    y: top - g.padTop * pixel,
    width: photo + (g.padLeft + g.padRight) * pixel,
    height: photo + (g.padTop + g.padBottom) * pixel,
  };
  const isPadded = g.padTop + g.padBottom > 0;
  return [
    words(
      "photo-title",
      photoLeft,
      top - pixel - view.caption,
      own.isWide ? view.text.window.photo : view.text.window.photoShort,
      {
        size: view.caption,
        fill: "var(--soft)",
      },
    ),
    isPadded &&
      rect(
        "padding",
        padding.x,
        padding.y,
        padding.width,
        padding.height,
        "fill:var(--paper);stroke:var(--ink);stroke-width:1.4;stroke-dasharray:3 3",
      ),
    picture("photo", photoLeft, top, photo, photo, PHOTO_GREY),
    frame("window", x, y, 3 * pixel),
  ];
}

/** White around black: visible on every grey. */
function frame(key: string, x: number, y: number, side: number): Drawing {
  const style = `transform:translate(${x}px,${y}px);fill:none;`;
  return [
    rect(`${key}-white`, 0, 0, side, side, `${style}stroke:#fff;stroke-width:5.4`),
    rect(`${key}-black`, 0, 0, side, side, `${style}stroke:#14171b;stroke-width:2.4`),
  ];
}

/** The computed part of the output: whole rows, and part of one. */
function outputOf(view: View, own: Layout, { slide, computed, row, column }: Scene): Drawing {
  const { OH, OW } = slide.geometry;
  const { pixel, outputLeft, top } = own;
  const [width, height] = [OW * pixel, OH * pixel];
  const percent = (count: number, of: number): string => `${((100 * count) / of).toFixed(2)}%`;
  const [fullRows, rest] = [Math.floor(computed / OW), computed % OW];
  const [upper, lower, across] = [percent(fullRows, OH), percent(fullRows + 1, OH), percent(rest, OW)];
  const part =
    computed === OH * OW
      ? ""
      : `clip-path:polygon(0 0,100% 0,100% ${upper},${across} ${upper},${across} ${lower},0 ${lower});`;
  return [
    words("output-title", outputLeft, top - pixel - view.caption, view.text.window.output(OH, OW), {
      size: view.caption,
      fill: "var(--soft)",
    }),
    rect("output-frame", outputLeft, top, width, height, "fill:var(--raised);stroke:var(--soft);stroke-width:1"),
    picture(
      "output",
      outputLeft,
      top,
      width,
      height,
      slide.picture,
      `${slide.picture.rgba[3] === 255 ? "" : INK}${part}`,
    ),
    frame("value", outputLeft + column * pixel - 3, top + row * pixel - 3, pixel + 6),
  ];
}

/** Nine pixels × nine weights = nine products, and their sum. */
function sumOf(view: View, own: Layout, scene: Scene): Drawing {
  const { slide, row, column } = scene;
  const { isWide, cell, between, left, sumTop, digits, pixel, product: productWidth } = own;
  const { caption, text } = view;
  const { weights, divisor } = slide.stamp;
  const pixels = pixelsUnder(slide, row, column);
  const largest = Math.max(...weights.map(Math.abs));
  const sum = slide.sums.at(0, row, column, 0) / divisor;
  const [second, third] = [left + 3 * cell + between, left + 6 * cell + 2 * between];
  const box = isWide
    ? { x: third + 3 * cell + cell * 0.6, y: sumTop + cell * 0.95, width: cell * 1.75, height: cell * 1.1 }
    : { x: third + productWidth * 1.5 - 32, y: sumTop - 46, width: 64, height: 36 };
  const g = slide.geometry;
  const window = {
    x: own.photoLeft + (column * g.strideW - g.padLeft) * pixel,
    y: own.top + (row * g.strideH - g.padTop + 3) * pixel,
  };
  const value = { x: own.outputLeft + (column + 0.5) * pixel, y: own.top + (row + 1) * pixel + 3 };
  const line = "fill:none;stroke:var(--soft);stroke-width:1.4";
  const sign = (key: string, x: number, what: string): Drawing => [
    words(key, x, sumTop + cell * 1.5, what, { size: digits * 1.2, bold: true, anchor: "middle" }),
  ];
  const title = (key: string, x: number, what: string): Drawing => [
    isWide && words(key, x, sumTop - caption * 0.9, what, { size: caption, anchor: "middle", fill: "var(--soft)" }),
  ];
  return [
    path(
      "from-window",
      `M${window.x} ${window.y}L${left} ${sumTop}M${window.x + 3 * pixel} ${window.y}L${left + 3 * cell} ${sumTop}`,
      line,
    ),
    !(view.step === EDGES && isOpened(view, isWide)) &&
      path("to-output", `M${box.x + box.width / 2} ${box.y}L${value.x} ${value.y}`, `${line};stroke-dasharray:3 4`),
    title("pixels-title", left + cell * 1.5, text.window.pixels),
    grid("pixel", left, sumTop, cell, KERNEL, pixels, (pixel) =>
      pixel === null
        ? ["0", { ...PLAIN_CELL, line: "var(--ink)", style: "stroke-dasharray:3 3;", size: digits }]
        : [whole(pixel), { ...pixelLook(pixel / 99), size: digits }],
    ),
    sign("times", left + 3 * cell + between / 2, "×"),
    title("weights-title", second + cell * 1.5, divisor === 10 ? text.window.tenths : text.window.weights),
    grid("weight", second, sumTop, cell, KERNEL, weights, (weight) => [
      whole(weight),
      { ...weightLook((0.5 * weight) / largest, "var(--ink)"), size: digits },
    ]),
    sign("equals", second + 3 * cell + between / 2, "="),
    title("products-title", third + cell * 1.5, text.window.products),
    grid("product", third, sumTop, [productWidth, cell], KERNEL, weights, (weight, i) => {
      const product = weight * (pixels[i] ?? 0);
      return [
        whole(product),
        {
          ...PLAIN_CELL,
          ink: product < 0 ? "var(--bad)" : "var(--ink)",
          size: isWide ? Math.max(14, Math.min(digits, cell * 0.36)) : 14,
        },
      ];
    }),
    !isWide &&
      path("sum-line", `M${box.x + box.width / 2} ${box.y + box.height + 1}v9`, "stroke:var(--soft);stroke-width:2"),
    rect("sum-box", box.x, box.y, box.width, box.height, "fill:var(--ink)", { rx: 6 }),
    words("sum", box.x + box.width / 2, box.y + box.height / 2, whole(sum), {
      size: isWide ? digits * 1.3 : 17,
      bold: true,
      anchor: "middle",
      fill: "var(--paper)",
    }),
    isWide &&
      words("sum-title", box.x + box.width / 2, box.y + box.height + caption, text.window.sum(divisor), {
        size: caption,
        anchor: "middle",
        fill: "var(--soft)",
      }),
  ];
}

export const windowFigure: Figure = {
  timeline: timelineOf,
  shown: (state, step, at, isSet) => {
    if (isSet) return state;
    if (step === OTHER_STAMPS) return { ...state, stamp: STAMPS[at] };
    // Unless the reader has set them, show where the two rules differ.
    const isUnset = state.stride === 1 && state.padding === "valid";
    return step === EDGES && isUnset
      ? { ...state, stride: 2, padding: at < 2 * ENDS ? "tensorflow" : "pytorch" }
      : state;
  },
  draw: (view) => {
    const [own, scene] = [layoutOf(view), sceneOf(view)];
    return [
      inputOf(view, own, scene),
      outputOf(view, own, scene),
      view.step === EDGES && paddingRows(view, own),
      sumOf(view, own, scene),
    ];
  },
  says: (view) => {
    const { slide, row, column } = sceneOf(view);
    return view.text.window.says(row + 1, column + 1, whole(slide.sums.at(0, row, column, 0) / slide.stamp.divisor));
  },
  numbers: (view) => {
    const { slide, row, column } = sceneOf(view);
    const pixels = pixelsUnder(slide, row, column).map((pixel) => pixel ?? 0);
    const { weights, divisor } = slide.stamp;
    return [
      [view.text.window.says(row + 1, column + 1, whole(slide.sums.at(0, row, column, 0) / divisor))],
      [view.text.window.pixels, ...pixels.map(whole)],
      [divisor === 10 ? view.text.window.tenths : view.text.window.weights, ...weights.map(whole)],
      [view.text.window.products, ...weights.map((weight, i) => whole(weight * pixels[i]))],
    ];
  },
  spotAt: (view, x, y) => {
    const { slide } = sceneOf(view);
    const { photoLeft, outputLeft, top, pixel, photo } = layoutOf(view);
    const { OH, OW, strideH, strideW, padTop, padLeft } = slide.geometry;
    if (y < top - 2 * pixel || y > top + photo + 2 * pixel) return null;
    const isOutput = x >= outputLeft - 8;
    const [row, column] = isOutput
      ? [(y - top) / pixel, (x - outputLeft) / pixel]
      : [((y - top) / pixel - 1.5 + padTop) / strideH + 0.5, ((x - photoLeft) / pixel - 1.5 + padLeft) / strideW + 0.5];
    if (isOutput && (row >= OH + 1 || column >= OW + 1)) return null;
    if (!isOutput && (x < photoLeft - 2 * pixel || x > photoLeft + photo + 2 * pixel)) return null;
    return clamped(Math.floor(row), 0, OH - 1) * OW + clamped(Math.floor(column), 0, OW - 1);
  },
  atOf: (state, step) => {
    const { count } = timelineOf(state, step);
    return step === OTHER_STAMPS ? STAMPS.indexOf(state.stamp) : step === EDGES ? 0 : count - 1;
  },
};
