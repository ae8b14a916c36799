/** Frames while a reader steps and drags, and while figures play: script time per frame, and long tasks. */
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { onSite, visit } from "./browser.ts";

const here = onSite();

interface Spent {
  /** Median milliseconds of an act's script, and of script with the style and layout that it requires. */
  readonly script: number;
  readonly frame: number;
  /** Tasks over 50 ms in the meantime. */
  readonly tasks: number;
}

/** Performs an act 100 times, once a frame. @returns the time it takes */
function spent(page: Page, act: string): Promise<Spent> {
  return page.evaluate(async (act) => {
    const run = new Function("i", act) as (i: number) => void;
    const frame = () => new Promise(requestAnimationFrame);
    let tasks = 0;
    const watcher = new PerformanceObserver((list) => {
      tasks += list.getEntries().length;
    });
    watcher.observe({ type: "longtask" });
    const [scripts, frames]: [number[], number[]] = [[], []];
    for (let i = 0; i < 100; i++) {
      const start = performance.now();
      run(i);
      scripts.push(performance.now() - start);
      void document.body.offsetHeight;
      frames.push(performance.now() - start);
      await frame();
    }
    watcher.disconnect();
    const [script, frame50] = [scripts, frames].map((times) => times.sort((a, b) => a - b)[50]);
    return { script, frame: frame50, tasks };
  }, act);
}

const KEY = (selector: string): string =>
  `document.querySelector("${selector}").dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", cancelable: true, bubbles: true }))`;
const SLIDE = (selector: string, values: number): string =>
  `const one = document.querySelector("${selector}"); one.value = String(1 + (i % ${values})); one.dispatchEvent(new Event("input"));`;

const ACTS: readonly (readonly [name: string, place: string, act: string])[] = [
  ["a frame of the race", "start", KEY("#start .figure")],
  ["a window further", "window", KEY("#window .figure")],
  ["a sum of the channels", "channels", KEY("#channels .figure")],
  ["another number of outputs", "split", SLIDE("#split input[type=range]", 64)],
  ["a value of the price", "price", KEY("#price .figure")],
  ["channels of what is measured", "arrive", SLIDE("#arrive input[type=range]", 6)],
  ["fewer bits", "bits", KEY("#bits .figure")],
  ["a product of the laboratory", "laboratory", KEY("#laboratory .stage")],
  ["a slider of the laboratory", "laboratory", SLIDE("#laboratory input[type=range]", 4)],
];

describe.each([
  ["as it is", 1, 8],
  ["a processor six times slower", 6, 33],
])("%s", (_, slower, limit) => {
  test.each(ACTS)("%s takes less than its share of a frame, and no task is long", async (name, place, act) => {
    // From the disk, because the server forbids code made from text.
    const { page, leave } = await visit(here.browser, `file://${here.site.file}#${place}`);
    await page.waitForTimeout(2500); // the page's own work after loading
    const client = await page.context().newCDPSession(page);
    await client.send("Emulation.setCPUThrottlingRate", { rate: slower });
    const { script, frame, tasks } = await spent(page, act);
    const told = `script ${script.toFixed(2)} ms, with layout ${frame.toFixed(2)} ms, ${tasks} long tasks`;
    console.log(`${name}, ${slower} × slower: ${told}`);
    // The laboratory rebuilds whole sections: there the limit is a frame at 60 Hz.
    const isScene = place !== "laboratory";
    if (isScene) expect(script).toBeLessThan(limit);
    else if (slower === 1) expect(frame).toBeLessThan(1000 / 60);
    if (isScene && slower === 1) expect(tasks).toBe(0);
    await leave();
  });
});
