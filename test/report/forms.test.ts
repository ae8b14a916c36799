import { describe, expect, test } from "vitest";
import type { RooflineRow } from "../../src/measure/roofline.ts";
import type { Chart } from "../../src/report/forms/chart.ts";
import { drawChart } from "../../src/report/forms/charts.ts";
import { renderCsv } from "../../src/report/forms/csv.ts";
import { renderHtml } from "../../src/report/forms/html.ts";
import { renderMarkdown } from "../../src/report/forms/markdown.ts";
import { size } from "../../src/report/forms/numbers.ts";
import { PLAIN } from "../../src/report/forms/screen.ts";
import { table } from "../../src/report/forms/table.ts";
import { renderText } from "../../src/report/forms/text.ts";
import { mismatchWarning, noiseWarning } from "../../src/report/noise.ts";
import { type Report, tablesOf } from "../../src/report/report.ts";

const bars: Chart = {
  kind: "bars",
  file: "bars",
  title: "Bars & more",
  caption: "a < b",
  series: ["one", "two"],
  groups: [
    {
      label: "x",
      bars: [
        { value: 4, text: "4 ms" },
        { value: 1, text: "1 ms" },
      ],
    },
    {
      label: "y",
      bars: [
        { value: 2, text: "2 ms" },
        { value: 0, text: "0 ms" },
      ],
    },
  ],
};

const report: Report = {
  title: "A <title>",
  origin: "made <here>",
  parts: [
    { text: "first line\nsecond | line" },
    {
      table: {
        name: "numbers",
        title: "Numbers",
        columns: [
          { title: "name_of_it" },
          { title: "share", long: "share, of all", show: (value) => `${(100 * value).toFixed(1)} %` },
          { title: "why", align: "left" },
        ],
        rows: [['a "b"', 0.12345, "x|y"], [], ["sum", 1, null]],
      },
    },
    { table: { name: "others", title: "", columns: [{ title: "ms" }], rows: [[{ once: 2 }]] } },
    { chart: bars },
  ],
};

test("text: words left, numbers right, rules, long sentences on several lines, no charts", () => {
  expect(renderText(report)).toBe(
    [
      "A <title>",
      "",
      "first line",
      "second | line",
      "",
      "Numbers",
      "",
      "name_of_it    share  why",
      "────────────────────────",
      'a "b"        12.3 %  x|y',
      "────────────────────────",
      "sum         100.0 %",
      "",
      "ms",
      "──",
      "2*",
    ].join("\n"),
  );
  const long = renderText({ ...report, parts: [{ text: "seven letters ".repeat(20).trim() }] });
  const lines = long.split("\n").slice(2);
  expect(lines.length).toBe(4);
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(80);
  expect(lines.join(" ")).toBe("seven letters ".repeat(20).trim());
});

test("names from files are made visible wherever they stand in a table", () => {
  const evil = "\x1b[31m\nred";
  const columns = [
    { title: "group", placement: "above" as const },
    { title: evil },
    { title: "note", placement: "below" as const },
  ];
  const shown = renderText({
    ...report,
    parts: [{ table: { name: "t", title: evil, columns, rows: [[evil, evil, evil]] } }],
  });
  expect(shown).not.toContain("\x1b");
  expect(shown.split("\n").slice(2)).toEqual([
    "\\x1b[31m",
    "red",
    "",
    "  \\x1b[31m red",
    "──────────────",
    "\\x1b[31m red",
    "  \\x1b[31m red",
    "      \\x1b[31m red",
  ]);
});

test("CSV: numbers whole, words quoted where they must be, rules left out", () => {
  const names = tablesOf(report).map(({ name }) => name);
  expect(names.map((name) => renderCsv(report, name))).toEqual([
    'name_of_it,"share, of all",why\n"a ""b""",0.12345,x|y\nsum,1,',
    "ms\n2",
  ]);
});

describe("a table fits the screen", () => {
  const columns = [
    { title: "name", align: "left" },
    { title: "aaaa" },
    { title: "bbbb", rank: 2 },
    { title: "cccc", rank: 1 },
    { title: "why", align: "left", isProse: true },
  ] as const;
  const rows = [["x", "1", "2", "3", "words that go on and on, further than anybody would read them in a single line"]];
  const shown = (width: number) => table(columns, rows, { ...PLAIN, columns: width }).split("\n");

  test("as wide as it is, where there is room", () => {
    expect(shown(200)).toEqual([
      "name  aaaa  bbbb  cccc  why",
      "─".repeat(24 + rows[0][4].length),
      `x        1     2     3  ${rows[0][4]}`,
    ]);
  });
  test("sentences go on below, then columns go, the highest rank first, and a line says which", () => {
    expect(shown(52).slice(2)).toEqual([
      "x        1     2     3  words that go on and on,",
      "                        further than anybody would",
      "                        read them in a single line",
    ]);
    expect(shown(44)[0]).toBe("name  aaaa  cccc  why");
    expect(shown(44).at(-1)).toBe("left out at 44 columns: bbbb");
    expect(shown(36)[0]).toBe("name  aaaa  why");
    expect(shown(36).at(-1)).toBe("left out at 36 columns: bbbb, cccc");
    for (const width of [200, 80, 60, 40, 36, 30, 12]) {
      expect(Math.max(...shown(width).map(({ length }) => length)), String(width)).toBeLessThanOrEqual(
        Math.max(width, 24),
      );
    }
  });
});

test("Markdown: bars, underscores and tags escaped", () => {
  expect(renderMarkdown(report)).toBe(
    [
      "# A \\<title\\>",
      "",
      "first line\nsecond \\| line",
      "",
      "## Numbers",
      "",
      "| name\\_of\\_it | share | why |",
      "| --- | --: | --- |",
      '| a "b" | 12.3 % | x\\|y |',
      "| sum | 100.0 % |  |",
      "",
      "| ms |",
      "| --- |",
      "| 2\\* |",
    ].join("\n"),
  );
});

describe("a page", () => {
  const page = renderHtml(report);

  test("escapes what people wrote, and has the chart and its caption", () => {
    expect(page).toContain("<title>A &lt;title&gt;</title>");
    expect(page).toContain('<td class="left">a &quot;b&quot;</td><td>12.3 %</td><td class="left">x|y</td>');
    expect(page).toContain("<h2>Bars &amp; more</h2>");
    expect(page).toContain("<figcaption>a &lt; b</figcaption>");
    expect(page).toContain("made &lt;here&gt;");
  });

  test("is whole: every element that is opened is closed", () => {
    const open: string[] = [];
    for (const [, slash, name, own] of page.matchAll(/<(\/?)([a-z0-9]+)(?:\s[^>]*?)?(\/?)>/g)) {
      if (own === "/" || ["meta", "link"].includes(name)) continue;
      if (slash === "") open.push(name);
      else expect(open.pop()).toBe(name);
    }
    expect(open).toEqual([]);
  });
});

describe("charts", () => {
  test("bars are as long as their values", () => {
    const widths = [
      ...drawChart(bars).matchAll(/<rect class="s\d" fill="\S+" x="\S+" y="\S+" width="(\S+)" height="11">/g),
    ];
    const [four, one, two, none] = widths.map(([, width]) => Number(width));
    expect(one / four).toBeCloseTo(1 / 4, 2);
    expect(two / four).toBeCloseTo(1 / 2, 2);
    expect(none).toBeLessThan(1);
  });

  const plane = (isLogarithmic: boolean): Chart => ({
    kind: "plane",
    file: "plane",
    title: "Plane",
    caption: "",
    x: { title: "x", isLogarithmic },
    y: { title: "y", isLogarithmic },
    series: [{ name: "s", points: [1, 10, 100].map((v) => ({ x: v, y: v, name: String(v) })) }],
    lines: [
      {
        name: "l",
        points: [
          { x: 1, y: 1, name: "" },
          { x: 100, y: 100, name: "" },
        ],
      },
    ],
  });

  test.each([true, false])("points lie where the axes say, logarithmic: %s", (isLogarithmic) => {
    const dots = [...drawChart(plane(isLogarithmic)).matchAll(/<circle class="s0" fill="\S+" cx="(\S+)" cy="(\S+)"/g)];
    const [[x0, y0], [x1, y1], [x2, y2]] = dots.map(([, x, y]) => [Number(x), Number(y)]);
    const part = isLogarithmic ? 1 / 2 : 9 / 99;
    expect((x1 - x0) / (x2 - x0)).toBeCloseTo(part, 2);
    expect((y1 - y0) / (y2 - y0)).toBeCloseTo(part, 2);
    expect(x2).toBeGreaterThan(x0);
    expect(y2).toBeLessThan(y0); // upwards
  });

  test("a label runs along its segment, where there is room", () => {
    const chart = plane(true);
    if (chart.kind !== "plane") throw new Error("no plane");
    const points = [1, 10, 10.1, 100].map((x) => ({ x, y: Math.min(x, 10), name: "" }));
    const labels = ["a <slope>", "too short", "a roof"];
    const image = drawChart({ ...chart, lines: [{ name: "l", points, labels }] });
    const drawn = [...image.matchAll(/translate\((\S+) (\S+)\) rotate\((\S+)\)" y="-6">(.*?)</g)];
    expect(drawn.map(([, , , , label]) => label)).toEqual(["a &lt;slope&gt;", "a roof"]);
    const [slope, roof] = drawn.map(([, , , angle]) => Number(angle));
    expect(slope).toBeLessThan(-20); // upwards
    expect(roof).toBeCloseTo(0, 6);
    expect(drawChart({ ...chart, lines: [{ name: "l", points, labels: [""] }] })).not.toContain('y="-6"');
    expect(drawChart({ ...chart, lines: [{ name: "l", points: points.slice(0, 1), labels }] })).not.toContain('y="-6"');
  });

  test("a logarithmic axis has no place for 0, and one for a single value", () => {
    const chart = plane(true);
    if (chart.kind !== "plane") throw new Error("no plane");
    const point = { x: 100, y: 0, name: "" };
    const odd: Chart = {
      ...chart,
      series: [{ name: "s", points: [point, { ...point, y: 5 }] }],
      lines: [{ name: "l", points: [point] }],
    };
    const image = drawChart(odd);
    expect(image).not.toMatch(/NaN|Infinity/);
    expect(image.match(/<circle/g)?.length).toBe(1);
  });

  test("nothing to show is drawn without NaN, and values below 0 lie below", () => {
    const none = { ...bars, groups: [{ label: "x", bars: [{ value: 0, text: "0" }] }] };
    expect(drawChart(none as Chart)).not.toMatch(/NaN|Infinity/);
    const chart = plane(false);
    if (chart.kind !== "plane") throw new Error("no plane");
    const points = (values: readonly number[]) => [
      { name: "s", points: values.map((v) => ({ x: v, y: v, name: "" })) },
    ];
    expect(drawChart({ ...chart, series: points([0]), lines: [] })).not.toMatch(/NaN|Infinity/);
    const drawn = drawChart({ ...chart, series: points([-4, 0, 6]), lines: [] });
    const at = [...drawn.matchAll(/<circle .*? cx="(\S+)" cy="(\S+)"/g)].map(([, x, y]) => [Number(x), Number(y)]);
    expect((at[1][0] - at[0][0]) / (at[2][0] - at[0][0])).toBeCloseTo(0.4, 2);
    for (const [x, y] of at) expect([x > 0, x <= 480, y > 0]).toEqual([true, true, true]);
  });

  test("an image of its own brings its style", () => {
    expect(drawChart(bars, true)).toContain("prefers-color-scheme: dark");
    expect(drawChart(bars)).not.toContain("<style>");
  });
});

test("noise is told", () => {
  const quiet = { ms: 10, quarter: 9.9, threeQuarters: 10.2, rounds: 5 };
  expect(noiseWarning([["simd", quiet]])).toEqual([]);
  expect(
    noiseWarning([
      ["naive", quiet],
      ["simd", { ...quiet, threeQuarters: 12.9 }],
    ]),
  ).toEqual(["Too noisy to compare: simd; the middle half of the runs spans up to 30.0 % of the median (limit 10 %)."]);
});

test("runs that are shorter than a tick of the clock are told", () => {
  const quick = { ms: 0, quarter: 0, threeQuarters: 0, rounds: 5 };
  expect(noiseWarning([["simd", quick]])).toEqual(["Too short to measure: simd took less than a tick of this clock."]);
  const noisy = { ms: 10, quarter: 8, threeQuarters: 12, rounds: 5 };
  const both = noiseWarning([["naive", noisy], ["simd", { ...quick, threeQuarters: 0.1 }]]); // biome-ignore format: one line
  expect(both.map((line) => line.slice(0, 27))).toEqual(["Too short to measure: simd ", "Too noisy to compare: naive"]);
});

test("measurements that do not fit together are told", () => {
  const layers = ["a", "b", "c"].map((name, i) => ({ name, share: [0.9, 5.7, 1.2][i] })) as RooflineRow[];
  expect(mismatchWarning(layers.slice(0, 1), 10.5, 10)).toEqual([]);
  expect(mismatchWarning(layers, 12, 10)).toEqual([
    "Faster than their roofs: 2 of 3 layers, b first. The roofs were measured on a busy machine; measure again on a quiet machine.",
    "The layers take longer than the whole run, so something else ran while they were measured; measure again on a quiet machine.",
  ]);
});

test("sizes", () => {
  expect([0, 1023, 1024, 1536, 5 * 2 ** 20, 3 * 2 ** 30].map(size)).toEqual([
    "0 bytes",
    "1023 bytes",
    "1 KiB",
    "1.5 KiB",
    "5 MiB",
    "3 GiB",
  ]);
});
