/**
 * @file Draws charts as short SVG: narrow, so that text stays readable on a phone, in colours that follow the reader's
 * scheme.
 */
import { readingForeign } from "../foreign.ts";
import { bars } from "./bars.ts";
import type { Chart } from "./chart.ts";
import { CHART_STYLE } from "./chartStyle.ts";
import { escaped } from "./markup.ts";
import { plane } from "./plane.ts";
import { WIDTH } from "./svg.ts";

/**
 * Draws a chart as SVG.
 *
 * @param isAlone whether the SVG is a separate file, which needs its style and background
 * @throws ShapeError unless it is a chart
 *
 * @example
 * const groups = [{ label: "conv1", bars: [{ value: 2, text: "2 ms" }] }];
 * const chart = { kind: "bars", file: "times", title: "Times", caption: "", series: ["measured"], groups };
 * drawChart(chart, true).slice(0, 4); // "<svg"
 */
export function drawChart(chart: Chart, isAlone = false): string {
  const needs = 'one of kind "bars" or "plane"';
  return readingForeign("drawChart", "chart", chart, needs, () => svgOf(chart, isAlone));
}

function svgOf(chart: Chart, isAlone: boolean): string {
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
