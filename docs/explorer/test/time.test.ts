/** Measurements of a block and a roofline: stopped, started again, in a sleeping tab, by a worker that dies. */
import { spawn } from "node:child_process";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { analyze, mobilenetV1 } from "../../../src/index.ts";
import { arrivedOf, verdictOf } from "../scenes/arrive/promise.ts";
import { onSite, section, visit } from "./browser.ts";

const here = onSite();

test("the roofline of this browser: a dot and a story for each layer", async () => {
  const { page, leave } = await visit(here.browser, `${here.site.url}`);
  const own = await section(page, "roofline");
  await own.getByLabel("Network").selectOption("MobileNetV1 0.25");
  await own.getByRole("button", { name: "Measure" }).click();
  await own.locator("tbody tr").first().waitFor({ timeout: 60_000 });
  const layers = analyze(mobilenetV1({ alpha: 0.25 })).layers.filter(({ macs }) => macs > 0);
  expect(await own.locator(".spot").count()).toBe(layers.length);
  await own.locator(".spot").nth(4).hover({ force: true });
  await own.locator(".spot").nth(4).focus();
  expect(await own.locator(".story").innerText()).toMatch(
    new RegExp(`^${layers[4].name} takes .* GFLOP/s at .* FLOPs per byte`),
  );
  await leave();
});

/** The figure's numbers. */
const texts = (page: Page): Promise<readonly string[]> => page.locator("#arrive .figure svg text").allTextContents();

/** Scrolls to a step of scene 6. */
async function read(page: Page, step: number): Promise<void> {
  await page.evaluate((step) => {
    const { top, height } = document.querySelectorAll("#arrive .step")[step].getBoundingClientRect();
    scrollBy({ top: top + height / 2 - innerHeight / 2, behavior: "instant" });
  }, step);
  await page.locator("#arrive .step").nth(step).and(page.locator(".now")).waitFor();
}

describe("scene 6", () => {
  test("counts by formula, measures by itself, and says what fits its own figures", async () => {
    const { page, leave } = await visit(here.browser, `${here.site.url}#arrive?o=32&c=16&side=14`);
    const [standard, separable] = [14 * 14 * 16 * 32 * 9, 14 * 14 * 16 * 9 + 14 * 14 * 16 * 32];
    const grouped = (count: number): string => new Intl.NumberFormat("en").format(count);
    expect(await texts(page)).toEqual(expect.arrayContaining([grouped(standard), grouped(separable), "7.0 ×"]));
    await read(page, 2);
    // F(4 × 4) on 14 × 14: 16 tiles of 36 products for each pair of channels.
    expect(await texts(page)).toContain(grouped(16 * 36 * 16 * 32));
    await expect
      .poll(async () => (await texts(page)).filter((text) => / (ms|µs)$/.test(text)).length, { timeout: 20_000 })
      .toBe(3);
    await page.locator("#arrive").getByRole("button", { name: "Measure again" }).waitFor({ timeout: 60_000 });
    const rates = (await texts(page)).filter((text) => text.endsWith(" ×")).map(Number.parseFloat);
    const said = await page.locator("#arrive .step").nth(1).textContent();
    const said6 = /busy|arrives|None of it/.exec(said ?? "")?.[0];
    expect(said6).toBeDefined();
    if (said6 === "arrives") expect(said).toContain(`${rates[1].toFixed(1)} times faster`);
    await read(page, 3);
    const tiers = (await texts(page)).filter((text) => ["simd", "im2col", "naive"].includes(text));
    expect(tiers).toEqual(["naive", "im2col", "simd"]);
    await expect.poll(() => page.url()).toContain("#arrive?o=32&c=16&side=14");
    await leave();
  });

  test("stopped, begun again; another block takes the times back", async () => {
    const { page, leave } = await visit(here.browser, `${here.site.url}#arrive?c=256&side=112`);
    await read(page, 1);
    await page.locator("#arrive").getByRole("button", { name: "Stop" }).click({ timeout: 10_000 });
    await page
      .locator("#arrive")
      .getByRole("button", { name: /^Measure/ })
      .waitFor();
    await page.waitForTimeout(800);
    expect(await page.locator("#arrive").getByRole("button", { name: "Stop" }).count()).toBe(0); // it does not start by itself
    const range = page.locator("#arrive input[type=range]");
    for (const one of [range.nth(0), range.nth(1)]) {
      await one.focus();
      await page.keyboard.press("Home");
    }
    await page.locator("#arrive").getByRole("button", { name: "Measure again" }).waitFor({ timeout: 60_000 });
    const times = (await texts(page)).filter((text) => / (ms|µs)$/.test(text));
    expect(times.length).toBe(2);
    expect(times.join()).not.toMatch(/NaN|Infinity|^0/);
    await leave();
  });

  test("a tab that sleeps meanwhile says so", async () => {
    const { page, leave } = await visit(here.browser, `${here.site.url}#arrive?c=16&side=14`);
    await read(page, 1);
    await page.locator("#arrive").getByRole("button", { name: "Stop" }).waitFor();
    await page.evaluate(() => {
      Object.defineProperty(document, "hidden", { value: true, configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
    });
    await expect
      .poll(() => page.locator("#arrive .step").nth(1).textContent(), { timeout: 60_000 })
      .toContain("The tab was in the background");
    await leave();
  });
});

describe("words that fit", () => {
  const spread = (ms: number, by: number) => ({ ms, quarter: ms * (1 - by), threeQuarters: ms * (1 + by) });

  test.each([
    [80, 10, 0.01, 7.9, "all"],
    [60, 10, 0.01, 7.9, "most"],
    [40, 10, 0.01, 7.9, "half"],
    [20, 10, 0.01, 7.9, "little"],
    [8, 10, 0.01, 7.9, "none"],
    [100, 10, 0.01, 7.9, "more"],
    [80, 10, 0.3, 7.9, "busy"],
    [100, 10, 0.3, 7.9, "busy"],
  ] as const)("%d against %d, %d apart, %d promised: %s", (slow, fast, by, promised, word) => {
    expect(verdictOf(arrivedOf(spread(slow, by), spread(fast, by)), promised)).toBe(word);
  });
});

describe("actions", () => {
  test("a measurement of minutes shows how far it is, lets a click through, stops at once, and begins again", async () => {
    const { page, leave } = await visit(here.browser, here.site.url);
    const network = await section(page, "network");
    await network.locator("code[data-tier=simd]").waitFor();
    const map = await section(page, "map");
    await map.getByLabel("Network").selectOption("MobileNetV4 large");
    await map.getByLabel("Tier").selectOption("naive");
    await map.getByRole("button", { name: "Time it here" }).click();
    const bar = map.locator("progress");
    await expect
      .poll(() => bar.evaluate((one) => (one as HTMLProgressElement).value), { timeout: 60_000 })
      .toBeGreaterThan(0);
    const before = await network.locator("[data-top]").getAttribute("data-top");
    await network.locator(".thumb").nth(3).click();
    await expect.poll(() => network.locator("[data-top]").getAttribute("data-top")).not.toBe(before);
    await map.getByRole("button", { name: "Stop" }).click();
    await map.getByRole("button", { name: "Time it here" }).waitFor();
    expect(await map.locator(".trouble").textContent()).toBe("");
    await map.getByLabel("Network").selectOption("MobileNetV1 0.25");
    await map.getByLabel("Tier").selectOption("simd");
    await map.getByRole("button", { name: "Time it here" }).click();
    await expect.poll(() => map.locator(".totals").innerText(), { timeout: 30_000 }).toContain("An image takes");
    expect(await map.locator(".disc.time").count()).toBeGreaterThan(20);
    await leave();
  });

  test("a worker that dies is told, and the next click has another one", async () => {
    const { page, leave } = await visit(here.browser, here.site.url, {
      before: () => {
        const own = globalThis as unknown as { workers: Worker[] };
        own.workers = [];
        globalThis.Worker = class extends Worker {
          constructor(url: string | URL) {
            super(url);
            own.workers.push(this);
          }
        };
      },
    });
    const network = await section(page, "network");
    await network.locator("code[data-tier=simd]").waitFor();
    const map = await section(page, "map");
    await map.getByLabel("Tier").selectOption("naive");
    await map.getByRole("button", { name: "Time it here" }).click();
    await page.evaluate(() => {
      for (const worker of (globalThis as unknown as { workers: Worker[] }).workers) {
        worker.onerror?.(new ErrorEvent("error", { message: "out of memory" }));
      }
    });
    await expect.poll(() => map.locator(".trouble").textContent()).toBe("out of memory");
    await network.locator(".thumb").nth(3).click();
    await expect.poll(() => network.locator("[data-top]").getAttribute("data-top")).toBe("1");
    await leave();
  });

  test("a policy that forbids workers: the page computes by itself", async () => {
    for (const refuse of ["throws", "fails"]) {
      const { page, leave } = await visit(here.browser, here.site.url, {
        before:
          refuse === "throws"
            ? () => {
                globalThis.Worker = class {
                  constructor() {
                    throw new DOMException("refused", "SecurityError");
                  }
                } as never;
              }
            : () => {
                globalThis.Worker = class {
                  onerror: ((event: ErrorEvent) => void) | null = null;
                  constructor() {
                    setTimeout(() => this.onerror?.(new ErrorEvent("error")));
                  }
                  postMessage(): void {}
                  terminate(): void {}
                } as never;
              },
      });
      const network = await section(page, "network");
      await network.locator("code[data-tier=simd]").waitFor();
      await leave();
    }
  });
});

test("cold times of an image are within five times of warm ones, with two other programs running", async () => {
  const busy = [0, 1].map(() => spawn(process.execPath, ["-e", "for (;;) Math.sqrt(performance.now())"]));
  const times: number[] = [];
  for (let i = 0; i < 10; i++) {
    const { page, leave } = await visit(here.browser, here.site.url);
    const network = await section(page, "network");
    await network.locator("code[data-tier=simd]").waitFor({ timeout: 60_000 });
    const cell = await network.locator("tbody tr", { hasText: "simd" }).locator("td").first().innerText();
    times.push(Number.parseFloat(cell) * (cell.endsWith("ms") ? 1 : 0.001));
    await leave();
  }
  for (const program of busy) program.kill();
  console.log(`per image: ${times.map((ms) => ms.toFixed(2)).join(", ")} ms`);
  expect(Math.max(...times) / Math.min(...times)).toBeLessThan(5);
});
