/** @file Scene 0: one patch of a photo takes two routes at the same speed; one finishes in an eighth of the time. */
import { clamped, type Drawing, type Picture, path, picture, rect, words } from "../../figure/drawing.ts";
import type { Figure, View } from "../../figure/figure.ts";
import {
  arrow,
  DEPTHWISE as DEPTHWISE_LOOK,
  POINTWISE as POINTWISE_LOOK,
  STANDARD as STANDARD_LOOK,
  solid,
  whole,
  widthOf,
} from "../../figure/shapes.ts";
import { INK, PHOTO } from "../photo.ts";
import { BLOCK, DEPTHWISE, MIDDLE_PICTURES, OUTPUT_PICTURES, POINTWISE, SEPARABLE, STANDARD } from "./race.ts";

/** The slower route takes ten seconds, so the other takes 1.3. */
const [FRAMES, RACE_SECONDS, START_SECONDS, REST_SECONDS] = [600, 9.6, 0.4, 4];

/** The progress of each part, by the number of products computed on each route. */
interface Progress {
  readonly standard: number;
  readonly separable: number;
  /** Shares, 0 to 1. */
  readonly ofStandard: number;
  readonly ofDepthwise: number;
  readonly ofPointwise: number;
}

function progressAt(at: number): Progress {
  const standard = Math.round((at / FRAMES) * STANDARD);
  const separable = Math.min(SEPARABLE, standard);
  return {
    standard,
    separable,
    ofStandard: standard / STANDARD,
    ofDepthwise: clamped(separable / DEPTHWISE, 0, 1),
    ofPointwise: clamped((separable - DEPTHWISE) / POINTWISE, 0, 1),
  };
}

/** The positions of all parts, from the figure's size. */
function layoutOf({ width, height, caption }: View) {
  const isWide = width > 700;
  const k = isWide ? clamped(Math.min(width / 1180, height / 390), 0.72, 1.9) : 1;
  const photo = isWide ? Math.min(190 * k, height * 0.46) : width < 340 ? 52 : 62;
  const tile = (isWide ? 104 : width < 340 ? 62 : 74) * k;
  const left = isWide ? photo + 104 * k : photo + 34;
  return {
    isWide,
    k,
    photo,
    tile,
    left,
    outputLeft: isWide ? width - (300 * k + tile) : width - tile - 18,
    width,
    caption,
    lanes: [height * (isWide ? 0.27 : 0.24), height * (isWide ? 0.775 : 0.76)] as const,
    middle: height / 2,
  };
}
type Layout = ReturnType<typeof layoutOf>;

/** An image that appears from the top, framed in its kind's colour. */
function sheet(key: string, x: number, y: number, side: number, of: Picture, line: string, share: number): Drawing {
  const hidden = (100 * (1 - share)).toFixed(2);
  return [
    rect(`${key}b`, x, y, side, side, `fill:var(--raised);stroke:${line};stroke-width:1.4`),
    share > 0 && picture(key, x, y, side, side, of, `${INK}clip-path:inset(0 0 ${hidden}% 0)`),
  ];
}

/** The output's channels, stacked one behind the other. */
function outputs(key: string, { outputLeft, tile, k }: Layout, y: number, line: string, share: number): Drawing {
  return stack(4, (i) =>
    sheet(
      `${key}${i}`,
      outputLeft + i * 6 * k,
      y - tile / 2 - i * 4 * k + 8 * k,
      tile,
      OUTPUT_PICTURES[i],
      line,
      share,
    ),
  );
}

const stack = (count: number, of: (i: number) => Drawing): Drawing =>
  Array.from({ length: count }, (_, i) => of(count - 1 - i));

function standardLane(view: View, own: Layout, { ofStandard, standard }: Progress): Drawing {
  const { isWide, k, left, outputLeft } = own;
  const y = own.lanes[0];
  const side = (isWide ? 11 : 8) * k;
  const count = isWide ? 6 : outputLeft - left < 130 ? 3 : 4;
  const deep = (isWide ? 46 : 26) * k;
  const gap = (outputLeft - (isWide ? 30 : 26) * k - left) / count;
  const hot = Math.floor(ofStandard * BLOCK.outputs * 7) % count;
  return [
    heading(view, own, 0),
    Array.from({ length: count }, (_, i) =>
      solid(
        `block${i}`,
        left + i * gap * 0.94,
        y - 1.5 * side + deep * 0.25,
        side,
        3,
        deep,
        STANDARD_LOOK,
        ofStandard > 0 && (i === hot || ofStandard >= 1),
      ),
    ),
    isWide && arrow("to-a", outputLeft - 34 * k, y, outputLeft - 10 * k, y),
    outputs("a", own, y, STANDARD_LOOK, ofStandard),
    counter(view, own, 0, standard, ofStandard >= 1),
    bar(own, 0, [[standard, STANDARD_LOOK]]),
  ];
}

function separableLane(view: View, own: Layout, progress: Progress): Drawing {
  const { isWide, k, left, tile, outputLeft } = own;
  const { ofDepthwise, ofPointwise, separable } = progress;
  const y = own.lanes[1];
  const side = (isWide ? 11 : 8) * k;
  const stamps = isWide ? 3 : outputLeft - left < 130 ? 1 : 2;
  const stampGap = (isWide ? 49 : 29) * k;
  const middleSide = tile * (isWide ? 0.72 : 0.5);
  const middleLeft = left + stampGap * stamps + (isWide ? 34 * k : 4);
  const needleLeft = middleLeft + middleSide + (isWide ? 64 * k : 18);
  const needles = isWide ? 4 : outputLeft - needleLeft > 26 ? 2 : 1;
  const needleGap = isWide ? (outputLeft - 82 * k - needleLeft) / needles : 12;
  const hot = Math.floor(ofPointwise * BLOCK.outputs * 7) % needles;
  return [
    heading(view, own, 1),
    Array.from({ length: stamps }, (_, i) =>
      solid(
        `stamp${i}`,
        left + i * stampGap,
        y - 1.5 * side,
        side,
        3,
        5,
        DEPTHWISE_LOOK,
        ofDepthwise > 0 && (ofPointwise > 0 || i === Math.floor(ofDepthwise * 9) % stamps),
      ),
    ),
    isWide && arrow("to-middle", left + stampGap * stamps - 4 * k, y, middleLeft - 10 * k, y),
    stack(3, (i) =>
      sheet(
        `m${i}`,
        middleLeft + i * 7 * k,
        y - middleSide / 2 + (1 - i) * 5 * k,
        middleSide,
        MIDDLE_PICTURES[i],
        DEPTHWISE_LOOK,
        ofDepthwise,
      ),
    ),
    isWide && arrow("to-needles", middleLeft + middleSide + 22 * k, y, needleLeft - 8 * k, y),
    Array.from({ length: needles }, (_, i) =>
      solid(
        `needle${i}`,
        needleLeft + i * needleGap,
        y - side / 2 + (isWide ? 10 : 6) * k,
        side * 0.8,
        1,
        (isWide ? 56 : 22) * k,
        POINTWISE_LOOK,
        ofPointwise > 0 && (i === hot || ofPointwise >= 1),
      ),
    ),
    isWide && arrow("to-b", outputLeft - 34 * k, y, outputLeft - 10 * k, y),
    outputs("b", own, y, POINTWISE_LOOK, ofPointwise),
    counter(view, own, 1, separable, ofPointwise >= 1),
    bar(own, 1, [
      [Math.min(separable, DEPTHWISE), DEPTHWISE_LOOK],
      [Math.max(0, separable - DEPTHWISE), POINTWISE_LOOK],
    ]),
    ofPointwise >= 1 && finish(own),
  ];
}

const topOf = ({ isWide, lanes, tile, k }: Layout, lane: 0 | 1): number =>
  isWide ? lanes[lane] - tile / 2 - 40 * k : lanes[lane] - tile / 2 - 50;

function heading({ caption, text }: View, own: Layout, lane: 0 | 1): Drawing {
  const { isWide, left } = own;
  const y = topOf(own, lane);
  const size = caption * 1.15;
  const title = lane === 0 ? text.standard : text.separable;
  const x = left + widthOf(title) * size + caption * 1.3;
  const soft = { size: caption, fill: "var(--soft)" };
  const [blocks, stamps, then, needles] = text.start.parts(BLOCK.channels, BLOCK.outputs);
  const name = words(`title${lane}`, left, y, title, {
    size,
    bold: true,
    fill: lane === 0 ? STANDARD_LOOK : "var(--ink)",
  });
  if (!isWide) {
    const short = lane === 0 ? blocks : text.start.short(BLOCK.channels, BLOCK.outputs);
    return [name, words(`parts${lane}`, left, y + caption * 1.35, short, soft)];
  }
  if (lane === 0) return [name, words("blocks", x, y, blocks, soft)];
  const second = x + widthOf(stamps) * caption + caption * 0.5;
  return [
    name,
    words("stamps", x, y, stamps, { ...soft, bold: true, fill: DEPTHWISE_LOOK }),
    words("then", second, y, then, soft),
    words("needles", second + widthOf(then) * caption + caption * 0.5, y, needles, {
      ...soft,
      bold: true,
      fill: POINTWISE_LOOK,
    }),
  ];
}

function counter({ caption, text }: View, own: Layout, lane: 0 | 1, count: number, isDone: boolean): Drawing {
  const { isWide, k, left, width, tile, lanes } = own;
  const y = lanes[lane];
  const fill = lane === 0 ? STANDARD_LOOK : POINTWISE_LOOK;
  const saved = lane === 1 && isDone;
  const ratio = (STANDARD / SEPARABLE).toFixed(1);
  if (isWide) {
    return [
      words(`count${lane}`, width, y - 8 * k, whole(count), {
        size: Math.min(50 * k, 66),
        bold: true,
        anchor: "end",
        fill,
        style: "letter-spacing:-0.02em",
      }),
      words(`unit${lane}`, width, y + 26 * k, saved ? text.start.done(ratio) : text.start.unit, {
        size: caption,
        bold: saved,
        anchor: "end",
        fill: saved ? "var(--ink)" : "var(--soft)",
      }),
    ];
  }
  return [
    words(`count${lane}`, left, y + tile / 2 + 30, whole(count), {
      size: Math.min(31, width * 0.083),
      bold: true,
      fill,
      style: "letter-spacing:-0.02em",
    }),
    saved &&
      words("unit1", width, y + tile / 2 + 32, text.start.doneShort(ratio), {
        size: caption,
        bold: true,
        anchor: "end",
      }),
  ];
}

const barOf = ({ isWide, lanes, tile, k }: Layout, lane: 0 | 1) => ({
  y: isWide ? lanes[lane] + tile / 2 + 22 * k : lanes[lane] + tile / 2 + 50,
  height: isWide ? 12 * k : 10,
});

/** As long as its cost. Solid, barred or lined, to be distinguishable without colours. */
function bar(own: Layout, lane: 0 | 1, parts: readonly (readonly [macs: number, colour: string])[]): Drawing {
  const { left, width } = own;
  const { y, height } = barOf(own, lane);
  const scale = (width - left) / STANDARD;
  let from = left;
  const drawn = parts.map(([macs, colour], i): Drawing => {
    const [x, wide] = [from, macs * scale];
    from += wide;
    let marks = "";
    if (colour === DEPTHWISE_LOOK) for (let at = 3; at < wide; at += 4) marks += `M${x + at} ${y}v${height}`;
    if (colour === POINTWISE_LOOK && wide > 2) marks = `M${x} ${y + height / 2}h${wide}`;
    return [
      rect(`bar${lane}${i}`, x, y, wide, height, `fill:${colour}`),
      marks !== "" && path(`marks${lane}${i}`, marks, "stroke:var(--paper);stroke-width:1.4"),
    ];
  });
  return [rect(`track${lane}`, left, y, width - left, height, "fill:var(--faint)"), drawn];
}

function finish(own: Layout): Drawing {
  const { y, height } = barOf(own, 1);
  const x = own.left + ((own.width - own.left) * SEPARABLE) / STANDARD;
  return [path("finish", `M${x} ${y - 5}v${height + 10}`, "stroke:var(--ink);stroke-width:3")];
}

/** The photo with a window on it for each route that is still running. */
function photo(
  key: string,
  x: number,
  y: number,
  side: number,
  k: number,
  windows: readonly (readonly [number, string])[],
): Drawing {
  const steps = 12;
  return [
    stack(3, (i) => [
      rect(
        `${key}s${i}`,
        x + i * 7 * k,
        y - i * 5 * k,
        side,
        side,
        "fill:var(--raised);stroke:var(--soft);stroke-width:1",
      ),
    ]),
    picture(`${key}p`, x, y, side, side, PHOTO),
    windows.map(([share, colour], i): Drawing => {
      const at = Math.min(steps * steps - 1, Math.floor(share * steps * steps));
      const size = (side / steps) * 1.6;
      const [left, top] = [at % steps, Math.floor(at / steps)].map((one) => (one / (steps - 1)) * (side - size));
      return [
        rect(`${key}w${i}`, x + left, y + top, size, size, `fill:none;stroke:#fff;stroke-width:5.4`),
        rect(`${key}v${i}`, x + left, y + top, size, size, `fill:none;stroke:${colour};stroke-width:3`),
      ];
    }),
  ];
}

function photos({ caption, text }: View, own: Layout, { ofStandard, ofDepthwise }: Progress): Drawing {
  const { isWide, photo: side, k, left, middle, lanes } = own;
  const windows: readonly (readonly [number, string])[][] = [
    ofStandard < 1 ? [[ofStandard, "#b34700"]] : [],
    ofDepthwise < 1 ? [[ofDepthwise, "#00755a"]] : [],
  ];
  if (!isWide) return lanes.map((y, i) => photo(`photo${i}`, 0, y - side / 2 + 4, side, k, windows[i]));
  const top = middle - side / 2 + 8 * k;
  const fork = side + 22 * k;
  return [
    photo("photo", 0, top, side, k, windows.flat()),
    lanes.map((y, i) =>
      path(
        `fork${i}`,
        `M${fork} ${middle}C${fork + 44 * k} ${middle} ${left - 70 * k} ${y} ${left - 18 * k} ${y}`,
        `fill:none;stroke:${i === 0 ? STANDARD_LOOK : DEPTHWISE_LOOK};stroke-width:3`,
      ),
    ),
    words("same", side / 2, top + side + 22 * k, text.start.same, {
      size: caption,
      anchor: "middle",
      fill: "var(--soft)",
    }),
  ];
}

export const startFigure: Figure = {
  jump: FRAMES / 24,
  timeline: () => ({
    count: FRAMES + 1,
    seconds: (at) => (at === 0 ? START_SECONDS : at === FRAMES ? REST_SECONDS : RACE_SECONDS / FRAMES),
    loops: true,
  }),
  draw: (view) => {
    const [own, progress] = [layoutOf(view), progressAt(view.at)];
    return [photos(view, own, progress), standardLane(view, own, progress), separableLane(view, own, progress)];
  },
  says: ({ text }) => text.start.says(whole(STANDARD), whole(SEPARABLE), (STANDARD / SEPARABLE).toFixed(1)),
  numbers: ({ text, at }) => {
    const { standard, separable } = progressAt(at);
    return [
      [text.start.unit],
      [text.standard, whole(standard), whole(STANDARD)],
      [text.depthwise, whole(Math.min(separable, DEPTHWISE)), whole(DEPTHWISE)],
      [text.pointwise, whole(Math.max(0, separable - DEPTHWISE)), whole(POINTWISE)],
    ];
  },
};
