/**
 * The page as a whole: its size, its loading time, both languages, all widths, use without a network, and
 * accessibility.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import axe from "axe-core";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { onSite, section, serveFiles, visit } from "./browser.ts";

const SECTIONS = ["network", "map", "roofline", "people", "laboratory"];
const ROOT = join(import.meta.dirname, "..");
const FILE = join(ROOT, "dist/index.html");

const here = onSite();

async function showAll(page: Page): Promise<void> {
  for (const id of SECTIONS) await section(page, id);
}

/** A third of it is a trained network and its images. It includes the readers of all formats, but not the writers. */
test("it weighs at most 650 kB without the photos, and asks for nothing but itself", async () => {
  // Packed text is 16/13 as long as its bytes; photos are in base64, which packing undoes.
  const photos = ["view/chelsea.jpg", "scenes/cat.png"].map((file) => readFileSync(join(ROOT, file)).length);
  const photo = (photos.reduce((sum, one) => sum + one, 0) * 16) / 13;
  console.log(`${readFileSync(FILE).length} bytes, of which ${Math.round(photo)} are photos`);
  expect(readFileSync(FILE).length - photo).toBeLessThan(650_000);
  const { page, requests, leave } = await visit(here.browser, here.site.url);
  await showAll(page);
  await page.locator("#network code[data-tier=simd]").waitFor();
  expect(requests).toEqual([here.site.url]);
  await leave();
});

test("painted and usable within two seconds", async () => {
  const { page, leave } = await visit(here.browser, here.site.url);
  const { paint, ready } = await page.evaluate(() => ({
    paint: performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? performance.now(),
    ready: Number(document.body.dataset.ready),
  }));
  console.log(`first paint after ${paint.toFixed(0)} ms, usable after ${ready.toFixed(0)} ms`);
  expect(paint).toBeLessThan(2000);
  expect(ready).toBeLessThan(2000);
  await leave();
});

test("goes on without a network", async () => {
  const { page, leave } = await visit(here.browser, here.site.url);
  await page.context().setOffline(true);
  await showAll(page);
  await page.locator("#network code[data-tier=simd]").waitFor();
  await page.locator("#people .claim").last().scrollIntoViewIfNeeded();
  await leave();
});

test("works as a file on the disk, and from a server without the two headers: one thread, said where threads matter", async () => {
  const plain = await serveFiles(false);
  for (const url of [`file://${FILE}`, plain.url]) {
    const { page, leave } = await visit(here.browser, url);
    expect(await page.locator(".hero, .scene, .masthead").allInnerTexts()).not.toContain("Cross-Origin");
    await section(page, "roofline");
    const notice = page.locator(".notice");
    expect(await notice.allTextContents()).toEqual([expect.stringContaining("Cross-Origin-Opener-Policy")]);
    await section(page, "network");
    await page.locator("#network code[data-tier=simd]").waitFor();
    expect(await page.locator("#network table").textContent()).not.toContain("thread");
    await leave();
  }
  plain.close();
});

test("works without SIMD, and says so", async () => {
  const { page, leave } = await visit(here.browser, here.site.url, {
    before: () => {
      WebAssembly.validate = () => false;
    },
  });
  expect(await page.locator("#network .notice").textContent()).toContain("no WebAssembly SIMD");
  const map = await section(page, "map");
  expect(await map.getByLabel("Tier").locator("option").allInnerTexts()).toEqual(["naive", "im2col"]);
  await leave();
});

test("works where storage is refused", async () => {
  const { page, leave } = await visit(here.browser, here.site.url, {
    before: () => {
      Object.defineProperty(window, "localStorage", {
        get: () => {
          throw new DOMException("refused", "SecurityError");
        },
      });
    },
  });
  await page.locator("#language").click();
  expect(await page.locator("html").getAttribute("lang")).toBe("zh");
  await leave();
});

test("both languages, switched by keyboard; what was set stays, and the choice is remembered", async () => {
  const { page, leave } = await visit(here.browser, here.site.url);
  await section(page, "laboratory");
  const kernel = page.locator("#laboratory").getByLabel("Kernel k", { exact: true });
  await kernel.focus();
  await page.keyboard.press("Home");
  await page.locator("#language").focus();
  await page.keyboard.press("Enter");
  expect(await page.locator("#laboratory h3").first().textContent()).toBe("标准卷积");
  expect(await page.locator("#laboratory").getByLabel("卷积核 k", { exact: true }).inputValue()).toBe("0");
  await page.reload();
  await page.waitForSelector("body[data-ready]");
  expect(await page.locator("html").getAttribute("lang")).toBe("zh");
  await showAll(page);
  // Only names, formulas and code remain in English.
  const texts = await page.locator("h1, h2, h3, .intro, .step p, label, .hint, button, th, svg text").allTextContents();
  const latin = texts.filter((text) => /[a-z]{4,}/i.test(text) && !/[一-鿿]/.test(text));
  expect(
    latin.filter(
      (text) =>
        !/^(naive|im2col|simd.*|English|separable.*|MobileNet.*|MACs|TensorFlow|PyTorch|GFLOP\/s|float-half-even|tflite-.*|Winograd)$/.test(
          text,
        ),
    ),
  ).toEqual([]);
  await leave();
});

test("colours: as the system, light, dark", async () => {
  const { page, leave } = await visit(here.browser, here.site.url, { colorScheme: "dark" });
  const paper = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  const dark = await paper();
  await page.getByRole("button", { name: "Colours" }).click();
  const light = await paper();
  expect(light).not.toBe(dark);
  await page.getByRole("button", { name: "Colours" }).click();
  expect(await paper()).toBe(dark);
  await leave();
});

describe.each([320, 375, 768, 1280, 1920, 2560])("%d pixels wide", (width) => {
  test("nothing sticks out", async () => {
    const { page, leave } = await visit(here.browser, here.site.url, { viewport: { width, height: 800 } });
    await showAll(page);
    // The widest case: 10 columns, and a kernel of 5 with dilation 3 that pads 6 on either side.
    await page.locator("#laboratory summary").click();
    await page.locator("#laboratory").getByLabel("Padding").selectOption("same");
    for (const label of ["Columns", "Kernel k", "Dilation"]) {
      await page.locator("#laboratory").getByLabel(label, { exact: true }).focus();
      await page.keyboard.press("End");
    }
    const cut = await page.locator("#laboratory .grid").evaluateAll((grids) => {
      const scrolls = (one: Element) => getComputedStyle(one.parentElement as Element).overflowX === "auto";
      const own = (one: Element) =>
        one.getBoundingClientRect().width >= Number.parseFloat((one as HTMLElement).style.width);
      return grids.filter((one) => !own(one) || !scrolls(one)).length;
    });
    expect(cut).toBe(0);
    await page.locator("#network code[data-tier=simd]").waitFor();
    const wide = await page.evaluate(() => {
      const limit = document.documentElement.clientWidth;
      const all = [...document.querySelectorAll("body *")].filter(
        (one) => one.closest(".scroll, .grids, .film, .masthead nav, pre, .skip") === null,
      );
      const out = all.filter((one) => one.getBoundingClientRect().right > limit + 1);
      return out.map((one) => `${one.tagName}.${one.getAttribute("class")} ${one.getBoundingClientRect().right}`);
    });
    expect(wide).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    await leave();
  });
});

describe.each(["light", "dark"] as const)("axe, %s", (colorScheme) => {
  test.each(["en-US", "zh-CN"])("finds nothing, %s", async (locale) => {
    const { page, leave } = await visit(here.browser, here.site.url, { colorScheme, locale, reducedMotion: "reduce" });
    await showAll(page);
    await page.locator("#network code[data-tier=simd]").waitFor();
    await page.locator("#people .controls button").first().click();
    await page.locator("#map [data-layer=conv_pw_3]").click();
    await page.locator("#roofline .action button").click();
    await page.locator("#roofline .roofline").waitFor();
    await page.evaluate(axe.source);
    const found = await page.evaluate(async () => {
      const { violations } = await (window as unknown as { axe: typeof axe }).axe.run(document);
      return violations.map(
        ({ id, nodes }) =>
          `${id}: ${nodes
            .slice(0, 3)
            .map(({ html }) => html.slice(0, 160))
            .join(" | ")}`,
      );
    });
    expect(found).toEqual([]);
    await leave();
  });
});

test("a click on a section's name arrives there", async () => {
  for (const id of ["network", "people", "laboratory"]) {
    const { page, leave } = await visit(here.browser, here.site.url);
    await page.locator(`nav a[href="#${id}"]`).click();
    const off = () =>
      page.locator(`#${id}`).evaluate((one) => {
        const bar = document.querySelector(".masthead") as Element;
        return Math.abs(one.getBoundingClientRect().top - bar.getBoundingClientRect().height);
      });
    await expect.poll(off).toBeLessThanOrEqual(8);
    await leave();
  }
});

test("formulas in chapters are drawn, not shown as they are typed", async () => {
  const { page, leave } = await visit(here.browser, here.site.url);
  await page.goto(`${here.site.url}chapters/02-depthwise.html`);
  expect(await page.locator("math").count()).toBe(3);
  expect(
    await page
      .locator("p")
      .allInnerTexts()
      .then((texts) => texts.filter((text) => text.includes("$"))),
  ).toEqual([]);
  await leave();
});

test("chapters have the colours that were chosen", async () => {
  const { page, leave } = await visit(here.browser, here.site.url);
  for (const scheme of ["light", "dark"]) {
    await page.getByRole("button", { name: /^Colours/ }).click();
    await page.goto(`${here.site.url}chapters/02-depthwise.html`);
    expect(await page.evaluate(() => getComputedStyle(document.documentElement).colorScheme)).toBe(scheme);
    await page.goBack();
    await page.waitForSelector("body[data-ready]");
  }
  await leave();
});

test("every link of the page and of its chapters leads somewhere", async () => {
  const { page, leave } = await visit(here.browser, here.site.url);
  const links = await page.locator(".links a").evaluateAll((all) => all.map((a) => (a as HTMLAnchorElement).href));
  expect(links.length).toBe(24);
  const seen = new Set<string>();
  for (const link of links) {
    const response = await page.request.get(link);
    expect(response.status(), link).toBe(200);
    if (!link.includes("/source/")) {
      for (const [, href] of (await response.text()).matchAll(/(?:href|src)="([^":]*)"/g)) {
        seen.add(new URL(href, link).href);
      }
    }
  }
  const ids = await page.locator("section[id]").evaluateAll((sections) => sections.map(({ id }) => id));
  for (const link of seen) {
    const response = await page.request.get(link);
    expect(response.status(), link).toBe(200);
    const { hash, pathname } = new URL(link);
    if (hash === "") continue;
    if (pathname.endsWith("/index.html")) expect(ids, link).toContain(hash.slice(1).split("?")[0]);
    else expect(await response.text(), link).toContain(`id="${decodeURIComponent(hash.slice(1))}"`);
  }
  await leave();
});
