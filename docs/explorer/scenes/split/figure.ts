/** @file Scene 3: the split. Stamps, then needles, compute the block's number with fewer products. */
import { clamped, type Drawing, mixed, path, rect, words } from "../../figure/drawing.ts";
import { type Figure, STILL, type View } from "../../figure/figure.ts";
import type { Timeline } from "../../figure/player.ts";
import {
  answer,
  arrow,
  bracket,
  channelRule,
  DEPTHWISE,
  decimal,
  grid,
  POINTWISE,
  pixelLook,
  STANDARD,
  weightLook,
  whole,
  widthOf,
} from "../../figure/shapes.ts";
import { CHANNELS, K, sliceOf } from "../example.ts";
import type { State } from "../state.ts";
import { countsFor, PIXELS, routesFor, sumsFor } from "./routes.ts";

/** Steps of the text: the idea, one output, further outputs, any filter. */
const [IDEA, ONE, FURTHER, ANY] = [0, 1, 2, 3];

/** One output: nothing yet, the sum of each channel, and the total. */
const ONE_TIMELINE: Timeline = {
  count: CHANNELS + 2,
  seconds: (at) => (at === 0 ? 0.4 : at === CHANNELS + 1 ? 4 : 0.9),
  loops: true,
};

/** Outputs shown long enough to read; the others pass quickly. */
const READ = 4;

/** One output after another. Readable ones take two values: block and needle first, then their results. */
function outputsTimeline(outputs: number): Timeline {
  const twice = Math.min(outputs, READ) - 1; // the first output is complete from the beginning
  const count = outputs + twice;
  return {
    count,
    seconds: (at) => (at === count - 1 ? 4.5 : at > 2 * twice ? 0.12 : at % 2 === 1 ? 0.8 : 1.2),
    loops: outputs > 1,
  };
}

function outputAt(outputs: number, at: number): { readonly o: number; readonly isMade: boolean } {
  const twice = Math.min(outputs, READ) - 1;
  if (at > 2 * twice) return { o: Math.min(at - twice, outputs - 1), isMade: true };
  return { o: Math.ceil(at / 2), isMade: at % 2 === 0 };
}

/** The first output of the blocks that split, then any blocks, output by output. */
function anyTimeline(outputs: number): Timeline {
  const { count, seconds } = outputsTimeline(outputs);
  return { count: count + 1, seconds: (at) => (at < 2 ? 2.6 : seconds(at - 1)), loops: true };
}

const FIRST = { o: 0, isMade: true } as const;

/** What the figure shows: the output, the sums computed so far, and the number of products they took. */
function sceneOf({ state, step, at }: View) {
  const { o, isMade } = step < FURTHER ? FIRST : outputAt(state.o, step === ANY ? Math.max(0, at - 1) : at);
  const routes = routesFor(state.o, state.any);
  /** Whether a channel's stamp has computed its number; further outputs reuse all of them. */
  const isStamped = (c: number): boolean => step > ONE || (step === ONE && at > c);
  const isWhole = step > ONE ? isMade : step === ONE && at > CHANNELS;
  const outputs = isMade ? o + 1 : o;
  const counts = countsFor(outputs);
  const channels = [0, 1, 2].filter(isStamped).length / CHANNELS;
  return {
    o,
    routes,
    sums: sumsFor(routes, o),
    isStamped,
    /** Whether a channel's sum above is computed: every output starts again. */
    isSummed: (c: number): boolean => isMade && isStamped(c),
    isWhole,
    isIdea: step === IDEA,
    standard: isWhole || step > ONE ? counts.standard : counts.standard * channels,
    stamps: counts.stamps * channels,
    needles: isWhole || step > ONE ? counts.needles : 0,
    outputs,
    show: (value: number, isNarrow = false): string => (state.any ? decimal(value, isNarrow) : whole(value)),
  };
}
type Scene = ReturnType<typeof sceneOf>;

function layoutOf({ width, height, caption }: View) {
  const isWide = width > 520 && height > 420;
  const side = isWide
    ? Math.floor(clamped(Math.min((width - caption * 12.6) / 16.6, (height - caption * 7) / 13.2), 24, 84))
    : Math.floor(clamped(Math.min((height - caption * 4.2) / 11.9, (width - 78) / 9.9), 20, 28));
  const tile = side * K;
  const gap = isWide ? side * 0.66 : 9;
  const left = isWide ? 8 + tile + side * 1.8 : 4;
  const free = isWide ? Math.max(0, height - side * 8.1 - caption * 4.8 - side * 6.6) : 0;
  // From the top: heading, block, sums; heading, stamps, their results, needle, sums.
  const upper = isWide ? caption * 2.4 + free * 0.45 : caption * 2;
  const upperSum = upper + tile + (isWide ? side * 0.85 + caption * 1.1 : side * 0.8);
  const lower = isWide ? height - side * 8.1 - free * 0.55 : upperSum + side * 0.75 + caption * 2.1;
  const middle = lower + tile + side * (isWide ? 1.07 : 0.85);
  const needle = middle + side * (isWide ? 1.63 : 1.35);
  const box = isWide ? clamped(side * 1.9, 54, 104) : 42;
  const end = left + 3 * tile + 2 * gap;
  return {
    isWide,
    side,
    tile,
    gap,
    left,
    upper,
    lower,
    upperSum,
    middle,
    needle,
    lowerSum: needle + side * (isWide ? 1.5 : 1.2),
    box,
    answerLeft: isWide ? end + side * 1.15 : width - box * 1.15,
    end,
    digits: clamped(side * 0.48, 14, 36),
    sums: clamped(side * 0.66, 16, 44),
    channelLeft: (c: number): number => left + c * (tile + gap),
  };
}
type Layout = ReturnType<typeof layoutOf>;

/** The pixels, drawn once, and a fork to both routes. On a phone there is no space for them. */
function input({ caption, text }: View, own: Layout): Drawing {
  if (!own.isWide) return [];
  const { side, tile, left, upper, lower, digits } = own;
  const x = 8;
  const middle = (upper + lower + tile) / 2;
  const top = middle - (tile * 3 + side * 1.2) / 2;
  const fork = x + tile + 10;
  const branch = (key: string, y: number, colour: string): Drawing => [
    path(
      key,
      `M${fork} ${middle}C${fork + side * 1.2} ${middle} ${left - side * 1.4} ${y} ${left - 14} ${y}`,
      `fill:none;stroke:${colour};stroke-width:3`,
    ),
  ];
  return [
    words("window", 0, top - caption, text.split.window, { size: caption, fill: "var(--soft)" }),
    PIXELS.map((pixels, c): Drawing => {
      const y = top + c * (tile + side * 0.6);
      return [
        grid(`pixel${c}`, x, y, side, K, pixels, (pixel) => [String(pixel), { ...pixelLook(pixel / 9), size: digits }]),
        channelRule(`rule${c}`, 0, y, tile, c),
      ];
    }),
    branch("upper", upper + tile / 2, STANDARD),
    branch("lower", lower + tile / 2, DEPTHWISE),
  ];
}

function headings(
  { caption, text, state }: View,
  { left, upper, lower, isWide }: Layout,
  { o, isIdea }: Scene,
): Drawing {
  const size = caption * 1.15;
  const line = (key: string, y: number, title: string, fill: string, what: string): Drawing => [
    words(key, left, y, title, { size, bold: true, fill }),
    words(`${key}-what`, left + (widthOf(title) * 1.02 + 0.7) * size, y, what, { size: caption, fill: "var(--soft)" }),
  ];
  return [
    line("standard", upper - caption * 1.35, text.standard, STANDARD, text.split.block(o + 1, state.o)),
    line(
      "separable",
      lower - caption * 1.35,
      text.separable,
      "var(--ink)",
      o === 0 || isIdea ? text.split.stamps : text.split.needle(o + 1, state.o, isWide),
    ),
  ];
}

/** One channel: above, its slice of the block; below, its stamp, the stamp's result, and the needle's number. */
function channel(view: View, own: Layout, scene: Scene, c: number): Drawing {
  const { isWide, side, tile, upper, lower, upperSum, middle, needle, lowerSum, digits, sums: size } = own;
  const { routes, o, sums, isStamped, isSummed, isWhole, isIdea, show } = scene;
  const x = own.channelLeft(c);
  const center = x + tile / 2;
  const slice = sliceOf(routes.blocks, c, o);
  const stamp = sliceOf(routes.stamps, c, 0);
  const number = routes.needles.at(c, o);
  const largest = (values: readonly number[]): number => Math.max(...values.map(Math.abs)) || 1;
  const pill = side * 1.28;
  // Above, each slice is labelled as a multiple of its stamp. A phone has space for that only until the sum appears.
  const isNamed = !view.state.any && (isWide || !isSummed(c));
  const isSumPlace = isWide ? !isIdea : !isNamed;
  const fitted = Math.max(14, Math.min(size, (pill * 1.3) / widthOf(show(sums.middle[c]))));
  return [
    grid(`slice${c}`, x, upper, side, K, slice, (value) => [
      whole(value),
      { ...weightLook(value / largest(slice), STANDARD), size: digits },
    ]),
    isNamed &&
      words(
        `idea${c}`,
        center,
        isWide ? upper + tile + view.caption * 0.95 : upperSum,
        view.text.split.times(whole(number), isWide),
        { size: isWide ? view.caption : 14, bold: true, anchor: "middle", fill: STANDARD },
      ),
    isSumPlace && bracket(`upper${c}`, center, upperSum, c, isSummed(c) ? whole(sums.parts[c]) : null, size),
    grid(`stamp${c}`, x, lower, side, K, stamp, (value) => [
      isWide ? show(value, true) : whole(value), // rounded where a decimal does not fit
      {
        ...weightLook(value / largest(stamp), DEPTHWISE),
        size: view.state.any ? Math.max(14, Math.min(digits, side * 0.43)) : digits,
      },
    ]),
    arrow(`down${c}`, center, lower + tile + 3, center, middle - pill / 2 - 2, DEPTHWISE),
    rect(
      `middle${c}`,
      center - pill * 0.72,
      middle - pill / 2,
      pill * 1.44,
      pill,
      `fill:${isStamped(c) ? mixed(DEPTHWISE, 16) : "none"};stroke:${DEPTHWISE};stroke-width:2;stroke-dasharray:${isStamped(c) ? "none" : "4 4"}`,
      { rx: pill / 2 },
    ),
    isStamped(c) &&
      words(`made${c}`, center, middle, show(sums.middle[c]), {
        size: fitted,
        bold: true,
        anchor: "middle",
        fill: DEPTHWISE,
      }),
    words(`needle${c}`, center, needle, `× ${view.state.any ? number.toFixed(2).replace("-", "−") : whole(number)}`, {
      size,
      bold: true,
      anchor: "middle",
      fill: POINTWISE,
      style: isWhole || isIdea ? "" : "opacity:0.6",
    }),
    bracket(`lower${c}`, center, lowerSum, c, isWhole ? show(sums.terms[c]) : null, size),
    c < CHANNELS - 1 && [
      !isIdea && plus(`upper-plus${c}`, x + tile + own.gap / 2, upperSum, size),
      plus(`lower-plus${c}`, x + tile + own.gap / 2, lowerSum, size),
    ],
  ];
}

function plus(key: string, x: number, y: number, size: number): Drawing {
  return [words(key, x, y, "+", { size: size * 0.9, bold: true, anchor: "middle" })];
}

/** Both answers, and between them whether they are equal. */
function answers(own: Layout, { sums, isWhole, isIdea, show }: Scene): Drawing {
  const { isWide, side, box, answerLeft, upperSum, lowerSum, sums: size } = own;
  const wide = box * 1.15;
  const center = answerLeft + wide / 2;
  // On a phone the counter is between the answers.
  const middle = isWide ? (upperSum + lowerSum) / 2 : lowerSum - box * 1.2;
  const parts = Math.abs(sums.standard - sums.separable) > 0.05;
  const colour = parts ? "var(--bad)" : "var(--ink)";
  const equals = (key: string, y: number): Drawing => [
    isWide && words(key, answerLeft - side * 0.58, y, "=", { size, bold: true, anchor: "middle" }),
  ];
  return [
    !isIdea && equals("upper-equals", upperSum),
    equals("lower-equals", lowerSum),
    answer(
      "standard-answer",
      answerLeft,
      upperSum - box / 2,
      wide,
      box,
      isWhole ? whole(sums.standard) : null,
      STANDARD,
    ),
    answer(
      "separable-answer",
      answerLeft,
      lowerSum - box / 2,
      wide,
      box,
      isWhole ? show(sums.separable) : null,
      POINTWISE,
    ),
    isWhole && [
      path(
        "same",
        isWide
          ? `M${center} ${upperSum + box / 2 + 6}V${middle - size}M${center} ${middle + size}V${lowerSum - box / 2 - 6}`
          : "M0 0",
        `stroke:${colour};stroke-width:2.5;stroke-dasharray:${parts ? "4 5" : "none"}`,
      ),
      words("sign", center, middle, parts ? "≠" : "=", {
        size: size * 1.7,
        bold: true,
        anchor: "middle",
        fill: colour,
      }),
    ],
  ];
}

/** Products so far for one output pixel, over all channels and outputs. */
function counters({ width, caption, text }: View, own: Layout, { standard, stamps, needles, outputs }: Scene): Drawing {
  const { isWide, side, upper, lower, answerLeft } = own;
  const size = isWide ? clamped(side * 1.25, 36, 64) : 25;
  const separable = stamps + needles;
  const ratio = standard / separable;
  const count = (key: string, x: number, y: number, value: number, fill: string): Drawing => [
    words(key, x, y, whole(value), { size, bold: true, anchor: "end", fill }),
  ];
  if (!isWide) {
    const x = answerLeft + own.box * 1.15;
    return [
      count("standard-count", x, upper + size * 0.4, standard, STANDARD),
      count("separable-count", x, lower + size * 0.2, separable, POINTWISE),
      needles > 0 &&
        words("ratio", x, lower + size * 1.05, text.split.short(ratio), { size: 14, bold: true, anchor: "end" }),
    ];
  }
  const soft = { size: caption, anchor: "end" as const, fill: "var(--soft)" };
  const below = lower + size * 1.12;
  return [
    count("standard-count", width, upper + size * 0.35, standard, STANDARD),
    words("standard-unit", width, upper + size * 1.12, text.split.products, soft),
    count("separable-count", width, lower + size * 0.35, separable, POINTWISE),
    words("stamps-count", width, below, needles > 0 ? text.split.forStamps(stamps) : text.split.products, soft),
    needles > 0 && [
      words("needles-count", width, below + caption * 1.35, text.split.forNeedles(needles, outputs), soft),
      words("ratio", width, below + caption * 2.9, text.split.ratio(ratio), {
        ...soft,
        bold: true,
        fill: "var(--ink)",
      }),
    ],
  ];
}

export const splitFigure: Figure = {
  timeline: ({ o }, step) => [STILL, ONE_TIMELINE, outputsTimeline(o), anyTimeline(o)][step] ?? STILL,
  shown: (state, step, at, isSet): State => (step === ANY && !isSet ? { ...state, any: at > 0 } : state),
  draw: (view) => {
    const [own, scene] = [layoutOf(view), sceneOf(view)];
    const { left, needle, end, side } = own;
    return [
      input(view, own),
      headings(view, own, scene),
      rect(
        "needle",
        left - 4,
        needle - side * 0.62,
        end - left + 8,
        side * 1.24,
        `fill:${mixed(POINTWISE, 9)};stroke:${POINTWISE};stroke-width:1.8`,
        { rx: 4 },
      ),
      [0, 1, 2].map((c) => channel(view, own, scene, c)),
      answers(own, scene),
      counters(view, own, scene),
    ];
  },
  says: (view) => {
    const { sums, standard, stamps, needles, show, isWhole } = sceneOf(view);
    if (!isWhole) return view.text.split.saysIdea;
    return view.text.split.says(whole(sums.standard), show(sums.separable), whole(standard), whole(stamps + needles));
  },
  numbers: (view) => {
    const { routes, o, sums, show } = sceneOf(view);
    const { text } = view;
    const slices = (what: string, of: (c: number) => readonly string[]): readonly (readonly string[])[] =>
      [0, 1, 2].map((c) => [`${text.channels.names[c]}: ${what}`, ...of(c)]);
    return [
      [text.split.saysIdea],
      ...slices(text.window.pixels, (c) => PIXELS[c].map(whole)),
      ...slices(text.standard, (c) => sliceOf(routes.blocks, c, o).map(whole)),
      ...slices(text.depthwise, (c) => sliceOf(routes.stamps, c, 0).map((value) => show(value))),
      [text.pointwise, ...[0, 1, 2].map((c) => show(routes.needles.at(c, o)))],
      [text.standard, ...sums.parts.map(whole), whole(sums.standard)],
      [text.separable, ...sums.terms.map((term) => show(term)), show(sums.separable)],
    ];
  },
  atOf: (state, step) => splitFigure.timeline(state, step).count - 1,
};

/** Share of the blocks' energy that one stamp per channel keeps. */
export function shareHeld(outputs: number): number {
  return routesFor(outputs, true).energy;
}
