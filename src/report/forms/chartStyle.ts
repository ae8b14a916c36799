/** @file Colours of charts, on light and dark pages. */

interface Palette {
  readonly ink: string;
  readonly line: string;
  readonly series: readonly string[];
}

/** Ink, lines and series on white; the series differ in lightness too. */
export const LIGHT: Palette = {
  ink: "#22272e",
  line: "#c3cad3",
  series: ["#c8431d", "#13837b", "#3d6fd6", "#8e5bd0", "#9a7413"],
};
const DARK: Palette = {
  ink: "#e6e9ee",
  line: "#4a535f",
  series: ["#ff7a52", "#3fc4b8", "#86a9f5", "#bd94ef", "#dcb44a"],
};

function variables({ ink, line, series }: Palette): string {
  return `svg.chart { --chart-ink: ${ink}; --chart-line: ${line}; ${series.map((value, i) => `--c${i}: ${value};`).join(" ")} }`;
}

export const CHART_STYLE: string = `
${variables(LIGHT)}
@media (prefers-color-scheme: dark) { ${variables(DARK)} }
@media print { ${variables(LIGHT)} }
svg.chart { font: 13px system-ui, sans-serif; }
svg.chart text { fill: var(--chart-ink); } svg.chart .grid { stroke: var(--chart-line); stroke-width: 0.7; fill: none; }
svg.chart .roof { stroke: var(--chart-ink); stroke-width: 1.5; fill: none; } svg.chart .end { text-anchor: end; }
svg.chart .middle { text-anchor: middle; }
${LIGHT.series.map((_, i) => `svg.chart .s${i} { fill: var(--c${i}); }`).join(" ")}
`;

// Elements also carry the light colours as attributes, for programs that draw SVG without style sheets.
export function colour(i: number): string {
  const own = i % LIGHT.series.length;
  return `class="s${own}" fill="${LIGHT.series[own]}"`;
}
