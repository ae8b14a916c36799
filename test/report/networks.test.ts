/** What programs learn of their networks: the data, its JSON, and its report. */
import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  analyze,
  compareOutputs,
  fashionNet,
  type Graph,
  graphBuilder,
  papers,
  randomWeights,
  Session,
  ShapeError,
  savings,
  Tensor,
  toSeparable,
} from "../../src/index.ts";
import { lineThrough } from "../../src/measure/line.ts";
import {
  approximationReport,
  chartsOf,
  compareNetworks,
  compareReport,
  countNetwork,
  countReport,
  drawChart,
  machineReport,
  measureMachine,
  papersReport,
  profileNetwork,
  profileReport,
  type Report,
  renderCsv,
  renderHtml,
  renderMarkdown,
  renderText,
  summarizeApproximation,
  summarizeNetwork,
  summaryReport,
  sweepNetworks,
  sweepReport,
  tablesOf,
} from "../../src/report/index.ts";
import { runHere as run } from "../support/cli.ts";
import { ownPair, severalEnds } from "../support/graphs.ts";
import { tempFolder } from "../support/tempFolder.ts";

const { at } = tempFolder();
const { separable, standard } = ownPair();
const [own, other] = [{ graph: separable }, { graph: standard }];

/** What a saved file gives back. */
const saved = <T>(data: T): T => JSON.parse(JSON.stringify(data));

describe("a report is the same from the data and from its JSON", () => {
  const made: readonly (readonly [string, () => Promise<readonly [Report, Report]>])[] = [
    ["summary", async () => both(summarizeNetwork(severalEnds()), summaryReport)],
    ["count", async () => both(countNetwork(separable), countReport)],
    ["papers", async () => both(papers("mobilenet_v1"), papersReport)],
    ["machine", async () => both(await measureMachine({ threads: 2 }), machineReport)],
    ["compare", async () => both(await compareNetworks(own, other, { rounds: 2 }), compareReport)],
    ["compare, one-sided", async () => both(await compareNetworks(own, dense(), { rounds: 1 }), compareReport)],
    ["profile", async () => both(await profileNetwork(own, { rounds: 2 }), profileReport)],
    ["made separable", async () => both(await approximationOf(other), approximationReport)],
    ["sweep", async () => both(await sweepNetworks([own, other], { rounds: 2 }), sweepReport)],
  ];
  const both = <T>(data: T, report: (data: T) => Report): readonly [Report, Report] => [
    report(data),
    report(saved(data)),
  ];
  const approximationOf = async ({ graph }: { readonly graph: Graph }) => {
    const first = { graph, weights: randomWeights(graph, 1) };
    const made = toSeparable(graph, first.weights, { energy: 0.5 });
    const images = Tensor.zeros(graph.input.shape);
    const outputs = await compareOutputs(first, made, images);
    const layers = await compareOutputs(first, made, images, { values: made.layers.map(({ name }) => name) });
    return summarizeApproximation(graph, made, { images: 1, layers, outputs });
  };
  const dense = () => {
    const g = graphBuilder("dense", [1, 16]);
    return { graph: g.build(g.dense(g.input, { outputs: 4 })) };
  };

  test.each(made)("%s, in every form", async (_, make) => {
    const [fresh, again] = await make();
    for (const render of [renderText, renderMarkdown, renderHtml]) {
      const text = render(fresh);
      expect(render(again)).toBe(text);
      expect(text).not.toMatch(/\bNaN\b|Infinity|undefined|\[object/);
    }
    for (const { name, rows } of tablesOf(fresh)) {
      const csv = renderCsv(fresh, name);
      expect(renderCsv(again, name)).toBe(csv);
      expect(csv.split("\n").length).toBe(1 + rows.filter((row) => row.length > 0).length);
    }
    for (const chart of chartsOf(fresh)) expect(drawChart(chart, true)).toMatch(/^<svg .*<\/svg>$/s);
  });
});

test("the page of a program is that of the command line, but for what is measured", async () => {
  writeFileSync(at("own.json"), JSON.stringify(separable));
  writeFileSync(at("other.json"), JSON.stringify(standard));
  const { code } = await run("compare", at("own.json"), at("other.json"), "--html", at("page.html"));
  expect(code).toBe(0);
  const page = renderHtml(compareReport(await compareNetworks(own, other)));
  /** Counted tables stay as they are; of what is measured, the numbers go. */
  const withoutTimes = (html: string): string => {
    const [counted, measured] = html.split("<h2>Promised and arrived, block by block");
    const words = measured.replaceAll(/\nToo (noisy|short)[^<]*/g, "").replaceAll(/[\d.]+ ?(µs|ms|s|×|%)?/g, "#");
    return `${counted}${words}`;
  };
  expect(withoutTimes(page)).toBe(withoutTimes(readFileSync(at("page.html"), "utf8")));
  expect(page).toContain("separable beside its twin of standard convolutions");
});

describe("compareNetworks", () => {
  test("counts as savings does, without measuring where no tier is asked for", async () => {
    const data = await compareNetworks(own, other, { backends: [] });
    const counted = savings(separable, standard);
    expect(data.promised).toBe(counted.promised);
    expect(data.blocks.map(({ promised }) => promised)).toEqual(counted.blocks.map(({ promised }) => promised));
    expect(data.blocks.map(({ first }) => first)).toEqual(
      counted.blocks.map(({ first }) => first.map(({ name }) => name)),
    );
    expect(data.first.macs).toBe(analyze(separable).total.macs);
    expect(data.areTwins).toBe(true);
    expect(data.tiers).toEqual([]);
    expect(compareReport(data).parts.length).toBe(3);
  });

  test("measures the tiers asked for, slowest first; ratios follow from the times", async () => {
    const data = await compareNetworks(own, other, { backends: ["simd", "im2col"], rounds: 3 });
    expect(data.tiers.map(({ tier }) => tier)).toEqual(["im2col", "simd"]);
    for (const { first, second, arrived, roofline } of data.tiers) {
      expect(first.quarter).toBeLessThanOrEqual(first.ms);
      expect(second.threeQuarters).toBeGreaterThanOrEqual(second.ms);
      expect(arrived).toBe(second.ms / first.ms);
      expect(roofline).toBe(second.roofMs / first.roofMs);
    }
    for (const { tiers } of data.blocks) {
      expect(tiers.map(({ tier }) => tier)).toEqual(["im2col", "simd"]);
      for (const { firstMs, secondMs, arrived } of tiers) expect(arrived).toBe(secondMs / firstMs);
    }
  });

  test("says whose weights it uses", async () => {
    const counts = { backends: [], seed: 5 } as const;
    const weights = randomWeights(separable, 1);
    const of = async (first: object, second: object): Promise<string> =>
      (await compareNetworks({ ...own, ...first }, { ...other, ...second }, counts)).weights;
    expect(await of({}, {})).toBe("random weights of seed 5");
    expect(await of({ weights: new Map() }, {})).toBe("random weights of seed 5"); // as a graph as JSON is loaded
    expect(await of({ weights }, {})).toBe("weights of separable, random weights of seed 5 for standard");
    expect(await of({ weights, source: "own.onnx" }, { source: "other.json" })).toBe(
      "weights of own.onnx, random weights of seed 5 for other.json",
    );
    const pool = graphBuilder("pool", [1, 4, 4, 2]);
    const bare = { graph: pool.build(pool.globalAveragePool2d(pool.input)), weights: new Map() };
    expect((await compareNetworks(bare, bare, counts)).weights).toBe("no weights");
    const data = await compareNetworks(own, bare, { rounds: 1, backends: ["im2col"] });
    expect([data.promised, data.weights]).toEqual([null, "random weights of seed 1"]);
    expect(renderText(compareReport(data))).not.toMatch(/NaN|Infinity/);
  });
});

describe("profileNetwork", () => {
  test("uses the network's own weights, and times all its layers", async () => {
    const data = await profileNetwork(
      { ...own, weights: randomWeights(separable, 3) },
      { backend: "im2col", rounds: 1 },
    );
    expect(data.weights).toBe("weights of separable");
    expect(data.backend).toBe("im2col");
    const timed = analyze(separable).layers.filter(({ kind, name }) => kind !== "other" || name.startsWith("add"));
    expect(data.layers.map(({ name }) => name)).toEqual(timed.map(({ name }) => name));
    expect(data.layersMs).toBeCloseTo(
      data.layers.reduce((total, { ms }) => total + ms, 0),
      9,
    );
  });
});

describe("sweepNetworks", () => {
  const networks = [0.5, 1].flatMap((alpha) =>
    [28, 20].map((size) => ({ graph: fashionNet({ alpha, resolution: size }), alpha })),
  );

  test("fits the line through what it measured", async () => {
    const { points, line } = await sweepNetworks(networks, { rounds: 2 });
    expect(line).toEqual(lineThrough(points.map(({ macs, ms }) => ({ x: macs, y: ms }))));
    expect(points.map(({ alpha, resolution }) => `${alpha} ${resolution}`)).toEqual([
      "0.5 28×28",
      "0.5 20×20",
      "1 28×28",
      "1 20×20",
    ]);
  });

  test("has tables by width and resolution only where the networks are a grid", async () => {
    const names = async (some: typeof networks): Promise<readonly string[]> =>
      tablesOf(sweepReport(await sweepNetworks(some, { rounds: 1 }))).map(({ name }) => name);
    expect(await names(networks)).toEqual(["networks", "macs", "times"]);
    expect(await names(networks.slice(0, 3))).toEqual(["networks"]);
    const one = sweepReport(await sweepNetworks(networks.slice(0, 2), { rounds: 1 }));
    expect(one.title).toMatch(/^Resolutions, /);
    expect(tablesOf(one).map(({ name }) => name)).toEqual(["networks"]);
    expect(chartsOf(one).map(({ file }) => file)).toEqual(["time-against-macs"]);
  });

  test("tells how long it will take, and ends if that is too long", async () => {
    const refusal = new Error("too long");
    const onEstimate = (ms: number): void => {
      expect(ms).toBeGreaterThan(0);
      throw refusal;
    };
    await expect(sweepNetworks(networks, { rounds: 2, onEstimate })).rejects.toBe(refusal);
  });
});

describe("a measurement", () => {
  test.each([
    ["compareNetworks", (options: object) => compareNetworks(own, other, { backends: ["simd"], ...options })],
    ["profileNetwork", (options: object) => profileNetwork(own, options)],
    ["sweepNetworks", (options: object) => sweepNetworks([own, other], options)],
  ])("%s reports its progress, and stops when asked", async (_, measure) => {
    const seen: (readonly [number, number])[] = [];
    await measure({ rounds: 3, onProgress: (done: number, of: number) => seen.push([done, of]) });
    expect(seen.length).toBeGreaterThan(3);
    for (const [i, [done, of]] of seen.entries()) {
      expect(done).toBeGreaterThanOrEqual(seen[i - 1]?.[0] ?? 0);
      expect(done).toBeLessThanOrEqual(of);
      expect(of).toBe(seen[0][1]);
    }
    const stop = new AbortController();
    const onProgress = (): void => stop.abort();
    await expect(measure({ rounds: 3, signal: stop.signal, onProgress })).rejects.toThrow(/abort/i);
    await expect(measure({ signal: AbortSignal.abort() })).rejects.toThrow(/abort/i);
  });

  test("leaves no session open when it fails", async () => {
    const sessions: Session[] = [];
    const { create } = Session;
    Session.create = async (...given) => {
      const session = await create(...given);
      sessions.push(session);
      return session;
    };
    const onProgress = (): void => {
      throw new Error("enough");
    };
    try {
      await expect(sweepNetworks([own, other], { onProgress })).rejects.toThrow("enough");
      await expect(profileNetwork(own, { onProgress })).rejects.toThrow("enough");
      await expect(compareNetworks(own, other, { onProgress })).rejects.toThrow("enough");
    } finally {
      Session.create = create;
    }
    expect(sessions.length).toBe(5);
    for (const session of sessions) {
      await expect(session.runAll({})).rejects.toThrow(/disposed/);
    }
  });
});

test.each([
  [() => compareNetworks({} as never, other), "compareNetworks: first: graph is undefined, needs one that"],
  [() => compareNetworks(own, null as never), "compareNetworks: second is null, needs an object"],
  [
    () => compareNetworks({ ...own, weights: randomWeights(standard, 1) }, other),
    /^compareNetworks: the weights do not fit separable:\n {2}/,
  ],
  [
    () => compareNetworks(own, other, { backends: "simd" as never }),
    'compareNetworks: backends is "simd", needs a list',
  ],
  [
    () => compareNetworks(own, other, { backends: ["gpu" as never] }),
    'compareNetworks: backends is "gpu", needs one of',
  ],
  [() => compareNetworks(own, other, { round: 3 } as never), 'compareNetworks: unknown option "round" (did you mean'],
  [() => compareNetworks(own, other, { budget: -1 }), "compareNetworks: budget is -1, needs milliseconds above 0"],
  [() => profileNetwork(own, { batch: 0 }), "profileNetwork: batch is 0, needs"],
  [() => profileNetwork(own, { backend: "auto" as never }), 'profileNetwork: backend is "auto", needs one of'],
  [() => sweepNetworks([own]), "sweepNetworks: networks are 1 with one number of MACs, needs two or more that differ"],
  [() => sweepNetworks([own, {} as never]), "sweepNetworks: networks[1]: graph is undefined, needs one that"],
  [() => measureMachine({ threads: 65 }), "measureMachine: threads is 65, needs"],
  [async () => compareReport({} as never), "compareReport: data is an Object, needs what compareNetworks returns"],
  [async () => renderHtml({ title: "x" } as never), "renderHtml: report is an Object, needs a report"],
  [async () => renderCsv(countReport(countNetwork(separable)), "layers"), 'renderCsv: table is "layers", needs one of'],
  [async () => drawChart({ kind: "pie" } as never), "drawChart: chart is an Object, needs one of kind"],
])("%s is refused: %s", async (call, message) => {
  const error = await call().then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ShapeError);
  expect((error as Error).message).toMatch(message);
});
