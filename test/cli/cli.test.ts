import { execFileSync, spawn, spawnSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { tourWithin } from "../../src/cli/commands/tour.ts";
import { readImage } from "../../src/cli/input/imageFile.ts";
import { progress, style } from "../../src/cli/terminal/terminal.ts";
import { FormatError, mobilenetV1, randomWeights, writeSafetensors } from "../../src/index.ts";
import { lineThrough } from "../../src/measure/line.ts";
import { duration } from "../../src/report/forms/numbers.ts";
import { PLAIN } from "../../src/report/forms/screen.ts";
import { table } from "../../src/report/forms/table.ts";
import { runHere as run } from "../support/cli.ts";
import { withFolder } from "../support/external.ts";
import { tempFolder } from "../support/tempFolder.ts";

/** The machine is measured in test/analysis/ceilings.test.ts; here it is said what was found. */
vi.mock("../../src/measure/ceilings.ts", async (original) => ({
  ...(await original<typeof import("../../src/measure/ceilings.ts")>()),
  machineCeilings: async ({ threads = 1 }: { threads?: number } = {}) => ({
    threads,
    simd: 60 * threads,
    fused: null,
    integers: 110 * threads,
    plain: 15,
    reads: [2 ** 14, 2 ** 18, 2 ** 22, (192 * 2 ** 20) / threads].map((bytes, i) => ({ bytes, gbps: 100 / (i + 1) })),
  }),
}));

const { folder, at } = tempFolder();
beforeAll(async () => {
  const graph = mobilenetV1({ alpha: 0.25, classes: 4 });
  writeFileSync(at("w.safetensors"), writeSafetensors(randomWeights(graph, 1)));
  for (const [name, channels] of [
    ["grey", 1],
    ["two", 2],
  ] as const) {
    const graph = mobilenetV1({ alpha: 0.25, classes: 4, channels });
    writeFileSync(at(`${name}.safetensors`), writeSafetensors(randomWeights(graph, 1)));
  }
  const pixels = Uint8Array.from({ length: 40 * 30 * 3 }, (_, i) => (i * 7) % 256);
  const ppm = Buffer.concat([Buffer.from("P6\n40 30\n255\n"), pixels]);
  writeFileSync(at("a.ppm"), ppm);
  writeFileSync(at("cut.ppm"), ppm.subarray(0, 100));
  writeFileSync(at("text.txt"), "not an image");
  const image = sharp(pixels, { raw: { width: 40, height: 30, channels: 3 } });
  const png = await image.png().toBuffer();
  writeFileSync(at("a.png"), png);
  writeFileSync(at("cut.png"), png.subarray(0, png.length / 2));
  writeFileSync(
    at("turned.jpg"),
    await image.clone().jpeg({ quality: 100 }).withMetadata({ orientation: 6 }).toBuffer(),
  );
  writeFileSync(
    at("clear.png"),
    await sharp({ create: { width: 2, height: 1, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } } })
      .png()
      .toBuffer(),
  );
  writeFileSync(
    at("grey.png"),
    await sharp(new Uint8Array([9, 200]), { raw: { width: 2, height: 1, channels: 1 } })
      .toColourspace("b-w")
      .png()
      .toBuffer(),
  );
  writeFileSync(at("a.webp"), await image.webp({ lossless: true }).toBuffer());
  writeFileSync(at("a.gif"), await image.gif().toBuffer());
  writeFileSync(at("a.tiff"), await image.tiff({ compression: "lzw" }).toBuffer());
  writeFileSync(at("a.avif"), await image.avif().toBuffer());
  writeFileSync(at("labels.txt"), "one\ntwo\nthree\nfour\n");
});
afterEach(() => vi.unstubAllEnvs());

describe("summary", () => {
  test("prints layers, kinds and every counting rule", async () => {
    const { code, out } = await run("summary");
    expect(code).toBe(0);
    for (const figure of [
      "568,740,352",
      "1,137,480,704",
      "4,210,088",
      "4,231,976",
      "4,253,864",
      "94.86 %",
      "conv_dw_13",
      "flatten",
    ]) {
      expect(out).toContain(figure);
    }
    expect(out).not.toContain("\u001b[");
  });

  test("names of models", async () => {
    for (const [name, macs] of [
      ["mobilenet_v1_0.25_128", "13,570,048"],
      ["MobileNet-V1-1.0-224-standard", "4,867,293,184"],
      ["mobilenet_v1_1.0_224_shallow", "307,323,392"],
      ["mobilenet_v1_0.5", "149,497,088"],
      ["mobilenetV1", "568,740,352"],
    ]) {
      expect((await run("summary", name)).out).toContain(macs);
    }
    expect((await run("summary", "mobilenet_v1_0.5_64x96", "--channels", "1", "--classes", "7")).out).toContain(
      "64×96×1",
    );
  });

  test("--json is the analysis", async () => {
    const { total, layers } = JSON.parse((await run("summary", "--json")).out);
    expect(total.macs).toBe(568_740_352);
    expect(layers.length).toBe(30);
  });
});

describe("inspect", () => {
  test("prints the code of a layer, with the formula beside it", async () => {
    const { code, out } = await run("inspect", "conv_dw_3", "--engine", "node-20");
    expect(code).toBe(0);
    expect(out).toContain("conv_dw_3 of mobilenet_v1_1.0_224: depthwiseConv2d 1×56×56×128 → 1×56×56×128, relu6");
    expect(out).toContain(";; y = f(acc + b), f = relu6");
    expect(out).toContain("(f32x4.add (local.get $acc00) (f32x4.mul (local.get $x0) (local.get $w00)))");
  });

  test("--precision fast, --json, another model, a layer without code", async () => {
    const { out } = await run("inspect", "conv_pw_1", "mobilenet_v1_0.25_32", "--precision", "fast", "--json");
    const { node, launches } = JSON.parse(out);
    expect(node.outputShape).toEqual([1, 16, 16, 16]);
    expect(launches[0].text).toContain("f32x4.relaxed_madd");
    expect(launches[0].units).toBe(256);
    const { out: newer } = await run("inspect", "conv_pw_3", "--engine", "node-24");
    expect(newer).toContain("for 2 r and 4 v");
    expect((await run("inspect", "flatten")).out).toContain("Nothing is emitted");
  });
});

describe("compare", () => {
  test("prints what was promised and what arrived", async () => {
    const { code, out } = await run("compare", "mobilenet_v1_0.25_32", "--quick");
    expect(code).toBe(0);
    for (const word of [
      "promised",
      "arrived",
      "naive",
      "im2col",
      "simd",
      "conv_dw_13 + conv_pw_13",
      "the same",
      "random weights of seed 1",
    ])
      expect(out).toContain(word);
    expect(out).toContain("5.76×"); // block 1 has 16 outputs: 1 / (1/16 + 1/9)
  });

  test("--json, one tier, another seed", async () => {
    const answer = JSON.parse(
      (await run("compare", "mobilenet_v1_0.25_32", "--quick", "--backend", "im2col", "--seed", "9", "--json")).out,
    );
    expect(answer.seed).toBe(9);
    expect(answer.tiers.map(({ tier }: { tier: string }) => tier)).toEqual(["im2col"]);
    const [tier] = answer.tiers;
    expect(tier.arrived).toBe(tier.second.ms / tier.first.ms);
    expect(tier.roofline).toBe(tier.second.roofMs / tier.first.roofMs);
    expect(answer.promised).toBe(answer.second.macs / answer.first.macs);
    expect(answer.blocks.length).toBe(15);
    const [stem, block] = answer.blocks;
    expect([stem.formula, block.formula]).toEqual([
      null,
      { outputs: 16, kernel: 3, multiplier: 1, groups: 1, ratio: 1 / 16 + 1 / 9 },
    ]);
    expect(block.tiers[0].arrived).toBe(block.tiers[0].secondMs / block.tiers[0].firstMs);
  });

  test("any two networks", async () => {
    const [one, two] = ["mobilenet_v1_0.25_32", "mobilenet_v1_0.5_32_shallow"];
    const { code, out } = await run("compare", one, two, "--quick", "--backend", "simd");
    expect(code).toBe(0);
    expect(out).toContain(`${one} beside ${two}`);
    for (const word of [
      "promised: MACs of the second network / MACs of the first",
      "conv_dw_2 + conv_pw_2",
      "conv_preds",
    ]) {
      expect(out).toContain(word);
    }
    expect(out).toContain("1/16 + 1/9");
    expect(out).not.toContain("twin");
  });
});

describe("measuring commands", () => {
  test("machine", async () => {
    const { code, out } = await run("machine", "--threads", "2");
    expect(code).toBe(0);
    for (const word of ["one thread", "2 threads", "WebAssembly SIMD", "plain JavaScript", "16 KiB (L1)", "memory"]) {
      expect(out).toContain(word);
    }
  });

  test("machine with more threads than there is room for every stretch", async () => {
    const { code, out } = await run("machine", "--threads", "64");
    expect(code).toBe(0);
    expect(out).toContain("64 threads");
  });

  test("profile: layers add up, shares and reasons follow from the times", async () => {
    const { code, out } = await run("profile", "mobilenet_v1_0.25_64", "--rounds", "3", "--batch", "2", "--json");
    expect(code).toBe(0);
    const { layers, layersMs, roofMs, batch, peak } = JSON.parse(out);
    expect([layers.length, batch]).toEqual([29, 2]);
    const sum = (key: string) => layers.reduce((total: number, row: Record<string, number>) => total + row[key], 0);
    expect(layersMs).toBeCloseTo(sum("ms"), 9);
    expect(roofMs).toBeCloseTo(sum("roofMs"), 9);
    for (const { macs, computeMs, warmMs, roofMs: roof, ms, share, reason } of layers) {
      expect(computeMs).toBeCloseTo((2 * macs) / peak / 1e6, 12);
      expect(roof).toBe(Math.max(computeMs, warmMs));
      expect(share).toBe(roof / ms);
      expect(["compute", "memory", "overhead"]).toContain(reason);
    }
  });

  test("blocks that one network has not are left empty", async () => {
    const { out } = await run("compare", "fashion", "mobilenet_v1_0.25_32", "--quick", "--backend", "simd");
    expect(out).not.toMatch(/Infinity|NaN/);
  });

  test("a separable network beside another one's twin is no twin", async () => {
    const { out } = await run(
      "compare",
      "mobilenet_v1_0.25_32",
      "mobilenet_v1_0.5_32_standard",
      "--quick",
      "--backend",
      "simd",
    );
    expect(out).toContain("mobilenet_v1_0.25_32 beside mobilenet_v1_0.5_32_standard");
    expect(out).not.toContain("twin");
  });

  test("sweep: every width with every resolution, and the line", async () => {
    const grid = ["--alphas", "0.25,0.5", "--resolutions", "32,64x32"];
    const { points, line } = JSON.parse((await run("sweep", ...grid, "--rounds", "2", "--json")).out);
    expect(points.map(({ name }: { name: string }) => name)).toEqual([
      "mobilenet_v1_0.25_32",
      "mobilenet_v1_0.25_64x32",
      "mobilenet_v1_0.5_32",
      "mobilenet_v1_0.5_64x32",
    ]);
    const xy = points.map(({ macs, ms }: { macs: number; ms: number }) => ({ x: macs, y: ms }));
    expect(line).toEqual(lineThrough(xy));
    const { out } = await run("sweep", "mobilenet_v1_shallow", ...grid, "--rounds", "1");
    expect(out).toContain("mobilenet_v1_0.5_64x32_shallow");
    expect(out).toMatch(/ms = -?[\d.]+ [+-] [\d.]+ · million MACs; the largest deviation is [\d.]+ %/);
  });

  test("a sweep that would take long says how long, and wants --yes", async () => {
    const { code, err } = await run("sweep", "--backend", "naive", "--rounds", "100");
    expect(code).toBe(2);
    expect(err).toMatch(
      /^sweep: 16 networks, 100 runs of each, take about \d+:\d\d(:\d\d)? .*; needs --yes, or fewer --rounds/,
    );
  });

  test("reports leave as CSV, Markdown, a page and images", async () => {
    const line = ["profile", "mobilenet_v1_0.25_32", "--rounds", "1"];
    const whole = await run(...line, "--csv");
    const csv = whole.out.split("\n");
    expect(csv[0]).toBe(
      'layer,type,MACs,"weights, bytes","input, bytes","output, bytes",FLOPs/byte,"compute, ms","warm bytes, ms","cold bytes, ms","measured, one round, ms","share of roof, one round",why',
    );
    expect(whole.out).not.toContain("\n\n"); // one table
    expect(whole.err).toBe("profile: the table layers; others: --table types\n");
    expect((await run(...line, "--csv", "--table", "types")).out).toMatch(/^type,layers,/);
    expect((await run(...line, "--csv", "--table", "rows")).code).toBe(2);
    expect((await run(...line, "--table", "types")).err).toBe("profile: --table is for --csv\n");
    expect(csv[1]).toMatch(/^conv1,conv,55296,/);
    expect(csv[1].split(",").length).toBe(csv[0].replace(/"[^"]*"/g, "").split(",").length);
    const markdown = (await run(...line, "--markdown")).out;
    expect(markdown).toMatch(/^# mobilenet_v1_0.25_32 against/);
    expect(markdown).toContain("| conv1 | conv | 55,296 |");
    expect((await run(...line, "--html", at("page.html"), "--svg", at("charts"))).code).toBe(0);
    const page = readFileSync(at("page.html"), "utf8");
    expect(page.match(/<svg /g)?.length).toBe(3);
    expect(page).toContain("<td>55,296</td>");
    expect(page).toMatch(/<td>[\d.]+ .?s\*<\/td>/);
    expect(page).toContain("* of one round: an indication, not a measurement");
    expect(page).not.toMatch(/(src|href)="(?!data:)/); // nothing comes from elsewhere
    expect(readdirSync(at("charts")).sort()).toEqual(["layers.svg", "roofline.svg", "work-and-time.svg"]);
    for (const path of ["page.html", "charts"]) {
      const again = await run(...line, path === "charts" ? "--svg" : "--html", at(path));
      expect([again.code, again.err]).toEqual([2, `profile: ${at(path)} exists, needs a new name or --force\n`]);
    }
    expect((await run(...line, "--html", at("page.html"), "--force")).code).toBe(0);
  });
});

describe("classify", () => {
  const weights = () => ["--weights", at("w.safetensors")];

  test("prints the most likely classes of each image", async () => {
    const { code, out, err } = await run(
      "classify",
      at("a.ppm"),
      at("a.png"),
      ...weights(),
      "--top",
      "2",
      "--labels",
      at("labels.txt"),
    );
    expect([code, err]).toEqual([0, ""]);
    expect(out.match(/mobilenet_v1_0\.25_224, simd/g)?.length).toBe(2);
    expect(out).toMatch(/ {2}(one|two|three|four) +\d+\.\d %/);
    expect(out).toMatch(
      /^safetensors, .*; mobilenet_v1_0\.25_224; images .* to 224×224, bilinear, rgb, grey levels tf\n\n/,
    );
    expect(out.trim().split("\n").length).toBe(8);
  });

  test("--json, --backend, --model, --normalize", async () => {
    const args = ["--backend", "naive", "--model", "mobilenet_v1_0.25_64", "--normalize", "unit", "--json"];
    const [answer] = JSON.parse((await run("classify", at("a.ppm"), ...weights(), ...args)).out);
    expect(answer).toMatchObject({ image: at("a.ppm"), model: "mobilenet_v1_0.25_64", backend: "naive" });
    expect(answer.top.length).toBe(4);
    const total = answer.top.reduce((sum: number, { probability }: { probability: number }) => sum + probability, 0);
    expect(total).toBeCloseTo(1, 6);
    expect(answer.top[0].label).toMatch(/^class [0-3]$/);
  });

  test("weights for grey images get grey images", async () => {
    const { code, out } = await run("classify", at("a.ppm"), "--weights", at("grey.safetensors"));
    expect(code).toBe(0);
    expect(out).toContain("class 0");
  });

  test("broken images are told, the others go on, the exit code is 1", async () => {
    const broken = ["cut.ppm", "none.png", "text.txt", "cut.png"].map(at);
    const { code, out, err } = await run("classify", broken[0], at("a.ppm"), ...broken.slice(1), ...weights());
    expect(code).toBe(1);
    expect(out).toContain(at("a.ppm"));
    expect(err).toContain("cut.ppm: 87 bytes of pixels, 40×30×3 needs 3600");
    expect(err).toContain("none.png: cannot be read (ENOENT");
    expect(err).toContain("text.txt: not an image of a known kind, needs JPEG, PNG");
    expect(err).toContain("cut.png: PNG cannot be decoded (");
    expect(err).toContain("4 of 5 images could not be read");
    expect(err).not.toMatch(/\n\s+at /);
  });

  test.each<[string, string[], RegExp]>([
    ["weights that are missing", ["--weights", "/none"], /^\/none: cannot be read \(ENOENT/],
    [
      "weights that are an image",
      ["--weights", at("a.ppm")],
      /a\.ppm: a file of no known kind, or cut short, needs safetensors/,
    ],
    [
      "weights for two channels",
      ["--weights", at("two.safetensors")],
      /^classify: the weights take 2 channels, an image has 3 channels, or 1 where it is grey/,
    ],
    [
      "a model that they do not fit",
      ["--weights", at("w.safetensors"), "--model", "mobilenet_v1_0.5"],
      /^classify: the weights do not fit mobilenet_v1_0.5_224:\n {2}misshaped conv1\/filter[\s\S]*\nThey fit mobilenet_v1_0.25_224: --model mobilenet_v1_0.25_224\n$/,
    ],
    [
      "labels of another count",
      ["--weights", at("w.safetensors"), "--labels", at("text.txt")],
      /text.txt: has 1 lines, the network has 4 classes/,
    ],
    ["labels that are missing", ["--weights", at("w.safetensors"), "--labels", "/none"], /^\/none: cannot be read/],
  ])("%s: exit code 1", async (_, args, message) => {
    const { code, err } = await run("classify", at("a.ppm"), ...args);
    expect(code).toBe(1);
    expect(err).toMatch(message);
  });

  withFolder("SEPARABLE_WEIGHTS", "trained weights", (weightsFolder) => {
    test("coffee is espresso, 87.7 %", async () => {
      const image = join(weightsFolder, "images", "coffee.png");
      const { code, out } = await run(
        "classify",
        image,
        "--weights",
        join(weightsFolder, "mobilenet_v1_0.25_224.f32.safetensors"),
      );
      expect(code).toBe(0);
      expect(out).toMatch(/\n {2}espresso +87\.7 %/);
    });
  });
});

describe("images", () => {
  test("all kinds give the same pixels", async () => {
    const [ppm, ...others] = await Promise.all(
      ["a.ppm", "a.png", "a.webp", "a.tiff"].map((name) => readImage(at(name))),
    );
    expect(ppm.shape).toEqual([30, 40, 3]);
    for (const other of others) expect(other.toArray()).toEqual(ppm.toArray());
    for (const name of ["a.gif", "a.avif"]) expect((await readImage(at(name))).shape).toEqual([30, 40, 3]);
  });

  test("a photograph taken on its side is turned, transparency is white, grey has three channels", async () => {
    expect((await readImage(at("turned.jpg"))).shape).toEqual([40, 30, 3]);
    expect((await readImage(at("clear.png"))).toArray()).toEqual([
      [
        [255, 255, 255],
        [255, 255, 255],
      ],
    ]);
    expect((await readImage(at("grey.png"))).toArray()).toEqual([
      [
        [9, 9, 9],
        [200, 200, 200],
      ],
    ]);
    writeFileSync(at("g.pgm"), Buffer.concat([Buffer.from("P5\n1 1\n255\n"), Buffer.from([5])]));
    expect((await readImage(at("g.pgm"))).toArray()).toEqual([[[5, 5, 5]]]);
  });
});

describe("images that are refused", () => {
  test.each<[string, string | Uint8Array, RegExp]>([
    ["a BMP", "BM............", /^\S+: BMP, needs JPEG, PNG, GIF, WebP, TIFF, AVIF, PPM \(P6\) or PGM \(P5\)$/],
    ["an SVG", '<svg xmlns="http://www.w3.org/2000/svg"/>', /: SVG, needs JPEG/],
    ["a HEIC", "\0\0\0\x18ftypheic........", /: HEIC, needs JPEG/],
    ["a plain-text PPM", "P3\n1 1\n255\n1 2 3\n", /: plain-text PNM, needs JPEG/],
    ["nothing", "", /: not an image of a known kind, needs JPEG/],
    ["a JPEG of nothing but its first bytes", Uint8Array.from([0xff, 0xd8, 0xff, 0xe0]), /: JPEG cannot be decoded \(/],
  ])("%s", async (_, data, message) => {
    writeFileSync(at("bad"), data);
    await expect(readImage(at("bad"))).rejects.toThrow(message);
    await expect(readImage(at("bad"))).rejects.toThrow(FormatError);
  });

  test("a bomb: few bytes that unpack to more than 64 million pixels", async () => {
    const black = { create: { width: 9000, height: 8000, channels: 3, background: "black" } } as const;
    writeFileSync(at("bomb.png"), await sharp(black).png().toBuffer());
    await expect(readImage(at("bomb.png"))).rejects.toThrow(
      /PNG cannot be decoded \(Input image exceeds pixel limit\)/,
    );
  });
});

describe("usage", () => {
  test.each([["--help"], ["-h"], ["help"]])("%s lists the commands", async (flag) => {
    const { code, out } = await run(flag);
    expect(code).toBe(0);
    for (const name of ["classify", "summary", "compare", "profile", "sweep", "vectors", "completion"])
      expect(out).toContain(`  ${name} `);
  });

  test.each(["classify", "summary", "compare", "inspect", "tour", "machine", "profile", "sweep", "vectors"])(
    "%s --help",
    async (name) => {
      const { code, out } = await run(name, "--help");
      expect(code).toBe(0);
      expect(out).toMatch(new RegExp(`^Usage: separable ${name}`));
    },
  );

  test.each(["classify", "pull", "summary", "compare", "profile", "train"])("help %s, and %s help", async (name) => {
    const { out } = await run(name, "--help");
    expect(await run("help", name)).toEqual({ code: 0, out, err: "" });
    expect(await run(name, "help")).toEqual({ code: 0, out, err: "" });
  });

  test("an option that help lists is one that the command takes", async () => {
    const { out } = await run("help");
    const names = [...out.matchAll(/^ {2}(\w+) +\S/gm)].map(([, name]) => name).filter((name) => name !== "separable");
    expect(names.length).toBeGreaterThan(15);
    for (const name of names) {
      const { out: help } = await run(name, "--help");
      for (const option of new Set(
        (help.match(/^ {2}--.*/gm) ?? []).flatMap((line) => line.split("  ")[1].match(/--[a-z-]+/g) ?? []),
      )) {
        const { err } = await run(name, option, "--no-such-option");
        expect(err, `${name} ${option}`).not.toContain(`no option ${option}`);
      }
    }
  });

  test("--version, -v", async () => {
    const version = await run("--version");
    expect(version.out).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(await run("-v")).toEqual(version);
  });

  test.each<[string[], RegExp]>([
    [[], /^separable: needs a command/],
    [["classfy"], /^separable: there is no command "classfy" \(did you mean "classify"\?\)/],
    [["summary", "resnet"], /^summary: there is no model "resnet"\n\nModels: a family/],
    [
      ["summary", "mobilenet_v1_0.01"],
      /^mobilenetV1: alpha is 0.01, needs a number that leaves at least 1 of 32 channels/,
    ],
    [["summary", "mobilenet_v1_1_0"], /^mobilenetV1: resolution\[0\] is 0, needs an integer >= 1/],
    [["summary", "a", "b"], /^summary: unexpected "b"/],
    [["summary", "--classes", "0"], /^summary: --classes is "0", needs an integer >= 1/],
    [["summary", "--classes", "x"], /^summary: --classes is "x", needs an integer >= 1/],
    [["summary", "--clases", "5"], /^summary: there is no option --clases/],
    [["summary", "--classes"], /^summary: Option '--classes <value>' argument missing/],
    [["compare", "--backend", "gpu"], /^compare: --backend is "gpu", needs one of all, naive, im2col, simd/],
    [["compare", "--backend", "smid"], /needs one of all, naive, im2col, simd \(did you mean "simd"\?\)/],
    [["compare", "mobilenet_v1_0.001"], /^mobilenetV1: alpha is 0.001/],
    [["compare", "mobilenet_v1", "mobilenet_v1", "fashion"], /^compare: unexpected "fashion"/],
    [["profile", "mobilenet_v5"], /^profile: there is no model "mobilenet_v5" \(did you mean "mobilenet_v1"\?\)/],
    [
      ["sweep", "mobilenet_v4_conv_small", "--alphas", "1"],
      /^sweep: mobilenet_v4_conv_small has one width, no --alphas/,
    ],
    [["profile", "--treads", "2"], /^profile: there is no option --treads \(did you mean "--threads"\?\)/],
    [["profile", "--threads", "65"], /^profile: --threads is "65", needs an integer from 1 to 64/],
    [["profile", "--csv", "--json"], /^profile: --json and --csv, needs one of them/],
    [["profile", "--html", ""], /^profile: the name of the file to write is empty/],
    [["summary", "--svg", "images"], /^summary: there is no option --svg/],
    [["compare", "--seed", "-1"], /^compare: --seed is "-1", needs an integer >= 0/],
    [["train", "--learning-rate", "-1"], /^train: --learning-rate is "-1", needs a number >= 0/],
    [["help", "nothing"], /^separable: there is no command "nothing"/],
    [["machine", "fast"], /^machine: unexpected "fast"/],
    [["sweep", "resnet"], /^sweep: there is no model "resnet"/],
    [["sweep", "--alphas", "1,wide"], /^sweep: --alphas has "wide", needs a list such as 1.0,0.75,0.5,0.25/],
    [["sweep", "--alphas", "1", "--resolutions", "224"], /^sweep: one network makes no line/],
    [["sweep", "--alphas", "1,1.0", "--resolutions", "32,32x32"], /^sweep: one network makes no line/],
    [["sweep", "fashion_0.5"], /^sweep: fashion_0.5 is one network, needs a family/],
    [["sweep", "--backend", "naive", "--threads", "2"], /^sweep: --threads 2 is for the simd tier/],
    [["profile", "--backend", "im2col", "--threads", "2"], /^profile: --threads and --precision are for the simd tier/],
    [["compare", "--backend", "naive", "--threads", "2"], /^compare: --threads 2 is for the simd tier/],
    [
      ["sweep", "--alphas", "1,0.9,0.8,0.7,0.6,0.5,0.4,0.3,0.2", "--resolutions", "32,33,34,35,36,37,38,39"],
      /^sweep: 72 networks, needs at most 64/,
    ],
    [["classify", "--weights", "w"], /^classify: needs at least one image/],
    [["classify", "--top", "3"], /^classify: needs at least one image/],
    [["classify", "a.png"], /^classify: needs --weights FILE/],
    [["classify", "a.png", "--weights", "w", "--top", "0"], /^classify: --top is "0"/],
    [
      ["classify", "a.png", "--weights", "w", "--normalize", "caffe"],
      /^classify: --normalize is "caffe", needs one of tf, torch, unit, byte, raw/,
    ],
    [["inspect"], /^inspect: needs a file, or the name of a layer/],
    [["inspect", "conv9"], /^mobilenet_v1_1.0_224 has no layer "conv9", has conv1, conv_dw_1/],
    [["inspect", "conv1", "--precision", "double"], /^inspect: --precision is "double", needs one of exact, fast/],
    [["tour", "x"], /^tour: unexpected "x"/],
  ])("%j: exit code 2", async (args, message) => {
    const { code, err } = await run(...args);
    expect(err).toMatch(message);
    expect(err).not.toMatch(/\n\s+at /);
    expect(code).toBe(2);
  });
});

describe("terminal", () => {
  test("colour only on a terminal, and not with NO_COLOR", () => {
    const before = process.stdout.isTTY;
    process.stdout.isTTY = true;
    vi.stubEnv("NO_COLOR", "");
    vi.stubEnv("FORCE_COLOR", "1");
    expect(style("bold", "x")).toContain("x");
    expect(style("bold", "x")).not.toBe("x");
    vi.stubEnv("NO_COLOR", "1");
    expect(style("bold", "x")).toBe("x");
    process.stdout.isTTY = before;
  });

  test("progress only where somebody looks", () => {
    const write = vi.spyOn(process.stderr, "write").mockReturnValue(true);
    const before = process.stderr.isTTY;
    process.stderr.isTTY = false;
    progress("hidden");
    process.stderr.isTTY = true;
    progress("shown");
    process.stderr.isTTY = before;
    expect(write.mock.calls.map(([text]) => String(text))).toEqual(["\r\u001b[Kshown"]);
    write.mockRestore();
  });

  test("durations have a unit that suits", () => {
    expect([0.00423, 0.1234, 12.34, 123.4, 12340].map(duration)).toEqual([
      "4.2 µs",
      "0.12 ms",
      "12.3 ms",
      "123 ms",
      "12.34 s",
    ]);
  });

  test("tables align", () => {
    expect(table([{ title: "a", align: "left" }, { title: "n" }], [["x", "1"], [], ["long", "22"]], PLAIN)).toBe(
      ["a      n", "────────", "x      1", "────────", "long  22"].join("\n"),
    );
  });
});

test.each(["80", "60", "40"])("tables fit %s columns", async (columns) => {
  vi.stubEnv("COLUMNS", columns);
  const lines: [string, number][] = [
    ["compare", 2],
    ["summary", 1],
    ["profile", 1],
    ["papers", 0],
    ["count", 0],
    ["pull", 0],
  ];
  for (const [name, extra] of lines) {
    const model = extra > 0 ? ["mobilenet_v1_0.25_32"] : [];
    const { out } = await run(
      name,
      ...model,
      ...(name === "compare" ? ["--quick", "--backend", "simd"] : []),
      ...(name === "profile" ? ["--rounds", "1"] : []),
    );
    const lines = out.split("\n");
    expect(lines.filter((line) => /^─+$/.test(line)).length).toBeGreaterThan(0);
    // Two columns of a table may need 46, and a path cannot be broken.
    const long = lines.filter((line) => line.length > Math.max(Number(columns), 46) && /\S\s/.test(line));
    expect(long, name).toEqual([]);
  }
});

test.each(["compare", "summary", "count", "papers", "profile", "machine"])(
  "--csv of %s has the tables that its help names",
  async (name) => {
    const help = (await run(name, "--help")).out;
    const [, first, others = ""] =
      /--csv +the table (\w+), numbers as they are(?:; --table NAME for another: ([\w, ]+))?/.exec(help) ?? [];
    const quick = { profile: ["--rounds", "1"], compare: ["--quick"] }[name];
    const args = quick === undefined ? [] : ["mobilenet_v1_0.25_32", ...quick];
    const { err } = await run(name, ...args, "--csv");
    expect(err).toBe(others === "" ? "" : `${name}: the table ${first}; others: --table ${others}\n`);
    const [titles] = (await run(name, ...args, "--csv", "--table", first)).out.split("\n");
    expect((await run(name, ...args, "--csv")).out.split("\n")[0]).toBe(titles);
    for (const other of others === "" ? [] : others.split(", ")) {
      const { code, out } = await run(name, ...args, "--csv", "--table", other);
      expect([code, out.startsWith(titles)], other).toEqual([0, false]);
    }
  },
);

test("a table that is not there is refused before anything is measured", async () => {
  const { code, err } = await run("compare", "--csv", "--table", "block");
  expect([code, err]).toEqual([2, expect.stringContaining('--table is "block", needs one of blocks, totals, macs')]);
});

test("a tour without time shows images and counts, measures the fast tier, and names what it skips", async () => {
  const spy = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  await tourWithin(0);
  const out = spy.mock.calls.map(([text]) => String(text)).join("");
  spy.mockRestore();
  const words = [
    "26 of 28 right",
    "568,740,352",
    "Promised and arrived",
    "no time was left: im2col, naive",
    "What to type next",
  ];
  const positions = words.map((said) => out.indexOf(said));
  expect(positions).toEqual([...positions].sort((a, b) => a - b));
  expect(positions[0]).toBeGreaterThan(0);
});

test("one round is marked, and its ratios with it", async () => {
  vi.stubEnv("COLUMNS", "200");
  const { out } = await run("compare", "mobilenet_v1_0.25_32", "--quick");
  const rows = out
    .slice(out.indexOf("Promised and arrived, block"))
    .split("\n")
    .filter((line) => /^(conv|naive|im2col|simd)/.test(line));
  expect(rows.length).toBeGreaterThan(15);
  for (const row of rows.filter((line) => line.startsWith("conv_dw"))) {
    expect(row).toMatch(/^conv_dw_\d+ \+ conv_pw_\d+( +[\d.]+×){1,2}( +[\d.]+×\*){3}( +[\d.]+ .?s\*){2}$/);
  }
  expect(out).toContain("* of one round: an indication, not a measurement");
});

/** How a program ends that gets SIGINT; later where it was too early, before the program listens. */
async function interrupted(args: readonly string[], delay = 700): Promise<[number | null, string | null, string]> {
  const child = spawn("node", args, { stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  child.stderr.on("data", (text) => {
    said += text;
  });
  setTimeout(() => child.kill("SIGINT"), delay);
  return new Promise((resolve) => {
    child.once("close", (code, signal) => {
      resolve(signal !== null && delay < 10_000 ? interrupted(args, 2 * delay) : [code, signal, said]);
    });
  });
}

test("Ctrl-C ends with 130 and says what was kept, wherever it comes", async () => {
  const main = new URL("../../dist/cli/main.js", import.meta.url).pathname;
  for (const args of [
    ["compare"],
    ["machine"],
    ["vectors", "--random-suite", "9999", "--format", "json", "--output", at("suite")],
  ]) {
    const [code, signal, said] = await interrupted([main, ...args]);
    expect([args[0], code, signal]).toEqual([args[0], 130, null]);
    expect(said).toMatch(/stopped; nothing was written\n$/);
  }
  expect(readdirSync(folder).filter((name) => name.startsWith("suite"))).toEqual([]);
});

test("files that cannot be written say why", async () => {
  const args = ["vectors", "--format", "json", "--output"];
  expect((await run(...args, at("no/folder/x.json"))).err).toMatch(
    /cannot be written \(ENOENT: its folder does not exist\)/,
  );
  expect((await run(...args, at("a.ppm/x.json"))).err).toMatch(/its folder does not exist/);
});

test("the built command runs in a process of its own", () => {
  const main = new URL("../../dist/cli/main.js", import.meta.url).pathname;
  expect(execFileSync("node", [main, "summary", "mobilenet_v1_0.25_128"], { encoding: "utf8" })).toContain(
    "13,570,048",
  );
  const wrong = spawnSync("node", [main, "nothing"], { encoding: "utf8" });
  expect([wrong.status, wrong.stderr.split("\n")[0]]).toEqual([2, 'separable: there is no command "nothing"']);
  const head = spawnSync("sh", ["-c", `node ${main} summary | head -1`], { encoding: "utf8" });
  expect([head.stdout, head.stderr]).toEqual(["mobilenet_v1_1.0_224\n", ""]);
});
