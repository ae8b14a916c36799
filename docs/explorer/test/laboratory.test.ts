/** The laboratory as a person would use it, by mouse, by keys alone and by finger; its numbers are the engine's. */
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { experiment, type Settings } from "../step/experiment.ts";
import { counted } from "../step/images.ts";
import { onSite, slide, visit } from "./browser.ts";

const here = onSite();

/** The middle of a grid cell, for a given cell size in pixels. */
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

const LAB = "#laboratory?h=4&w=5&c=3&padding=same";

const SVG =
  '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="200"><rect width="150" height="200" fill="red"/></svg>';

describe("the laboratory", () => {
  const panel = (page: Page, kind: string) => page.locator(`#laboratory [data-kind=${kind}]`);
  const value = (page: Page, kind: string) => panel(page, kind).locator(".sum .value").innerText();

  test("by mouse: pointing at an output shows its sum, which is the engine's", async () => {
    const { page, leave } = await visit(here.browser, `${here.site.url}${LAB}`);
    const { standard, depthwise, pointwise } = experiment(SETTINGS, counted(SETTINGS));
    const outputs = panel(page, "standard").locator(".grid.pickable").nth(1);
    const first = await value(page, "standard");
    await outputs.hover({ position: cellAt(26, 2, 3) });
    expect(await value(page, "standard")).toBe(String(standard.output.at(0, 2, 3, 1)));
    expect(await value(page, "depthwise")).toBe(String(depthwise.output.at(0, 2, 3, 1)));
    expect(await value(page, "pointwise")).toBe(String(pointwise.output.at(0, 2, 3, 1)));
    expect(await page.locator("#laboratory .agrees").count()).toBe(3);
    expect(await page.locator("#laboratory .differs").count()).toBe(0);
    expect(await panel(page, "standard").locator(".cost strong").innerText()).toBe(String(((2 * 5 + 3) * 2 + 2) * 27));
    expect(await page.locator("#laboratory .costs").innerText()).toContain("Multiply-accumulates: standard 1,080");
    await page.mouse.move(2, 300);
    expect(await value(page, "standard")).toBe(first); // it was only previewed
    await outputs.click({ position: cellAt(26, 2, 3) });
    await page.mouse.move(2, 300);
    expect(await value(page, "standard")).toBe(String(standard.output.at(0, 2, 3, 1)));
    await leave();
  });

  test("by keys: product by product", async () => {
    const { page, leave } = await visit(here.browser, `${here.site.url}${LAB}`);
    await page.locator("#laboratory .stage").focus();
    const { standard } = experiment(SETTINGS, counted(SETTINGS));
    await page.keyboard.press("ArrowRight"); // the first product of the second channel
    const cost = panel(page, "standard").locator(".cost strong");
    expect(await cost.innerText()).toBe("28");
    for (let i = 0; i < 26; i++) await page.keyboard.press("ArrowRight");
    expect(await cost.innerText()).toBe("54");
    expect(await value(page, "standard")).toBe(String(standard.output.at(0, 0, 0, 1)));
    await page.keyboard.press("ArrowLeft");
    expect(await cost.innerText()).toBe("53");
    // Two outputs have their sums; they keep them while the depthwise convolution computes its third channel.
    await page.keyboard.press("ArrowDown");
    expect(await cost.innerText()).toBe("54");
    await page.keyboard.press("ArrowDown");
    expect(await value(page, "standard")).toBe(String(standard.output.at(0, 0, 1, 0)));
    await page.keyboard.press("Home");
    expect(await value(page, "standard")).toBe(String(standard.output.at(0, 0, 0, 0)));
    await leave();
  });

  test("by finger: buttons, and a tap on an output", async () => {
    const { page, leave } = await visit(here.browser, `${here.site.url}${LAB}`, {
      hasTouch: true,
      viewport: { width: 390, height: 800 },
    });
    await page.getByRole("button", { name: "Next value" }).tap();
    const { standard } = experiment(SETTINGS, counted(SETTINGS));
    expect(await value(page, "standard")).toBe(String(standard.output.at(0, 0, 0, 1)));
    const first = panel(page, "standard").locator(".grid.pickable").first();
    await first.tap({ position: cellAt(26, 1, 2) });
    expect(await value(page, "standard")).toBe(String(standard.output.at(0, 1, 2, 0)));
    await leave();
  });

  test("every slider and rule; the numbers follow", async () => {
    const { page, leave } = await visit(here.browser, `${here.site.url}${LAB}`);
    await slide(page, "laboratory", "Rows", 6);
    await slide(page, "laboratory", "Columns", 5);
    await slide(page, "laboratory", "Channels", 1);
    await slide(page, "laboratory", "Outputs O", 2);
    await slide(page, "laboratory", "Kernel k", 1);
    await slide(page, "laboratory", "Stride", 1);
    await slide(page, "laboratory", "Dilation", 1);
    await slide(page, "laboratory", "Multiplier", 1);
    await page.locator("#laboratory").getByLabel("Padding").selectOption("symmetric");
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
    await page.locator("#laboratory .stage").focus();
    await page.keyboard.press("ArrowDown");
    for (const kind of ["standard", "depthwise", "pointwise"] as const) {
      expect(await value(page, kind)).toBe(String(stages[kind].output.at(0, 0, 0, 1)));
    }
    await leave();
  });

  test("TensorFlow's and PyTorch's padding beside each other; im2col shows the same sum", async () => {
    const { page, leave } = await visit(here.browser, `${here.site.url}${LAB}`);
    await slide(page, "laboratory", "Columns", 7);
    await slide(page, "laboratory", "Stride", 1);
    await expect
      .poll(() => page.locator("#laboratory .rules figcaption").allInnerTexts())
      .toEqual([
        "same (TensorFlow): 0 left, 1 right, 4 windows",
        "half the kernel on all sides (PyTorch): 1 left, 1 right, 4 windows",
      ]);
    const shown = await page.locator("#laboratory .patches .sum").innerText();
    expect(shown).toContain(`= ${await value(page, "standard")}`);
    await leave();
  });

  test("typed numbers, an image, a photo; what is none of them is told", async () => {
    const { page, leave } = await visit(here.browser, `${here.site.url}${LAB}`);
    const source = page.locator("#laboratory").getByLabel("Numbers");
    await source.selectOption("typed");
    const typed = page.locator("#laboratory").getByLabel("typed in");
    await typed.fill("1 2 x");
    for (const word of ["x", "1e39", "--1"]) {
      await typed.fill(`1 2 ${word}`);
      expect(await page.locator("#laboratory .trouble").innerText()).toBe(
        `"${word}" is not a number that float32 can hold.`,
      );
    }
    await typed.fill("１２　−３，4.５");
    const label = (): Promise<string | null> =>
      panel(page, "standard").locator(".grid").first().getAttribute("aria-label");
    await expect.poll(label).toContain("12"); // written once nothing moves
    await typed.fill(Array.from({ length: 60 }, () => "1").join(" "));
    expect(await page.locator("#laboratory .trouble").innerText()).toBe("");
    expect(await page.locator("#laboratory .agrees").count()).toBe(3);
    await source.selectOption("image");
    await page.locator("#laboratory").getByLabel("Image").selectOption("2");
    expect(await page.locator("#laboratory .agrees").count()).toBe(3);
    await source.selectOption("photo");
    const first = await panel(page, "standard").locator(".sum .value").innerText();
    expect(await page.locator("#laboratory .agrees").count()).toBe(3);
    const photo = page.locator("#laboratory").getByLabel("Another photo");
    await photo.setInputFiles({ name: "a.png", mimeType: "image/png", buffer: Buffer.from("no image") });
    await expect.poll(() => page.locator("#laboratory .trouble").innerText()).toContain("a.png is not an image");
    await photo.setInputFiles({ name: "b.svg", mimeType: "image/svg+xml", buffer: Buffer.from(SVG) });
    await expect.poll(() => value(page, "standard")).not.toBe(first);
    expect(await page.locator("#laboratory .agrees").count()).toBe(3);
    await leave();
  });

  test("a kernel that does not fit says why", async () => {
    const { page, leave } = await visit(here.browser, `${here.site.url}${LAB}`);
    await page.locator("#laboratory").getByLabel("Padding").selectOption("valid");
    await slide(page, "laboratory", "Kernel k", 4);
    expect(await page.locator("#laboratory .trouble").innerText()).toBe(
      "There is no output: the kernel spans 5 pixels, but the padded image is only 4 × 5.",
    );
    await slide(page, "laboratory", "Kernel k", 1);
    expect(await page.locator("#laboratory .agrees").count()).toBe(3);
    await leave();
  });

  test("it plays, and stops", async () => {
    const { page, leave } = await visit(here.browser, `${here.site.url}${LAB}`);
    const cost = () => panel(page, "standard").locator(".cost strong").innerText();
    await page.locator("#laboratory").getByRole("button", { name: "Play" }).click();
    await expect.poll(cost).toBe("1"); // from the first product on
    await expect.poll(cost).toBe("3");
    await page.locator("#laboratory").getByRole("button", { name: "Pause" }).click();
    const stood = await cost();
    await page.waitForTimeout(500);
    expect(await cost()).toBe(stood);
    await page.locator("#laboratory").getByRole("button", { name: "Play" }).waitFor();
    for (const label of ["Rows", "Columns", "Channels", "Kernel k"]) await slide(page, "laboratory", label, 0);
    await page.locator("#laboratory").getByRole("button", { name: "Play" }).click();
    await page.waitForTimeout(1500);
    expect(await page.locator("#laboratory").getByRole("button", { name: "Pause" }).count()).toBe(0); // at the end
    await leave();
  });
});
