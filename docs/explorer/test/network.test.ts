/** A whole network: the film, the pad, dropped networks, the map; their numbers are the engine's. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
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
  Tensor,
  TIERS,
  type Weights,
  writeModel,
  writeSafetensors,
} from "../../../src/index.ts";
import { kerasFile } from "../../../test/support/kerasFiles.ts";
import { halved } from "../build/embeddedWeights.ts";
import { classify, fingerprintOf } from "../engine/classify.ts";
import { onSite, section, serveFiles, visit } from "./browser.ts";

const here = onSite();
let folder: string;
/** The weights as in the page: rounded to float16. */
let weights: Weights;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "separable-page-"));
  const file = readFileSync(join(import.meta.dirname, "../../../src/data/embedded/fashion.safetensors"));
  weights = (await readWeights(halved(new Uint8Array(file)))).weights;
});
afterAll(() => rmSync(folder, { recursive: true }));

const SVG =
  '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="200"><rect width="150" height="200" fill="red"/></svg>';

describe("draw and drop", () => {
  test("the scores have the bits that Node computes, on every tier, for one thread and several", async () => {
    const { pixels, labels } = await fashionSample();
    const plain = await serveFiles(false);
    for (const url of [here.site.url, plain.url]) {
      const { page, leave } = await visit(here.browser, `${url}`);
      const own = await section(page, "network");
      for (const which of [3, 8]) {
        await own.locator(".thumb").nth(which).click();
        const data = Float32Array.from(pixels.subarray(which * 784, (which + 1) * 784), (level) => level / 255);
        for (const backend of TIERS) {
          const session = await Session.create(fashionNet(), weights, { backend });
          const scores = await session.run(new Tensor(data, [1, 28, 28, 1]));
          session.dispose();
          const expected = fingerprintOf(scores.toFloat32Array());
          await expect
            .poll(() => own.locator(`code[data-tier=${backend}]`).innerText(), { timeout: 15_000 })
            .toBe(expected);
        }
        expect(Number(await own.locator("[data-top]").getAttribute("data-top"))).toBe(labels[which]);
      }
      await leave();
    }
    plain.close();
  });

  test("drawn by mouse, by finger and by keys", async () => {
    const { page, leave } = await visit(here.browser, `${here.site.url}`, { hasTouch: true });
    const own = await section(page, "network");
    await own.locator("code[data-tier=simd]").waitFor();
    const pad = own.locator(".pad");
    /** Number of pixels that an act lights on a cleared pad. */
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
    await expect.poll(() => own.locator("code[data-tier=naive]").innerText(), { timeout: 15_000 }).not.toBe(first);
    await leave();
  });

  test("a dropped network and a photo; what is neither is told", async () => {
    const graph = mobilenetV1({ alpha: 0.25, resolution: 224 });
    writeFileSync(join(folder, "v1.safetensors"), writeSafetensors(randomWeights(graph, 1)));
    const cut = [...randomWeights(graph, 1)].filter(([name]) => !/^conv_pw_\d+_bn\/bias$/.test(name));
    writeFileSync(join(folder, "cut.safetensors"), writeSafetensors(new Map(cut)));
    writeFileSync(join(folder, "photo.svg"), SVG);
    writeFileSync(join(folder, "broken.safetensors"), "hello, this is no network");
    const { page, leave } = await visit(here.browser, `${here.site.url}`);
    const own = await section(page, "network");
    const files = own.getByLabel("Drop files here, or choose them");
    await files.setInputFiles(join(folder, "broken.safetensors"));
    await expect
      .poll(() => own.locator(".trouble").innerText())
      .toContain("Could not read a network: broken.safetensors");
    await files.setInputFiles(join(folder, "cut.safetensors"));
    await expect
      .poll(() => own.locator(".trouble").innerText())
      .toBe(
        [
          "Could not read a network: cut.safetensors: the weights do not fit mobilenet_v1_0.25_224:",
          ...[16, 32, 32, 64, 64].map((width, i) => `missing conv_pw_${i + 1}_bn/bias, needs ${width}`),
          "…",
        ].join("\n"),
      );
    await files.setInputFiles(join(folder, "v1.safetensors"));
    await expect
      .poll(() => own.innerText())
      .toContain("v1.safetensors: safetensors, separable, mobilenet_v1_0.25_224; input 224×224×3.");
    const answer = own.locator(".answer").nth(1);
    const print = () => answer.locator("code[data-tier=simd]").innerText();
    await expect.poll(() => answer.locator("code").count(), { timeout: 60_000 }).toBe(3);
    expect(await own.getByLabel("Resolution").inputValue()).toBe("224");
    await own.getByLabel("Resolution").selectOption("128");
    await expect.poll(() => own.innerText()).toContain("input 128×128×3.");
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
    await expect.poll(() => roof.locator(".whisker").count(), { timeout: 60_000 }).toBe(28);
    await leave();
  });

  test("a network of TensorFlow Lite, and the names of its classes beside it", async () => {
    const graph = mobilenetV1({ alpha: 0.25, resolution: 128, classes: 3 });
    writeFileSync(join(folder, "own.tflite"), await writeModel(graph, randomWeights(graph, 1), "tflite"));
    writeFileSync(join(folder, "labels.txt"), "0 cat\n1 dog\n2 hen\n");
    const { page, leave } = await visit(here.browser, `${here.site.url}`);
    const own = await section(page, "network");
    const files = own.getByLabel("Drop files here, or choose them");
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
    const { page, requests, leave } = await visit(here.browser, `${here.site.url}`);
    const own = await section(page, "network");
    const given = Object.entries(await make()).map(([name, content]) => {
      return { name, mimeType: "application/octet-stream", buffer: Buffer.from(content) };
    });
    await own.getByLabel("Drop files here, or choose them").setInputFiles(given);
    await expect.poll(() => own.innerText(), { timeout: 15_000 }).toContain(`${given[0].name}: ${format}`);
    const answer = own.locator(".answer").nth(1);
    await expect.poll(() => answer.locator("code").count(), { timeout: 60_000 }).toBe(3);
    if (given.length > 1) expect(await answer.innerText()).toMatch(/cat|dog|hen/);
    expect(requests.every((address) => address.startsWith(here.site.url))).toBe(true);
    await leave();
  });

  test("two drops at once: the later one counts", async () => {
    const graph = mobilenetV1({ alpha: 0.25, resolution: 128, classes: 3 });
    writeFileSync(join(folder, "large.safetensors"), writeSafetensors(randomWeights(mobilenetV1(), 1)));
    writeFileSync(join(folder, "small.tflite"), await writeModel(graph, randomWeights(graph, 1), "tflite"));
    const { page, leave } = await visit(here.browser, here.site.url);
    const own = await section(page, "network");
    const files = own.getByLabel("Drop files here, or choose them");
    await files.setInputFiles(join(folder, "large.safetensors"));
    await files.setInputFiles(join(folder, "small.tflite"));
    await expect.poll(() => own.innerText(), { timeout: 20_000 }).toContain("small.tflite: tflite");
    await page.waitForTimeout(3000);
    expect(await own.innerText()).toContain("small.tflite: tflite");
    await leave();
  });

  test("a photo of a hundred megapixels", async () => {
    const large = SVG.replace('width="300" height="200"', 'width="12500" height="8000" viewBox="0 0 300 200"');
    const { page, leave } = await visit(here.browser, `${here.site.url}`);
    const own = await section(page, "network");
    await own
      .getByLabel("Drop files here, or choose them")
      .setInputFiles({ name: "large.svg", mimeType: "image/svg+xml", buffer: Buffer.from(large) });
    await expect.poll(() => own.innerText(), { timeout: 60_000 }).toContain("Photo 655×1024×3.");
    await leave();
  });
});

describe("map", () => {
  test("V1 to V4 from their graphs, by mouse and keys", async () => {
    const { page, leave } = await visit(here.browser, `${here.site.url}`);
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
      const [box, disc] = [own.locator("[data-layer] .box"), own.locator("[data-layer] .disc:not(.time)")];
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
    const { page, leave } = await visit(here.browser, `${here.site.url}`);
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
    const { page, leave } = await visit(here.browser, `${here.site.url}`);
    await section(page, "network");
    await page.locator("#network code[data-tier=simd]").waitFor();
    const own = await section(page, "map");
    await own.getByLabel("Network").selectOption("fashion");
    await own.locator("[data-layer=conv_dw_1]").click();
    await expect.poll(() => own.locator(".taps canvas").count()).toBe(16);
    await expect.poll(() => own.locator(".maps canvas").count()).toBe(16);
    // The maps show the network's own numbers, from black to white.
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

test("without SIMD two tiers compute, each under its own name", async () => {
  const { validate } = WebAssembly;
  WebAssembly.validate = () => false;
  try {
    const answers = await classify({ shape: [1, 28, 28, 1], data: new Float32Array(784), threads: 1 });
    expect(answers.map(({ tier, threads }) => [tier, threads])).toEqual([
      ["naive", 1],
      ["im2col", 1],
    ]);
  } finally {
    WebAssembly.validate = validate;
  }
});
