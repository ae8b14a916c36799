/** Presentation mode: one figure fills the window, → goes to the next step, p and Escape lead back. */
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { onSite, section, visit } from "./browser.ts";

const here = onSite();

/** The place shown, and the step of its text. */
const slide = (page: Page): Promise<readonly [id: string | undefined, step: number]> =>
  page.evaluate(() => {
    const own = document.querySelector(".presented");
    return [own?.id, own ? [...own.querySelectorAll(".step")].findIndex((one) => one.classList.contains("now")) : -1];
  });

test("from scene 3 on, step by step, to the quiz and back; cells as large as there is room, 64 pixels in the laboratory", async () => {
  const { page, leave } = await visit(here.browser, `${here.site.url}#split`, {
    viewport: { width: 1920, height: 1080 },
  });
  await page.keyboard.press("p");
  expect((await slide(page))[0]).toBe("split");
  expect(await page.locator("main > section:visible").count()).toBe(1);
  expect(await page.locator(".masthead").isVisible()).toBe(false);
  const [, first] = await slide(page);
  for (let i = first; i < 3; i++) await page.keyboard.press("ArrowRight");
  expect(await slide(page)).toEqual(["split", 3]);
  const side = await page.locator("#split svg rect").evaluateAll((all) => {
    const squares = all
      .map((one) => one.getBoundingClientRect())
      .filter(({ width, height }) => Math.abs(width - height) < 1);
    return Math.max(...squares.slice(0, 40).map(({ width }) => width));
  });
  expect(side).toBeGreaterThanOrEqual(48); // thirteen rows of them fit above the text
  const figure = await page.locator("#split .figure").boundingBox();
  expect(figure?.height).toBeGreaterThan(700);
  await page.keyboard.press("ArrowRight");
  expect(await slide(page)).toEqual(["price", 0]);
  await page.keyboard.press("ArrowLeft");
  expect(await slide(page)).toEqual(["split", 3]);
  for (let i = 0; i < 30; i++) await page.keyboard.press("PageDown");
  expect((await slide(page))[0]).toBe("transposed");
  const cell = await page.evaluate(() => getComputedStyle(document.body).getPropertyValue("--cell"));
  expect(cell).toBe("64px");
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(1920);
  await page.keyboard.press("Escape");
  expect(await page.locator("main > section:visible").count()).toBeGreaterThan(10);
  await leave();
});

test("p typed into a field is a letter, and handles keep their arrows; another language goes on presenting", async () => {
  const { page, leave } = await visit(here.browser, `${here.site.url}#laboratory?numbers=typed`);
  await section(page, "laboratory");
  await page.locator("#laboratory textarea").focus();
  await page.keyboard.press("p");
  expect(await page.locator("body.presenting").count()).toBe(0);
  await page.locator('nav a[href="#price"]').click();
  await page.getByRole("button", { name: "Present one figure at a time (p)" }).click();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  const [id, step] = await slide(page);
  expect(id).toBe("price");
  await page.locator("#price [data-handle]").first().focus();
  const value = (): Promise<string | null> =>
    page.locator("#price [data-handle]").first().getAttribute("aria-valuenow");
  const before = await value();
  await page.keyboard.press("ArrowLeft");
  expect(await value()).not.toBe(before);
  expect(await slide(page)).toEqual([id, step]);
  await leave();
});
