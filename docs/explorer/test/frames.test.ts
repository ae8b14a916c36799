/** Frames while somebody steps and drags, and while figures play: what scripts take of each, and what takes long. */
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { onSite, visit } from "./browser.ts";

const here = onSite();

interface Spent {
  /** Milliseconds of script, the middle act; and of an act with the style and layout that it makes necessary. */
  readonly script: number;
  readonly frame: number;
  /** Tasks over 50 ms while it was done. */
  readonly tasks: number;
}

/** What it takes to do something 100 times, once a frame. */
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
    // Code made from text is forbidden where the page is served; from the disk it is not.
    const { page, leave } = await visit(here.browser, `file://${here.site.file}#${place}`);
    await page.waitForTimeout(2500); // what the page does when it comes
    const client = await page.context().newCDPSession(page);
    await client.send("Emulation.setCPUThrottlingRate", { rate: slower });
    const { script, frame, tasks } = await spent(page, act);
    const told = `script ${script.toFixed(2)} ms, with layout ${frame.toFixed(2)} ms, ${tasks} long tasks`;
    console.log(`${name}, ${slower} × slower: ${told}`);
    // The laboratory builds whole sections anew: there a frame of 60 a second is the limit.
    const isScene = place !== "laboratory";
    if (isScene) expect(script).toBeLessThan(limit);
    else if (slower === 1) expect(frame).toBeLessThan(1000 / 60);
    if (isScene && slower === 1) expect(tasks).toBe(0);
    await leave();
  });
});
