/** @file Draws points in a plane, and lines, on linear or logarithmic axes. */
import type { Axis, PlaneChart, PlaneLine, Point } from "./chart.ts";
import { colour, LIGHT } from "./chartStyle.ts";
import { escaped } from "./markup.ts";
import { type Drawing, key, LINE, n, text, WIDTH } from "./svg.ts";

/** Drops points that the axes cannot show: on a logarithmic axis, those not above 0. */
function visible({ x, y, series, lines }: PlaneChart): Pick<PlaneChart, "series" | "lines"> {
  const isThere = (value: number, axis: Axis): boolean => Number.isFinite(value) && (!axis.isLogarithmic || value > 0);
  const keep = <T extends { readonly points: readonly Point[] }>(some: T): T => {
    return { ...some, points: some.points.filter((point) => isThere(point.x, x) && isThere(point.y, y)) };
  };
  return { series: series.map(keep), lines: lines.map(keep) };
}

export function plane(chart: PlaneChart): Drawing {
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
  /** Labels run along their segments, slightly above them. */
  const labels = ({ points, labels = [] }: PlaneLine): readonly string[] =>
    labels.slice(0, points.length - 1).flatMap((label, i) => {
      const [x1, x2] = [points[i], points[i + 1]].map((point) => across.at(point.x));
      const [y1, y2] = [points[i], points[i + 1]].map((point) => up.at(point.y));
      if (label === "" || Math.hypot(x2 - x1, y2 - y1) < 40) return [];
      const angle = (Math.atan2(y2 - y1, x2 - x1) * 180) / Math.PI;
      const at = `translate(${n((x1 + x2) / 2)} ${n((y1 + y2) / 2)}) rotate(${n(angle)})`;
      return [`<text class="middle" text-anchor="middle" transform="${at}" y="-6">${escaped(label)}</text>`];
    });
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
      ...lines.flatMap(labels),
      ...series.flatMap(({ points }, i) =>
        points.map(
          (point) =>
            `<circle ${colour(i)} cx="${n(across.at(point.x))}" cy="${n(up.at(point.y))}" r="4" fill-opacity="0.85"><title>${escaped(point.name)}</title></circle>`,
        ),
      ),
    ],
  };
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
  const low = Math.min(min, 0);
  const span = max - low || 1;
  const unit = [1, 2, 5, 10]
    .map((step) => step * 10 ** Math.floor(Math.log10(span / 5)))
    .find((step) => span / step <= 6) as number; // 10 always does
  const [first, last] = [Math.floor(low / unit), Math.ceil((low + span) / unit)];
  const ticks = Array.from({ length: last - first + 1 }, (_, i) => (first + i) * unit);
  return { at: (value) => from + ((to - from) * (value / unit - first)) / (last - first), ticks };
}

function short(value: number): string {
  return value >= 1000 ? `${value / 1000}k` : String(Number(value.toPrecision(3)));
}
