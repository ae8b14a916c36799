/** @file A report as one self-contained page: tables, charts, light and dark, for phones and paper. */

import { alignOf, type Report, type ReportTable, readingReport, shown } from "../report.ts";
import { CHART_STYLE } from "./chartStyle.ts";
import { drawChart } from "./charts.ts";
import { escaped } from "./markup.ts";

const STYLE = `
:root { color-scheme: light dark; --page: #fff; --ink: #22272e; --soft: #5b6470; --line: #d5dae1; --stripe: #f5f7f9; }
@media (prefers-color-scheme: dark) {
  :root { --page: #16191e; --ink: #e6e9ee; --soft: #9aa4b2; --line: #39414c; --stripe: #1d2127; }
}
body { margin: 0 auto; padding: 1rem; max-width: 70rem; background: var(--page); color: var(--ink);
  font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.5rem; line-height: 1.25; overflow-wrap: anywhere; } h2 { font-size: 1.15rem; margin-top: 2rem; }
p { max-width: 46rem; white-space: pre-line; overflow-wrap: anywhere; }
.wide { overflow-x: auto; margin: 1.5rem 0; } table { border-collapse: collapse; font-size: 0.85rem; font-variant-numeric: tabular-nums; }
th, td { padding: 0.25rem 0.6rem; text-align: right; } td { white-space: nowrap; } .left { text-align: left; }
th { border-bottom: 2px solid var(--line); vertical-align: bottom; } tbody tr:nth-child(even) { background: var(--stripe); }
tr.rule td { padding: 0; border-top: 1px solid var(--line); }
figure { margin: 2rem 0; } figcaption { color: var(--soft); font-size: 0.85rem; max-width: 46rem; }
figure svg { width: 100%; max-width: 46rem; height: auto; }
footer { margin-top: 3rem; border-top: 1px solid var(--line); color: var(--soft); font-size: 0.85rem; }
${CHART_STYLE}
@page { size: A4 landscape; margin: 12mm; }
@media print {
  :root { color-scheme: light; --page: #fff; --ink: #000; --soft: #444; --line: #bbb; --stripe: #f5f7f9; }
  body { max-width: none; padding: 0; font-size: 10pt; } .wide { overflow: visible; }
  table { font-size: 7.5pt; } th, td { padding: 0.1rem 0.35rem; } figure, tr { break-inside: avoid; } h2 { break-after: avoid; }
}`;

/**
 * Renders a report as one HTML page, which loads nothing else: tables, charts as SVG, light and dark.
 *
 * @throws ShapeError unless it is a report
 *
 * @example renderHtml(countReport(countNetwork(fashionNet()))).slice(0, 15); // "<!doctype html>"
 */
export function renderHtml(report: Report): string {
  return readingReport("renderHtml", report, pageOf);
}

function pageOf({ title, origin, parts }: Report): string {
  const body = parts.map((part) => {
    if ("table" in part) return htmlTable(part.table);
    if ("text" in part) return `<p>${escaped(part.text)}</p>`;
    const { title: heading, caption } = part.chart;
    return `<figure>\n<h2>${escaped(heading)}</h2>\n${drawChart(part.chart)}\n<figcaption>${escaped(caption)}</figcaption>\n</figure>`;
  });
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${escaped(title)}</h1>
${body.join("\n")}
<footer><p>${escaped(origin)}</p></footer>
</body>
</html>
`;
}

function htmlTable({ title, columns, rows }: ReportTable): string {
  const classOf = (i: number): string => (alignOf(columns[i], i) === "left" ? ' class="left"' : "");
  const head = columns
    .map((column, i) => `<th scope="col"${classOf(i)}>${escaped(column.long ?? column.title)}</th>`)
    .join("");
  const lines = rows.map((row) => {
    if (row.length === 0) return `<tr class="rule"><td colspan="${columns.length}"></td></tr>`;
    return `<tr>${columns.map((column, i) => `<td${classOf(i)}>${escaped(shown(row[i], column))}</td>`).join("")}</tr>`;
  });
  const heading = title === "" ? "" : `<h2>${escaped(title)}</h2>\n`;
  return `${heading}<div class="wide" tabindex="0"><table>\n<thead><tr>${head}</tr></thead>\n<tbody>\n${lines.join("\n")}\n</tbody>\n</table></div>`;
}
