/**
 * @file Charts as short SVG: bars, and points in a plane with lines. Narrow, so that text stays readable on a phone;
 * colours follow the reader's scheme.
 */

import { CHART_STYLE, colour, LIGHT } from "./chartStyle.ts";
import { escaped } from "./markup.ts";

/** Horizontal bars, in groups. */
export interface BarChart {
  readonly kind: "bars";
  /** File name without extension. */
  readonly file: string;
  readonly title: string;
  readonly caption: string;
  /** Names of the bars of a group, in order. */
  readonly series: readonly string[];
  readonly groups: readonly { readonly label: string; readonly bars: readonly Bar[] }[];
}

export interface Bar {
  readonly value: number;
  /** Label after the bar. */
  readonly text: string;
}

export interface Axis {
  readonly title: string;
  readonly isLogarithmic: boolean;
}

/** Points of several kinds, and lines, such as ceilings. */
export interface PlaneChart {
  readonly kind: "plane";
  readonly file: string;
  readonly title: string;
  readonly caption: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly { readonly name: string; readonly points: readonly Point[] }[];
  readonly lines: readonly { readonly name: string; readonly points: readonly Point[] }[];
}

export interface Point {
  readonly x: number;
  readonly y: number;
  /** Tooltip. */
  readonly name: string;
}

export type Chart = BarChart | PlaneChart;

const WIDTH = 480;
const LINE = 18;

/** @param isAlone whether the SVG is a separate file, which needs its style and background */
export function drawChart(chart: Chart, isAlone = false): string {
  const { height, body } = chart.kind === "bars" ? bars(chart) : plane(chart);
  const own = isAlone
    ? `<style>${CHART_STYLE} svg.chart { background: #fff; } @media (prefers-color-scheme: dark) { svg.chart { background: #16191e; } }</style>\n`
    : "";
  const size = isAlone ? ` width="${WIDTH * 1.4}" height="${height * 1.4}"` : "";
  return `<svg xmlns="http://www.w3.org/2000/svg" class="chart" font-family="sans-serif" font-size="13" role="img" viewBox="0 0 ${WIDTH} ${height}"${size}>
<title>${escaped(chart.title)}</title>
${own}${body.join("\n")}
</svg>`;
}

function bars({ series, groups }: BarChart): { height: number; body: string[] } {
  const longest = Math.max(...groups.map(({ label }) => label.length));
  const left = Math.min(longest * 7.4 + 14, 215);
  const room = WIDTH - left - 62;
  const max = Math.max(...groups.flatMap(({ bars: own }) => own.map(({ value }) => value)));
  const thick = 13;
  const names = series.length > 1 ? key(series, 14) : [];
  const body = [...names];
  let y = names.length > 0 ? LINE * names.length + 8 : 6;
  for (const { label, bars: own } of groups) {
    body.push(text(left - 6, y + (own.length * thick) / 2 + 4.5, label, "end"));
    own.forEach(({ value, text: words }, i) => {
      const width = Math.max((value / max) * room, 0.5);
      body.push(
        `<rect ${colour(i)} x="${n(left)}" y="${n(y)}" width="${n(width)}" height="${thick - 2}"><title>${escaped(`${label}${series[i] ? `, ${series[i]}` : ""}: ${words}`)}</title></rect>`,
        text(left + width + 4, y + thick - 2.5, words),
      );
      y += thick;
    });
    y += 6;
  }
  return { height: Math.ceil(y + 4), body };
}

/** Drops points that the axes cannot show: on a logarithmic one, those that are not above 0. */
function visible({ x, y, series, lines }: PlaneChart): Pick<PlaneChart, "series" | "lines"> {
  const isThere = (value: number, axis: Axis): boolean => Number.isFinite(value) && (!axis.isLogarithmic || value > 0);
  const keep = <T extends { readonly points: readonly Point[] }>(some: T): T => {
    return { ...some, points: some.points.filter((point) => isThere(point.x, x) && isThere(point.y, y)) };
  };
  return { series: series.map(keep), lines: lines.map(keep) };
}

function plane(chart: PlaneChart): { height: number; body: string[] } {
  const { x, y } = chart;
  const { series, lines } = visible(chart);
  const names = key(
    series.map(({ name }) => name),
    14,
  );
  const box = { left: 52, right: WIDTH - 14, top: LINE * names.length + 12, bottom: LINE * names.length + 300 };
  const all = [...series, ...lines].flatMap(({ points }) => points);
  const across = scale(
    x,
    all.map((point) => point.x),
    box.left,
    box.right,
  );
  const up = scale(
    y,
    all.map((point) => point.y),
    box.bottom,
    box.top,
  );
  const path = (points: readonly Point[]): string =>
    points.map((point, i) => `${i === 0 ? "M" : "L"}${n(across.at(point.x))} ${n(up.at(point.y))}`).join("");
  return {
    height: box.bottom + 44,
    body: [
      ...names,
      ...across.ticks.flatMap((tick) => [
        `<path class="grid" stroke="${LIGHT.line}" fill="none" d="M${n(across.at(tick))} ${box.top}V${box.bottom}"/>`,
        text(across.at(tick), box.bottom + 16, short(tick), "middle"),
      ]),
      ...up.ticks.flatMap((tick) => [
        `<path class="grid" stroke="${LIGHT.line}" fill="none" d="M${box.left} ${n(up.at(tick))}H${box.right}"/>`,
        text(box.left - 5, up.at(tick) + 4.5, short(tick), "end"),
      ]),
      text((box.left + box.right) / 2, box.bottom + 36, x.title, "middle"),
      `<text class="middle" transform="translate(13 ${(box.top + box.bottom) / 2}) rotate(-90)">${escaped(y.title)}</text>`,
      ...lines.map(
        ({ name, points }) =>
          `<path class="roof" stroke="${LIGHT.ink}" fill="none" d="${path(points)}"><title>${escaped(name)}</title></path>`,
      ),
      ...series.flatMap(({ points }, i) =>
        points.map(
          (point) =>
            `<circle ${colour(i)} cx="${n(across.at(point.x))}" cy="${n(up.at(point.y))}" r="4" fill-opacity="0.85"><title>${escaped(point.name)}</title></circle>`,
        ),
      ),
    ],
  };
}

/** Draws the legend: one line per series, a square of its colour and its name. */
function key(names: readonly string[], y: number): string[] {
  return names.map(
    (name, i) =>
      `<rect ${colour(i)} x="8" y="${y - 10 + i * LINE}" width="10" height="10"/>${text(24, y - 0.5 + i * LINE, name)}`,
  );
}

interface Scale {
  at(value: number): number;
  readonly ticks: readonly number[];
}

/** Maps values to coordinates in the image; logarithmic axes begin and end at a tick of 1, 2, 5, 10, … */
function scale({ isLogarithmic }: Axis, values: readonly number[], from: number, to: number): Scale {
  const [min, max] = [Math.min(...values), Math.max(...values)];
  if (isLogarithmic) {
    const steps = Array.from({ length: 46 }, (_, i) => [1, 2, 5][i % 3] * 10 ** (Math.floor(i / 3) - 6));
    const low = steps.findLast((step) => step <= min) ?? min;
    const high = steps.find((step) => step >= max && step > low) ?? 10 * max;
    const inside = steps.filter((step) => step >= low && step <= high);
    const ticks = inside.length > 8 ? inside.filter((step) => /^1(e|0*$)|^0\.0*1$/.test(String(step))) : inside;
    return { at: (value) => from + ((to - from) * Math.log(value / low)) / Math.log(high / low), ticks };
  }
  const step = [1, 2, 5, 10]
    .map((unit) => unit * 10 ** Math.floor(Math.log10(max / 5)))
    .find((unit) => max / unit <= 6);
  const unit = step ?? max;
  const count = Math.ceil(max / unit);
  const ticks = Array.from({ length: count + 1 }, (_, i) => i * unit);
  return { at: (value) => from + ((to - from) * value) / (count * unit), ticks };
}

function text(x: number, y: number, words: string, anchor = ""): string {
  return `<text${anchor && ` class="${anchor}" text-anchor="${anchor}"`} x="${n(x)}" y="${n(y)}">${escaped(words)}</text>`;
}

function short(value: number): string {
  return value >= 1000 ? `${value / 1000}k` : String(Number(value.toPrecision(3)));
}

function n(value: number): string {
  return String(Number(value.toFixed(1)));
}
