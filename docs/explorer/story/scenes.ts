/** @file The scenes in their order: figure, what the address says of them, and where more is to be read. */
import type { Figure } from "../figure/figure.ts";
import { channelsFigure } from "../scenes/channels/figure.ts";
import { priceFigure } from "../scenes/price/figure.ts";
import { askedKernel } from "../scenes/price/price.ts";
import { shareHeld, splitFigure } from "../scenes/split/figure.ts";
import { startFigure } from "../scenes/start/figure.ts";
import type { State } from "../scenes/state.ts";
import { windowFigure } from "../scenes/window/figure.ts";
import type { Facts } from "../text/story.en.ts";

export type SceneId = "start" | "window" | "channels" | "split" | "price";

export interface Scene {
  readonly id: SceneId;
  readonly figure: Figure;
  /** What of the state it shows, and its address. */
  readonly parameters: readonly (keyof State)[];
  readonly chapter: string;
  readonly source: string;
}

export const SCENES: readonly Scene[] = [
  {
    id: "start",
    figure: startFigure,
    parameters: [],
    chapter: "11-savings",
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
    chapter: "11-savings",
    source: "src/geometry/cost.ts",
  },
];

/** What the texts are told. */
export function factsOf(state: State): Facts {
  return {
    o: state.o,
    asked: askedKernel(state),
    share: Math.round(100 * shareHeld(state.o)),
  };
}
