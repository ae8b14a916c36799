/** @file The scenes in order: figure, parameters in the address, and where to read more. */
import type { Figure } from "../figure/figure.ts";
import { arriveFigure } from "../scenes/arrive/figure.ts";
import { arrivedOf, fastest, promiseOf, verdictOf } from "../scenes/arrive/promise.ts";
import { bitsFigure } from "../scenes/bits/figure.ts";
import { channelsFigure } from "../scenes/channels/figure.ts";
import { priceFigure } from "../scenes/price/figure.ts";
import { askedKernel } from "../scenes/price/price.ts";
import { shareHeld, splitFigure } from "../scenes/split/figure.ts";
import { startFigure } from "../scenes/start/figure.ts";
import type { Setting, State } from "../scenes/state.ts";
import { transposedFigure } from "../scenes/transposed/figure.ts";
import { windowFigure } from "../scenes/window/figure.ts";
import type { Facts } from "../text/story.en.ts";

export type SceneId = "start" | "window" | "channels" | "split" | "price" | "arrive" | "bits" | "transposed";

export interface Scene {
  readonly id: SceneId;
  readonly figure: Figure;
  /** The settings that it shows, which its address contains. */
  readonly parameters: readonly Setting[];
  readonly chapter: string;
  readonly source: string;
}

export const SCENES: readonly Scene[] = [
  {
    id: "start",
    figure: startFigure,
    parameters: [],
    chapter: "05-savings",
    source: "docs/explorer/scenes/start/race.ts",
  },
  {
    id: "window",
    figure: windowFigure,
    parameters: ["stamp", "stride", "padding"],
    chapter: "01-convolution",
    source: "src/kernels/naive/conv2d.ts",
  },
  { id: "channels", figure: channelsFigure, parameters: [], chapter: "01-convolution", source: "src/geometry/cost.ts" },
  {
    id: "split",
    figure: splitFigure,
    parameters: ["o", "any"],
    chapter: "02-depthwise",
    source: "src/graph/separable/toSeparable.ts",
  },
  {
    id: "price",
    figure: priceFigure,
    parameters: ["k", "o", "guess"],
    chapter: "05-savings",
    source: "src/geometry/cost.ts",
  },
  {
    id: "arrive",
    figure: arriveFigure,
    parameters: ["k", "o", "c", "side"],
    chapter: "05-savings",
    source: "src/geometry/algorithmCost.ts",
  },
  {
    id: "bits",
    figure: bitsFigure,
    parameters: ["bits"],
    chapter: "10-eight-bits",
    source: "src/geometry/requantization.ts",
  },
  {
    id: "transposed",
    figure: transposedFigure,
    parameters: ["apart", "cut"],
    chapter: "01-convolution",
    source: "src/kernels/naive/convTranspose2d.ts",
  },
];

/** The values that texts contain. */
export function factsOf(state: State): Facts {
  return {
    o: state.o,
    asked: askedKernel(state),
    share: Math.round(100 * shareHeld(state.o)),
    arrived: arrivedFacts(state),
    right: rightFacts(state),
  };
}

function arrivedFacts(state: State): Facts["arrived"] {
  const { k, c, side } = state;
  const { standard, best, separable } = promiseOf(state);
  const time = fastest(state.times?.rows ?? []);
  const promised = standard / separable;
  const arrived = time && arrivedOf(time.standard, time.separable);
  const rival = time?.best ? arrivedOf(time.best, time.separable) : null;
  return {
    block: { k, c, side },
    promised,
    ratio: arrived?.ratio ?? null,
    verdict: arrived && verdictOf(arrived, promised),
    rival: best === null ? null : { promised: best / separable, ratio: rival?.ratio ?? null },
    slept: state.times?.slept ?? false,
  };
}

function rightFacts({ answers }: State): Facts["right"] {
  const [real, eight] = [32, 8].map((bits) => answers.find((one) => one.bits === bits));
  return real && eight ? { images: real.images, real: real.right, eight: eight.right } : null;
}
