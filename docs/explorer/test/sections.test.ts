/**
 * Every section, used as a person would: by mouse, by keys alone, by finger; its numbers are compared with the
 * engine's.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  analyze,
  fashionNet,
  fashionSample,
  mobilenetV1,
  mobilenetV2,
  mobilenetV4,
  randomWeights,
  readWeights,
  Session,
  separableSaving,
  Tensor,
  TIERS,
  type Weights,
  writeModel,
  writeSafetensors,
} from "../../../src/index.ts";
import { kerasFile } from "../../../test/support/kerasFiles.ts";
import { halved } from "../build/embeddedWeights.ts";
import { CHECKS } from "../claims/checks.ts";
import { CLAIMS } from "../claims/claims.ts";
import { fingerprintOf, JOBS } from "../engine/jobs.ts";
import { experiment, type Settings } from "../step/experiment.ts";
import { counted } from "../step/images.ts";
import { zh } from "../text/zh.ts";
import { launch, type Site, section, serveFiles, slide, visit } from "./browser.ts";

let browser: Browser;
let site: Site;
let folder: string;
/** The weights as the page has them: in float16. */
let weights: Weights;
beforeAll(async () => {
  [browser, site] = await Promise.all([launch(), serveFiles(true)]);
  folder = mkdtempSync(join(tmpdir(), "separable-page-"));
  const file = readFileSync(join(import.meta.dirname, "../../../src/data/embedded/fashion.safetensors"));
  weights = (await readWeights(halved(new Uint8Array(file)))).weights;
});
afterAll(async () => {
  await browser.close();
  site.close();
  rmSync(folder, { recursive: true });
});

/** The middle of a cell of a grid whose cells have so many pixels. */
function cellAt(pixels: number, row: number, column: number): { x: number; y: number } {
  return { x: (column + 0.5) * (pixels + 1), y: (row + 0.5) * (pixels + 1) };
}

const SETTINGS: Settings = {
  H: 4,
  W: 5,
  channels: 3,
  outputs: 2,
  kernel: 3,
  stride: 1,
  rule: "same",
  dilation: 1,
  multiplier: 1,
};

describe("1: step", () => {
  const panel = (page: Page, kind: string) => page.locator(`#step [data-kind=${kind}]`);
  const value = (page: Page, kind: string) => panel(page, kind).locator(".sum .value").innerText();

  test("by mouse: pointing at an output shows its sum, which is the engine's", async () => {
    const { page, leave } = await visit(browser, `${site.url}#step`);
    const { standard, depthwise, pointwise } = experiment(SETTINGS, counted(SETTINGS));
    const outputs = panel(page, "standard").locator(".grid.pickable").nth(1);
    const first = await value(page, "standard");
    await outputs.hover({ position: cellAt(32, 2, 3) });
    expect(await value(page, "standard")).toBe(String(standard.output.at(0, 2, 3, 1)));
    expect(await value(page, "depthwise")).toBe(String(depthwise.output.at(0, 2, 3, 1)));
    expect(await value(page, "pointwise")).toBe(String(pointwise.output.at(0, 2, 3, 1)));
    expect(await page.locator("#step .agrees").count()).toBe(3);
    expect(await page.locator("#step .differs").count()).toBe(0);
    expect(await panel(page, "standard").locator(".cost strong").innerText()).toBe(String(((2 * 5 + 3) * 2 + 2) * 27));
    expect(await page.locator("#step .costs").innerText()).toContain("Multiply-accumulates: standard 1,080");
    await page.mouse.move(2, 300);
    expect(await value(page, "standard")).toBe(first); // it was only looked at
    await outputs.click({ position: cellAt(32, 2, 3) });
    await page.mouse.move(2, 300);
    expect(await value(page, "standard")).toBe(String(standard.output.at(0, 2, 3, 1)));
    await leave();
  });

  test("by keys: product by product", async () => {
    const { page, leave } = await visit(browser, `${site.url}#step`);
    await page.locator("#step .stage").focus();
    const { standard } = experiment(SETTINGS, counted(SETTINGS));
    await page.keyboard.press("ArrowRight"); // the first product of the second channel
    const cost = panel(page, "standard").locator(".cost strong");
    expect(await cost.innerText()).toBe("28");
    for (let i = 0; i < 26; i++) await page.keyboard.press("ArrowRight");
    expect(await cost.innerText()).toBe("54");
    expect(await value(page, "standard")).toBe(String(standard.output.at(0, 0, 0, 1)));
    await page.keyboard.press("ArrowLeft");
    expect(await cost.innerText()).toBe("53");
    // Two outputs have their sums here; the depthwise convolution has a third channel, in whose turn they stay.
    await page.keyboard.press("ArrowDown");
    expect(await cost.innerText()).toBe("54");
    await page.keyboard.press("ArrowDown");
    expect(await value(page, "standard")).toBe(String(standard.output.at(0, 0, 1, 0)));
    await page.keyboard.press("Home");
    expect(await value(page, "standard")).toBe(String(standard.output.at(0, 0, 0, 0)));
    await leave();
  });

  test("by finger: buttons, and a tap on an output", async () => {
    const { page, leave } = await visit(browser, `${site.url}#step`, {
      hasTouch: true,
      viewport: { width: 390, height: 800 },
    });
    await page.getByRole("button", { name: "Next value" }).tap();
    const { standard } = experiment(SETTINGS, counted(SETTINGS));
    expect(await value(page, "standard")).toBe(String(standard.output.at(0, 0, 0, 1)));
    const first = panel(page, "standard").locator(".grid.pickable").first();
    await first.tap({ position: cellAt(32, 1, 2) });
    expect(await value(page, "standard")).toBe(String(standard.output.at(0, 1, 2, 0)));
    await leave();
  });

  test("every slider and rule; the numbers follow", async () => {
    const { page, leave } = await visit(browser, `${site.url}#step`);
    await slide(page, "step", "Rows", 6);
    await slide(page, "step", "Columns", 5);
    await slide(page, "step", "Channels", 1);
    await slide(page, "step", "Outputs O", 2);
    await slide(page, "step", "Kernel k", 1);
    await slide(page, "step", "Stride", 1);
    await slide(page, "step", "Dilation", 1);
    await slide(page, "step", "Multiplier", 1);
    await page.locator("#step").getByLabel("Padding").selectOption("symmetric");
    const settings: Settings = {
      H: 7,
      W: 6,
      channels: 2,
      outputs: 3,
      kernel: 2,
      stride: 2,
      rule: "symmetric",
      dilation: 2,
      multiplier: 2,
    };
    const stages = experiment(settings, counted(settings));
    await page.locator("#step .stage").focus();
    await page.keyboard.press("ArrowDown");
    for (const kind of ["standard", "depthwise", "pointwise"] as const) {
      expect(await value(page, kind)).toBe(String(stages[kind].output.at(0, 0, 0, 1)));
    }
    await leave();
  });

  test("TensorFlow's and PyTorch's padding beside each other; im2col shows the same sum", async () => {
    const { page, leave } = await visit(browser, `${site.url}#step`);
    await slide(page, "step", "Columns", 7);
    await slide(page, "step", "Stride", 1);
    await expect
      .poll(() => page.locator("#step .rules figcaption").allInnerTexts())
      .toEqual([
        "same (TensorFlow): 0 left, 1 right, 4 windows",
        "half the kernel on all sides (PyTorch): 1 left, 1 right, 4 windows",
      ]);
    const shown = await page.locator("#step .patches .sum").innerText();
    expect(shown).toContain(`= ${await value(page, "standard")}`);
    await leave();
  });

  test("typed numbers, an image, a photo; what is none of them is told", async () => {
    const { page, leave } = await visit(browser, `${site.url}#step`);
    const source = page.locator("#step").getByLabel("Numbers");
    await source.selectOption("typed");
    const typed = page.locator("#step").getByLabel("typed in");
    await typed.fill("1 2 x");
    for (const word of ["x", "1e39", "--1"]) {
      await typed.fill(`1 2 ${word}`);
      expect(await page.locator("#step .trouble").innerText()).toBe(`"${word}" is no number that float32 can hold.`);
    }
    await typed.fill("１２　−３，4.５");
    const label = (): Promise<string | null> =>
      panel(page, "standard").locator(".grid").first().getAttribute("aria-label");
    await expect.poll(label).toContain("12"); // it is written once nothing moves
    await typed.fill(Array.from({ length: 60 }, () => "1").join(" "));
    expect(await page.locator("#step .trouble").innerText()).toBe("");
    expect(await page.locator("#step .agrees").count()).toBe(3);
    await source.selectOption("image");
    await page.locator("#step").getByLabel("Image").selectOption("2");
    expect(await page.locator("#step .agrees").count()).toBe(3);
    await source.selectOption("photo");
    const first = await panel(page, "standard").locator(".sum .value").innerText();
    expect(await page.locator("#step .agrees").count()).toBe(3);
    const photo = page.locator("#step").getByLabel("Another photo");
    await photo.setInputFiles({ name: "a.png", mimeType: "image/png", buffer: Buffer.from("no image") });
    await expect.poll(() => page.locator("#step .trouble").innerText()).toContain("a.png is no image");
    await photo.setInputFiles({ name: "b.svg", mimeType: "image/svg+xml", buffer: Buffer.from(SVG) });
    await expect.poll(() => value(page, "standard")).not.toBe(first);
    expect(await page.locator("#step .agrees").count()).toBe(3);
    await leave();
  });

  test("a kernel that does not fit says why", async () => {
    const { page, leave } = await visit(browser, `${site.url}#step`);
    await page.locator("#step").getByLabel("Padding").selectOption("valid");
    await slide(page, "step", "Kernel k", 4);
    expect(await page.locator("#step .trouble").innerText()).toBe(
      "There is no output: the kernel reaches over 5 pixels, the padded image has 4 × 5.",
    );
    await slide(page, "step", "Kernel k", 1);
    expect(await page.locator("#step .agrees").count()).toBe(3);
    await leave();
  });

  test("it plays, and stops", async () => {
    const { page, leave } = await visit(browser, `${site.url}#step`);
    const cost = () => panel(page, "standard").locator(".cost strong").innerText();
    await page.locator("#step").getByRole("button", { name: "Play" }).click();
    await expect.poll(cost).toBe("1"); // from the first product on
    await expect.poll(cost).toBe("3");
    await page.locator("#step").getByRole("button", { name: "Pause" }).click();
    const stood = await cost();
    await page.waitForTimeout(500);
    expect(await cost()).toBe(stood);
    await page.locator("#step").getByRole("button", { name: "Play" }).waitFor();
    for (const label of ["Rows", "Columns", "Channels", "Kernel k"]) await slide(page, "step", label, 0);
    await page.locator("#step").getByRole("button", { name: "Play" }).click();
    await page.waitForTimeout(1500);
    expect(await page.locator("#step").getByRole("button", { name: "Pause" }).count()).toBe(0); // it has come to the end
    await leave();
  });
});

const SVG =
  '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="200"><rect width="150" height="200" fill="red"/></svg>';

test("2: predict, see, and measure on three tiers", async () => {
  const { page, leave } = await visit(browser, `${site.url}#step`);
  const own = await section(page, "predict");
  await slide(page, "predict", "Outputs O", 3);
  await slide(page, "predict", "Inputs", 2);
  await slide(page, "predict", "Image", 1);
  await slide(page, "predict", "My guess", 13);
  await own.getByRole("button", { name: "See" }).focus();
  await page.keyboard.press("Enter");
  expect(await own.locator(".value").innerText()).toBe(separableSaving(32, 3).toFixed(2));
  expect(await own.locator(".answer").innerText()).toContain("Well guessed: you said 7×, it is 7.02×");
  const widths = await own.locator(".fill").evaluateAll((all) => all.map((one) => (one as HTMLElement).offsetWidth));
  expect(widths[0] / (widths[1] + widths[2])).toBeCloseTo(7.02, 0);
  await own.getByRole("button", { name: "Measure here" }).click();
  await expect.poll(() => own.locator("tbody tr").count(), { timeout: 60_000 }).toBe(3);
  const rows = await own.locator("tbody tr").allInnerTexts();
  expect(rows.map((row) => row.split("\t")[0])).toEqual(["simd", "im2col", "naive"]);
  expect(rows.every((row) => /\d (ms|µs)\t.*\d (ms|µs)\t[\d.]+×/.test(row))).toBe(true);
  await leave();
});

describe("3: map", () => {
  test("V1 to V4 from their graphs, by mouse and keys", async () => {
    const { page, leave } = await visit(browser, `${site.url}#step`);
    const own = await section(page, "map");
    for (const [name, graph] of [
      ["MobileNetV1 1.0", mobilenetV1()],
      ["MobileNetV2 1.0", mobilenetV2()],
      ["MobileNetV4 large", mobilenetV4({ size: "large" })],
    ] as const) {
      await own.getByLabel("Network").selectOption(name);
      const { total, layers } = analyze(graph);
      const text = new Intl.NumberFormat("en").format(total.macs);
      expect(await own.locator(".totals").innerText()).toContain(text);
      const shown = layers.filter(({ kind, macs }) => macs > 0 || kind === "pool");
      expect(await own.locator("[data-layer]").count()).toBe(shown.length);
      const [box, disc] = [own.locator("[data-layer] .box"), own.locator("[data-layer] .disc")];
      const last = shown.length - 1;
      const channels = shown[last].outputShape[shown[last].outputShape.length - 1];
      expect(Number(await box.nth(last).getAttribute("width"))).toBeCloseTo(channels / 16, 6);
      const areas = await disc.evaluateAll((all) => all.map((one) => Number(one.getAttribute("r")) ** 2));
      expect(areas[1] / areas[0]).toBeCloseTo(shown[1].macs / shown[0].macs, 6);
    }
    await own.getByLabel("Network").selectOption("MobileNetV1 1.0");
    await own.locator("[data-layer=conv1]").focus();
    await page.keyboard.press("Enter");
    await page.keyboard.press("ArrowRight");
    expect(await own.locator(".detail h3").innerText()).toBe("conv_dw_1");
    const facts = await own.locator(".detail dl").innerText();
    expect(facts).toContain("112×112×32 → 112×112×32");
    expect(facts).toContain("3,612,672 (0.6 %)");
    for (const tier of TIERS) {
      await own.getByRole("button", { name: tier, exact: true }).click();
      const code = await own.locator(".code").first().innerText();
      expect(code).toMatch(tier === "simd" ? /\(func \$pixels/ : /export function depthwiseConv2d/);
    }
    await leave();
  });

  test("times of the layers, here", async () => {
    const { page, leave } = await visit(browser, `${site.url}#step`);
    const own = await section(page, "map");
    await own.getByLabel("Network").selectOption("MobileNetV1 0.25");
    await own.locator("[data-layer=conv_pw_3]").click();
    expect(await own.locator(".detail dl").innerText()).toContain("not measured yet");
    await own.getByRole("button", { name: "Time it here" }).click();
    await expect
      .poll(() => own.locator(".detail dl").innerText(), { timeout: 30_000 })
      .toMatch(/[\d.]+ (µs|ms) \(MobileNetV1 0.25, simd\)/);
    const threads = `simd, ${Math.min(availableParallelism(), 4)} threads`;
    await own.getByLabel("Tier").selectOption(threads);
    expect(await own.locator(".detail dl").innerText()).toContain("not measured yet");
    await own.getByRole("button", { name: "Time it here" }).click();
    await expect
      .poll(() => own.locator(".totals").innerText(), { timeout: 30_000 })
      .toMatch(new RegExp(`takes [\\d.]+ (µs|ms) here \\(MobileNetV1 0.25, ${threads}\\)`));
    await leave();
  });

  test("what the trained network has learned, and its feature maps", async () => {
    const { page, leave } = await visit(browser, `${site.url}#step`);
    await section(page, "draw");
    await page.locator("#draw code[data-tier=simd]").waitFor();
    const own = await section(page, "map");
    await own.getByLabel("Network").selectOption("fashion");
    await own.locator("[data-layer=conv_dw_1]").click();
    await expect.poll(() => own.locator(".taps canvas").count()).toBe(16);
    await expect.poll(() => own.locator(".maps canvas").count()).toBe(16);
    // The maps are the network's own numbers, from black to white.
    const graph = fashionNet();
    const { pixels } = await fashionSample();
    const input = new Tensor(
      Float32Array.from(pixels.subarray(0, 784), (level) => level / 255),
      [1, 28, 28, 1],
    );
    const whole = graph.nodes.findIndex(({ name }) => name === "conv_dw_1");
    const nodes = graph.nodes.slice(0, whole + 3);
    const names = new Set(nodes.flatMap((node) => Object.values(node.weights)).map(({ name }) => name));
    const part = { ...graph, nodes, output: nodes[nodes.length - 1].name };
    const session = await Session.create(part, new Map([...weights].filter(([name]) => names.has(name))));
    const y = await session.run(input);
    const channel = Float32Array.from({ length: 784 }, (_, i) => y.data[i * 16 + 5]);
    const [min, max] = [Math.min(...channel), Math.max(...channel)];
    const shown = await own
      .locator(".maps canvas")
      .nth(5)
      .evaluate((canvas) => {
        const context = (canvas as HTMLCanvasElement).getContext("2d") as CanvasRenderingContext2D;
        const { data } = context.getImageData(0, 0, 28, 28);
        return Array.from({ length: 784 }, (_, i) => data[4 * i]);
      });
    const worst = shown.reduce(
      (off, level, i) => Math.max(off, Math.abs(level - (255 * (channel[i] - min)) / (max - min))),
      0,
    );
    expect(worst).toBeLessThan(1.01);
    await leave();
  });
});

describe("4: draw", () => {
  test("the scores have the bits that Node computes, on every tier, for one thread and several", async () => {
    const { pixels, labels } = await fashionSample();
    const plain = await serveFiles(false);
    for (const url of [site.url, plain.url]) {
      const { page, leave } = await visit(browser, `${url}#step`);
      const own = await section(page, "draw");
      for (const which of [3, 8]) {
        await own.locator(".thumb").nth(which).click();
        const data = Float32Array.from(pixels.subarray(which * 784, (which + 1) * 784), (level) => level / 255);
        for (const backend of TIERS) {
          const session = await Session.create(fashionNet(), weights, { backend });
          const scores = await session.run(new Tensor(data, [1, 28, 28, 1]));
          session.dispose();
          const expected = fingerprintOf(scores.toFloat32Array());
          await expect.poll(() => own.locator(`code[data-tier=${backend}]`).innerText()).toBe(expected);
        }
        expect(Number(await own.locator("[data-top]").getAttribute("data-top"))).toBe(labels[which]);
      }
      await leave();
    }
    plain.close();
  });

  test("drawn by mouse, by finger and by keys", async () => {
    const { page, leave } = await visit(browser, `${site.url}#step`, { hasTouch: true });
    const own = await section(page, "draw");
    await own.locator("code[data-tier=simd]").waitFor();
    const pad = own.locator(".pad");
    /** How many pixels an act lights, of a pad that was cleared before it. */
    const lit = async (act: () => Promise<unknown>): Promise<number> => {
      await own.getByRole("button", { name: "Clear" }).click();
      await pad.scrollIntoViewIfNeeded();
      await act();
      return pad.evaluate((canvas) => {
        const context = (canvas as HTMLCanvasElement).getContext("2d") as CanvasRenderingContext2D;
        const { data } = context.getImageData(0, 0, 28, 28);
        return Array.from({ length: 784 }, (_, i) => data[4 * i + 2]).filter((blue) => blue > 127).length;
      });
    };
    const first = await own.locator("code[data-tier=naive]").innerText();
    const at = async (row: number, column: number): Promise<readonly [number, number]> => {
      const box = await pad.boundingBox();
      if (box === null) throw new Error("the pad is not there");
      return [box.x + ((column + 0.5) * box.width) / 28, box.y + ((row + 0.5) * box.height) / 28];
    };
    expect(await lit(async () => {})).toBe(0);
    const stroke = async (button: "left" | "right"): Promise<void> => {
      await page.mouse.move(...(await at(6, 8)));
      await page.mouse.down({ button });
      await page.mouse.move(...(await at(22, 8)), { steps: 8 });
      await page.mouse.up({ button });
    };
    expect(await lit(() => stroke("left"))).toBeGreaterThan(16);
    expect(await lit(() => stroke("right"))).toBe(0);
    expect(await lit(async () => page.touchscreen.tap(...(await at(10, 20))))).toBeGreaterThan(0);
    await pad.focus();
    const byKeys = async (...keys: readonly string[]): Promise<void> => {
      await pad.focus();
      for (const key of keys) await page.keyboard.press(key);
    };
    expect(await lit(() => byKeys("ArrowDown", "ArrowDown"))).toBe(0);
    const dot = await lit(() => byKeys("Space"));
    expect(dot).toBeGreaterThan(0);
    expect(await lit(() => byKeys(...Array.from({ length: 6 }, () => "Shift+ArrowRight")))).toBeGreaterThan(dot);
    await expect.poll(() => own.locator("code[data-tier=naive]").innerText()).not.toBe(first);
    await leave();
  });

  test("a dropped network and a photo; what is neither is told", async () => {
    const graph = mobilenetV1({ alpha: 0.25, resolution: 224 });
    writeFileSync(join(folder, "v1.safetensors"), writeSafetensors(randomWeights(graph, 1)));
    const cut = [...randomWeights(graph, 1)].filter(([name]) => !/^conv_pw_\d+_bn\/bias$/.test(name));
    writeFileSync(join(folder, "cut.safetensors"), writeSafetensors(new Map(cut)));
    writeFileSync(join(folder, "photo.svg"), SVG);
    writeFileSync(join(folder, "broken.safetensors"), "hello, this is no network");
    const { page, leave } = await visit(browser, `${site.url}#step`);
    const own = await section(page, "draw");
    const files = own.getByLabel("Files: drop them here, or choose");
    await files.setInputFiles(join(folder, "broken.safetensors"));
    await expect
      .poll(() => own.locator(".trouble").innerText())
      .toContain("No network that can be read: broken.safetensors");
    await files.setInputFiles(join(folder, "cut.safetensors"));
    await expect
      .poll(() => own.locator(".trouble").innerText())
      .toBe(
        [
          "No network that can be read: cut.safetensors: the weights do not fit mobilenet_v1_0.25_224:",
          ...[16, 32, 32, 64, 64].map((width, i) => `missing conv_pw_${i + 1}_bn/bias, needs ${width}`),
          "…",
        ].join("\n"),
      );
    await files.setInputFiles(join(folder, "v1.safetensors"));
    await expect
      .poll(() => own.innerText())
      .toContain("v1.safetensors: safetensors, separable, mobilenet_v1_0.25_224, takes 224×224×3.");
    const answer = own.locator(".answer").nth(1);
    const print = () => answer.locator("code[data-tier=simd]").innerText();
    await expect.poll(() => answer.locator("code").count(), { timeout: 60_000 }).toBe(3);
    expect(await own.getByLabel("Resolution").inputValue()).toBe("224");
    await own.getByLabel("Resolution").selectOption("128");
    await expect.poll(() => own.innerText()).toContain("takes 128×128×3.");
    await expect.poll(() => answer.locator("code").count(), { timeout: 60_000 }).toBe(3);
    const ofChelsea = await print();
    await files.setInputFiles(join(folder, "photo.svg"));
    await expect.poll(() => own.innerText()).toContain("Photo 200×300×3.");
    await expect.poll(() => answer.locator("code").count(), { timeout: 60_000 }).toBe(3);
    expect(await print()).not.toBe(ofChelsea);
    const map = await section(page, "map");
    await map.getByLabel("Network").selectOption("dropped");
    await map.locator("[data-layer=conv_pw_1]").click();
    await expect.poll(() => map.locator(".maps canvas").count()).toBe(16);
    const roof = await section(page, "roofline");
    await roof.getByLabel("Network").selectOption("dropped");
    await roof.getByRole("button", { name: "Measure" }).click();
    await expect.poll(() => roof.locator(".dot").count(), { timeout: 60_000 }).toBe(28);
    await leave();
  });

  test("a network of TensorFlow Lite, and the names of its classes beside it", async () => {
    const graph = mobilenetV1({ alpha: 0.25, resolution: 128, classes: 3 });
    writeFileSync(join(folder, "own.tflite"), await writeModel(graph, randomWeights(graph, 1), "tflite"));
    writeFileSync(join(folder, "labels.txt"), "0 cat\n1 dog\n2 hen\n");
    const { page, leave } = await visit(browser, `${site.url}#step`);
    const own = await section(page, "draw");
    const files = own.getByLabel("Files: drop them here, or choose");
    await files.setInputFiles(["own.tflite", "labels.txt"].map((name) => join(folder, name)));
    await expect.poll(() => own.innerText()).toContain("own.tflite: tflite");
    const answer = own.locator(".answer").nth(1);
    await expect.poll(() => answer.locator("code").count(), { timeout: 60_000 }).toBe(3);
    expect(await answer.innerText()).toMatch(/cat|dog|hen/);
    await leave();
  });

  test.each<readonly [name: string, files: () => Promise<Readonly<Record<string, Uint8Array | string>>>]>([
    ["keras", async () => ({ "whole.keras": kerasFile("whole.keras") })],
    ["keras", async () => ({ "keras_model.h5": kerasFile("whole.h5") })],
    [
      "tfjs",
      async () => {
        const graph = mobilenetV1({ alpha: 0.25, resolution: 128, classes: 3 });
        const files = await writeModel(graph, randomWeights(graph, 1), "tfjs");
        return { ...Object.fromEntries(files), "metadata.json": '{"labels":["cat","dog","hen"]}' };
      },
    ],
    [
      "onnx",
      async () => {
        const graph = mobilenetV1({ alpha: 0.25, resolution: 128, classes: 3 });
        return { "own.onnx": await writeModel(graph, randomWeights(graph, 1), "onnx") };
      },
    ],
    [
      "npz",
      async () => {
        const graph = mobilenetV1({ alpha: 0.25, resolution: 128, classes: 3 });
        return { "own.npz": await writeModel(graph, randomWeights(graph, 1), "npz") };
      },
    ],
  ])("a network of %s from a drop, read in the worker, with no request to another host", async (format, make) => {
    const { page, requests, leave } = await visit(browser, `${site.url}#step`);
    const own = await section(page, "draw");
    const given = Object.entries(await make()).map(([name, content]) => {
      return { name, mimeType: "application/octet-stream", buffer: Buffer.from(content) };
    });
    await own.getByLabel("Files: drop them here, or choose").setInputFiles(given);
    await expect.poll(() => own.innerText(), { timeout: 15_000 }).toContain(`${given[0].name}: ${format}`);
    const answer = own.locator(".answer").nth(1);
    await expect.poll(() => answer.locator("code").count(), { timeout: 60_000 }).toBe(3);
    if (given.length > 1) expect(await answer.innerText()).toMatch(/cat|dog|hen/);
    expect(requests.every((address) => address.startsWith(site.url))).toBe(true);
    await leave();
  });

  test("a photo of a hundred megapixels", async () => {
    const large = SVG.replace('width="300" height="200"', 'width="12500" height="8000" viewBox="0 0 300 200"');
    const { page, leave } = await visit(browser, `${site.url}#step`);
    const own = await section(page, "draw");
    await own
      .getByLabel("Files: drop them here, or choose")
      .setInputFiles({ name: "large.svg", mimeType: "image/svg+xml", buffer: Buffer.from(large) });
    await expect.poll(() => own.innerText(), { timeout: 60_000 }).toContain("Photo 655×1024×3.");
    await leave();
  });
});

test("5: the roofline of this browser: a dot and a story for each layer", async () => {
  const { page, leave } = await visit(browser, `${site.url}#step`);
  const own = await section(page, "roofline");
  await own.getByLabel("Network").selectOption("MobileNetV1 0.25");
  await own.getByRole("button", { name: "Measure" }).click();
  await own.locator("svg").waitFor({ timeout: 60_000 });
  const layers = analyze(mobilenetV1({ alpha: 0.25 })).layers.filter(({ macs }) => macs > 0);
  expect(await own.locator(".dot").count()).toBe(layers.length);
  await own.locator(".dot").nth(4).hover({ force: true });
  await own.locator(".dot").nth(4).focus();
  expect(await own.locator(".story").innerText()).toMatch(
    new RegExp(`^${layers[4].name} takes .* GFLOP/s at .* FLOPs per byte`),
  );
  await leave();
});

test("6: 23 sentences, 23 checks that hold, in both languages", async () => {
  expect(CLAIMS.map(({ id }) => id)).toEqual(Object.keys(CHECKS));
  expect(Object.keys(zh.claims.truth)).toEqual(Object.keys(CHECKS));
  for (const check of Object.values(CHECKS)) expect(check()).toMatchObject({ holds: true });
  for (const locale of ["en-US", "zh-CN"]) {
    const { page, leave } = await visit(browser, `${site.url}#step`, { locale });
    const own = await section(page, "claims");
    for (const { id } of CLAIMS) await own.locator(`[data-claim=${id}]`).scrollIntoViewIfNeeded();
    await expect.poll(() => own.locator("[data-holds=true]").count()).toBe(23);
    const { shows } = CHECKS.S4();
    expect(await own.locator("[data-claim=S4]").innerText()).toContain(shows);
    await leave();
  }
});

test("another block, and the other language, while a measurement runs", async () => {
  const { page, leave } = await visit(browser, `${site.url}#step`);
  const own = await section(page, "predict");
  await own.getByRole("button", { name: "See" }).click();
  await own.getByRole("button", { name: "Measure here" }).click();
  await slide(page, "predict", "Kernel k", 4);
  await own.getByRole("button", { name: "See" }).click();
  await page.waitForTimeout(1500);
  expect(await own.locator("tbody tr").count()).toBe(0); // what ran was another block
  await own.getByRole("button", { name: "Measure here" }).click();
  await page.locator("#language").click();
  await section(page, "predict");
  await expect.poll(() => own.locator("tbody tr").count(), { timeout: 30_000 }).toBe(3);
  await leave();
});

test("a block that takes less than a tick of the clock has times all the same, isolated or not", async () => {
  const plain = await serveFiles(false);
  for (const url of [site.url, plain.url]) {
    const { page, leave } = await visit(browser, `${url}#step`);
    const own = await section(page, "predict");
    for (const [label, index] of [
      ["Outputs O", 0],
      ["Inputs", 0],
      ["Image", 0],
    ] as const) {
      await slide(page, "predict", label, index);
    }
    await own.getByRole("button", { name: "See" }).click();
    await own.getByRole("button", { name: "Measure here" }).click();
    await expect.poll(() => own.locator("tbody tr").count(), { timeout: 30_000 }).toBe(3);
    const text = await own.locator("tbody").innerText();
    expect(text).not.toMatch(/NaN|Infinity|\b0\.00 µs/);
    await leave();
  }
  plain.close();
});

test("without SIMD two tiers compute, each under its own name", async () => {
  const { validate } = WebAssembly;
  WebAssembly.validate = () => false;
  try {
    const answers = await JOBS.classify({ shape: [1, 28, 28, 1], data: new Float32Array(784), threads: 1 });
    expect(answers.map(({ tier, threads }) => [tier, threads])).toEqual([
      ["naive", 1],
      ["im2col", 1],
    ]);
  } finally {
    WebAssembly.validate = validate;
  }
});

test("a tab that sleeps in the middle of a measurement says so", async () => {
  const { page, leave } = await visit(browser, `${site.url}#step`);
  const own = await section(page, "predict");
  await own.getByRole("button", { name: "See" }).click();
  await own.getByRole("button", { name: "Measure here" }).click();
  await page.evaluate(() => {
    Object.defineProperty(document, "hidden", { value: true, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  });
  await expect.poll(() => own.locator(".measured .trouble").count(), { timeout: 60_000 }).toBe(1);
  await leave();
});
