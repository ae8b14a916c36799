/** Frames while somebody steps and drags. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launch, type Site, serveFiles, visit } from "./browser.ts";

let browser: Browser;
let site: Site;
beforeAll(async () => {
  [browser, site] = await Promise.all([launch(), serveFiles(true)]);
});
afterAll(async () => {
  await browser.close();
  site.close();
});

test("a step and a move of a slider take less than a frame of 60 a second", async () => {
  const { page, leave } = await visit(browser, site.url);
  const spent = await page.evaluate(async () => {
    const stage = document.querySelector("#step .stage") as HTMLElement;
    const slider = document.querySelectorAll<HTMLInputElement>("#step input[type=range]")[1];
    const frame = () => new Promise(requestAnimationFrame);
    /** Milliseconds of an act with the style and layout that it makes necessary. */
    const cost = (act: () => void): number => {
      const start = performance.now();
      act();
      void document.body.offsetHeight;
      return performance.now() - start;
    };
    const steps: number[] = [];
    const drags: number[] = [];
    for (let i = 0; i < 120; i++) {
      steps.push(
        cost(() => stage.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", cancelable: true }))),
      );
      await frame();
    }
    for (let i = 0; i < 60; i++) {
      slider.value = String(i % 10);
      drags.push(cost(() => slider.dispatchEvent(new Event("input"))));
      await frame();
    }
    /** Frames a second while something is done in each. */
    const rate = async (act: (i: number) => void): Promise<number> => {
      await frame();
      const start = performance.now();
      for (let i = 0; i < 60; i++) {
        act(i);
        await frame();
      }
      return 60_000 / (performance.now() - start);
    };
    const stepping = await rate(() =>
      stage.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", cancelable: true })),
    );
    const dragging = await rate((i) => {
      slider.value = String(i % 10);
      slider.dispatchEvent(new Event("input"));
    });
    return { steps, drags, stepping, dragging };
  });
  const middle = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1];
  const [step, drag] = [middle(spent.steps), middle(spent.drags)];
  const [often, seldom] = [spent.stepping, spent.dragging].map((rate) => rate.toFixed(0));
  console.log(
    `a step ${step.toFixed(2)} ms, a move of a slider ${drag.toFixed(2)} ms; ${often} and ${seldom} frames a second`,
  );
  expect(step).toBeLessThan(1000 / 60);
  expect(drag).toBeLessThan(1000 / 60);
  expect(Math.min(spent.stepping, spent.dragging)).toBeGreaterThan(55);
  await leave();
});
