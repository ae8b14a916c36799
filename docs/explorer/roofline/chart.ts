/**
 * @file The roofline chart: FLOPs per byte to the right, GFLOP/s upwards, both logarithmic; the roofs are the machine's
 * limits. Each kind of layer has its own colour and shape.
 */
import type { LayerKind } from "../../../src/index.ts";
import { svg } from "../view/h.ts";
import { plain } from "../view/numbers.ts";

const [WIDTH, HEIGHT] = [720, 420];
const [LEFT, RIGHT, TOP, BOTTOM] = [58, 16, 26, 46];

/** A layer in the chart. */
export interface Dot {
  readonly name: string;
  readonly kind: LayerKind;
  readonly intensity: number;
  readonly gflops: number;
  /** The range of its measurements. */
  readonly low: number;
  readonly high: number;
}

export interface Roofs {
  /** GFLOP/s. */
  readonly peak: number;
  /** GB/s from the nearest cache, and from memory. */
  readonly near: number;
  readonly far: number;
}

export interface ChartTexts {
  readonly label: string;
  readonly peak: string;
  readonly near: string;
  readonly far: string;
  readonly axis: string;
  describe(dot: Dot): string;
}

/** Half the side of a mark. */
const SIZE = 7;

/** Outlines, centred on 0, 0. */
const MARKS: Readonly<Record<LayerKind, string>> = {
  conv: `M${-SIZE} ${-SIZE}h${2 * SIZE}v${2 * SIZE}h${-2 * SIZE}z`,
  depthwise: `M${-SIZE} ${SIZE}h${2 * SIZE}L0 ${-SIZE}z`,
  pointwise: `M0 ${-SIZE - 1.5}L${SIZE + 1.5} 0L0 ${SIZE + 1.5}L${-SIZE - 1.5} 0z`,
  dense: `M${-SIZE} 0a${SIZE} ${SIZE} 0 1 0 ${2 * SIZE} 0a${SIZE} ${SIZE} 0 1 0 ${-2 * SIZE} 0z`,
  matmul: `M${-SIZE} 0a${SIZE} ${SIZE} 0 1 0 ${2 * SIZE} 0a${SIZE} ${SIZE} 0 1 0 ${-2 * SIZE} 0z`,
  pool: `M${-SIZE} ${-SIZE}L${SIZE} ${SIZE}M${SIZE} ${-SIZE}L${-SIZE} ${SIZE}`,
  other: `M0 ${-SIZE}V${SIZE}M${-SIZE} 0H${SIZE}`,
};

/** A kind's mark, for a legend. */
export function markOf(kind: LayerKind): SVGSVGElement {
  return svg(
    "svg",
    { class: "mark", viewBox: "-9 -9 18 18", width: 16, height: 16, "aria-hidden": "true" },
    svg("path", { class: `dot ${kind}`, d: MARKS[kind] }),
  );
}

/** @param isSketch whether nothing has been measured; the axis then has no numbers */
export function chart(
  dots: readonly Dot[],
  { peak, near, far }: Roofs,
  texts: ChartTexts,
  isSketch: boolean,
  tell: (dot: Dot) => void,
): SVGSVGElement {
  const [min, max] = [
    Math.min(0.25, ...dots.map(({ intensity }) => intensity)) / 1.4,
    Math.max(100, ...dots.map(({ intensity }) => intensity)) * 1.4,
  ];
  const low = Math.min(peak / 20, ...dots.map((dot) => dot.low)) / 1.5;
  const high = Math.max(peak, ...dots.map((dot) => dot.high)) * 1.6;
  const x = (intensity: number): number =>
    LEFT + ((WIDTH - LEFT - RIGHT) * Math.log(intensity / min)) / Math.log(max / min);
  const y = (gflops: number): number =>
    HEIGHT - BOTTOM - ((HEIGHT - TOP - BOTTOM) * Math.log(gflops / low)) / Math.log(high / low);
  /** A read rate as a slope, clipped to the chart, up to where the peak is the lower roof. */
  const ends = (gbps: number): readonly [from: number, to: number] => [
    Math.max(min, low / gbps),
    Math.min(max, peak / gbps),
  ];
  const slope = (key: string, gbps: number, text: string): readonly SVGElement[] => {
    const [from, to] = ends(gbps);
    if (to <= from) return [];
    const [x1, y1, x2, y2] = [x(from), y(from * gbps), x(to), y(to * gbps)];
    const turn = (Math.atan2(y2 - y1, x2 - x1) * 180) / Math.PI;
    const [cx, cy] = [(x1 + x2) / 2, (y1 + y2) / 2];
    return [
      svg("path", { class: `roof ${key}`, d: `M${x1},${y1}L${x2},${y2}` }),
      svg(
        "text",
        { class: "roof-name", x: cx, y: cy - 7, "text-anchor": "middle", transform: `rotate(${turn} ${cx} ${cy})` },
        text,
      ),
    ];
  };
  const flat = x(Math.max(min, Math.min(max, peak / near)));
  const ticks = (from: number, to: number): readonly number[] => {
    const decades = Array.from({ length: 12 }, (_, i) => 10 ** (i - 4));
    return decades.filter((value) => value >= from && value <= to);
  };
  const marks = dots.map((dot) => {
    const text = texts.describe(dot);
    const [cx, cy] = [x(dot.intensity), y(dot.gflops)];
    return svg(
      "g",
      {
        class: `spot ${dot.kind}`,
        tabindex: 0,
        role: "button",
        "aria-label": text,
        "data-layer": dot.name,
        onpointerenter: () => tell(dot),
        onfocus: () => tell(dot),
        onclick: () => tell(dot),
      },
      svg("title", {}, text),
      svg("rect", { class: "touch", x: cx - 12, y: cy - 12, width: 24, height: 24 }),
      !isSketch && svg("path", { class: "whisker", d: `M${cx} ${y(dot.low)}V${y(dot.high)}` }),
      svg("path", { class: `dot ${dot.kind}`, d: MARKS[dot.kind], transform: `translate(${cx} ${cy})` }),
    );
  });
  return svg(
    "svg",
    {
      viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
      class: isSketch ? "roofline sketch" : "roofline",
      role: "group",
      "aria-label": texts.label,
    },
    ...ticks(min, max).flatMap((value) => [
      svg("line", { class: "tick", x1: x(value), x2: x(value), y1: TOP, y2: HEIGHT - BOTTOM }),
      svg("text", { x: x(value), y: HEIGHT - BOTTOM + 18, "text-anchor": "middle" }, plain(value)),
    ]),
    ...(isSketch ? [] : ticks(low, high)).flatMap((value) => [
      svg("line", { class: "tick", x1: LEFT, x2: WIDTH - RIGHT, y1: y(value), y2: y(value) }),
      svg("text", { x: LEFT - 6, y: y(value) + 5, "text-anchor": "end" }, plain(value)),
    ]),
    svg("text", { x: (LEFT + WIDTH) / 2, y: HEIGHT - 6, "text-anchor": "middle" }, texts.axis),
    svg(
      "text",
      {
        x: 14,
        y: (HEIGHT - BOTTOM) / 2,
        "text-anchor": "middle",
        transform: `rotate(-90 14 ${(HEIGHT - BOTTOM) / 2})`,
      },
      "GFLOP/s",
    ),
    svg("path", { class: "roof peak", d: `M${flat},${y(peak)}L${WIDTH - RIGHT},${y(peak)}` }),
    svg("text", { class: "roof-name", x: WIDTH - RIGHT - 4, y: y(peak) - 7, "text-anchor": "end" }, texts.peak),
    ...slope("near", near, texts.near),
    ...slope("far", far, texts.far),
    ...marks,
  );
}
