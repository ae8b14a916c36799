/** @file Scenes as files for docs/images/scenes.mjs: each at one moment and one size, in both colour schemes. */
import type { Figure } from "../figure/figure.ts";
import { coloursOf, svgText } from "../figure/svgText.ts";
import { story as en } from "../text/story.en.ts";
import { story as zh } from "../text/story.zh.ts";
import { bitsFigure } from "./bits/figure.ts";
import { priceFigure } from "./price/figure.ts";
import { splitFigure } from "./split/figure.ts";
import { startFigure } from "./start/figure.ts";
import { INITIAL } from "./state.ts";
import { windowFigure } from "./window/figure.ts";

interface Moment {
  readonly name: string;
  readonly figure: Figure;
  readonly step: number;
  /** Position in its timeline, 0 to 1. */
  readonly share: number;
  readonly width: number;
  readonly height: number;
}

const MOMENTS: readonly Moment[] = [
  { name: "scene-start", figure: startFigure, step: 0, share: 0.46, width: 1180, height: 400 },
  { name: "scene-split", figure: splitFigure, step: 1, share: 1, width: 760, height: 590 },
  { name: "scene-window", figure: windowFigure, step: 1, share: 0.6, width: 860, height: 560 },
  { name: "scene-bits", figure: bitsFigure, step: 0, share: 4 / 7, width: 760, height: 460 },
  { name: "scene-rounding", figure: bitsFigure, step: 3, share: 1, width: 760, height: 500 },
  { name: "scene-price", figure: priceFigure, step: 0, share: 1, width: 760, height: 560 },
];

/** Pixels around the drawing. */
const MARGIN = 20;

/** Where the drawings in each language go, relative to docs/images. */
const LANGUAGES = [
  { folder: "", text: en },
  { folder: "../zh/images/", text: zh },
] as const;

/** File names and contents. @param style the page's style sheet, for its colours */
export function scenePictures(style: string): ReadonlyMap<string, string> {
  return new Map(
    LANGUAGES.flatMap(({ folder, text }) =>
      MOMENTS.flatMap(({ name, figure, step, share, width, height }) => {
        const at = Math.round(share * (figure.timeline(INITIAL, step).count - 1));
        const state = figure.shown?.(INITIAL, step, at, false) ?? INITIAL;
        const view = { width, height, caption: 16, state, step, at, spot: null, text };
        const drawing = figure.draw(view);
        return (["light", "dark"] as const).map((scheme): [string, string] => [
          `${folder}${name}-${scheme}.svg`,
          svgText(drawing, width, height, MARGIN, coloursOf(style, scheme), scheme, figure.says(view)),
        ]);
      }),
    ),
  );
}
