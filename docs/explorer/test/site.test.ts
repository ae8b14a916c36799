/** The site of docs/site: links, search, appearance and accessibility, from a path below the root and from a file. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import type { BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ENTRIES, PARTS } from "../../site/contents.ts";
import { launch, type Site, serveFiles } from "./browser.ts";

const DIST = join(import.meta.dirname, "../../site/dist");
const AXE = readFileSync(join(import.meta.dirname, "../../../node_modules/axe-core/axe.min.js"), "utf8");

let browser: Awaited<ReturnType<typeof launch>>;
let site: Site;
beforeAll(async () => {
  [browser, site] = await Promise.all([launch(), serveFiles(false, DIST, "/some/where/")]);
});
afterAll(async () => {
  await browser?.close();
  site?.close();
});

/** Opens a page, and fails if it reports an error or requests anything from another host. */
async function on(url: string, options: BrowserContextOptions, look: (page: Page) => Promise<void>): Promise<void> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const problems: string[] = [];
  page.on("pageerror", (error) => void problems.push(String(error)));
  page.on("request", (request) => {
    const own = url.startsWith("file:") ? /^(file|data|blob):/ : /^(http:\/\/127\.0\.0\.1:|data:|blob:)/;
    if (!own.test(request.url())) problems.push(request.url());
  });
  page.on("response", (response) => {
    if (response.status() >= 400) problems.push(`${response.status()} ${response.url()}`);
  });
  await page.goto(url);
  await look(page);
  await context.close();
  expect(problems).toEqual([]);
}

/** The site on a server below a path, and as files. */
const WAYS = [
  ["from a subpath", (page: string) => `${site.url}${page}`],
  ["from a file", (page: string) => `${pathToFileURL(DIST).href}/${page}`],
] as const;

const filesBelow = (folder: string): readonly string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((one) =>
    one.isDirectory() ? filesBelow(join(folder, one.name)) : [join(folder, one.name)],
  );

test("every link, image and anchor of every page leads somewhere, and none to another host's files", () => {
  const pages = filesBelow(join(DIST, "chapters")).filter((path) => path.endsWith(".html"));
  expect(pages.length).toBeGreaterThan(ENTRIES.length);
  const ids = new Map(
    pages.map((path) => [
      path,
      new Set([...readFileSync(path, "utf8").matchAll(/ id="([^"]+)"/g)].map(([, id]) => id)),
    ]),
  );
  for (const path of pages) {
    // The content of a source file is text, not markup.
    const html = readFileSync(path, "utf8").replace(/<code>[\s\S]*?<\/code>/g, "");
    for (const [, attribute, link] of html.matchAll(/ (href|src|srcset)="([^"]+)"/g)) {
      if (link.startsWith("https://") && attribute === "href") continue;
      if (link.startsWith("data:")) continue;
      const [file, anchor] = link.split("#");
      const target = file === "" ? path : join(dirname(path), file);
      expect(existsSync(target) && statSync(target).isFile(), `${relative(DIST, path)}: ${link}`).toBe(true);
      if (anchor && ids.has(target))
        expect(ids.get(target), `${relative(DIST, path)}: ${link}`).toContain(decodeURIComponent(anchor));
    }
  }
});

test("every formula is drawn", () => {
  for (const { page } of ENTRIES) {
    const html = readFileSync(join(DIST, "chapters", page), "utf8");
    const text = html.replace(/<(pre|code|script|math)\b[\s\S]*?<\/\1>/g, "").replace(/<[^>]*>/g, "");
    expect(text.match(/.{0,30}\$.{0,30}/g) ?? [], page).toEqual([]);
  }
});

test("a page takes at most 100 KB before its pictures; the first one, as servers send it, with them too", () => {
  const read = (name: string): Buffer => readFileSync(join(DIST, "chapters", name));
  const own = [read("site.css"), read("site.js")];
  const bytes = (all: readonly Buffer[]): number => all.reduce((sum, one) => sum + one.length, 0);
  for (const { page } of ENTRIES) expect(bytes([read(page), ...own]), page).toBeLessThan(100 * 1024);
  const first = read("home.html");
  const pictures = [...first.toString().matchAll(/ src="(images\/[^"]+)"/g)].map(([, name]) => read(name));
  expect(bytes([first, ...own, ...pictures].map((one) => gzipSync(one)))).toBeLessThan(100 * 1024);
});

describe.each(WAYS)("%s", (_, at) => {
  test.each([
    ["home.html", "im2col", "07-im2col.html"],
    ["zh/README.html", "深度卷积", "zh/02-depthwise.html"],
    ["01-convolution.html", "Teachable Machine", "17-files.html"],
  ])("search on %s finds %s", async (start, word, wanted) => {
    await on(at(`chapters/${start}`), {}, async (page) => {
      await page.locator("input[type=search]").fill(word);
      const links = page.locator(".results a");
      await links.first().waitFor();
      const found = await links.evaluateAll((all) => all.map((a) => (a as HTMLAnchorElement).href));
      expect(
        found.slice(0, 5).some((href) => href.includes(`/chapters/${wanted}`)),
        found.join("\n"),
      ).toBe(true);
      await links.first().click();
      await page.locator("main h1").waitFor();
    });
  });

  test("the index leads to README, and a reader from chapter to chapter, into the other language and to the explorer", async () => {
    await on(at("index.html"), {}, async (page) => {
      await page.waitForURL(/chapters\/home\.html$/);
      await page.locator("nav").getByRole("link", { name: "1. Convolution" }).click();
      for (const title of ["2. Depthwise convolution", "3. Pointwise convolution"]) {
        await page.locator("a[rel=next]").click();
        expect(await page.locator("h1").innerText()).toBe(title);
      }
      await page.locator("a[rel=prev]").click();
      await page.getByRole("link", { name: "中文" }).click();
      expect(await page.locator("h1").innerText()).toBe("2. 深度卷积");
      await page.getByRole("link", { name: "探索页" }).first().click();
      await page.waitForSelector("body[data-ready]");
    });
  });
});

test.each(["light", "dark"] as const)("axe finds nothing, %s", async (colorScheme) => {
  const pages = [
    "home.html",
    "05-savings.html",
    "14-testing-your-own.html",
    "zh/README.html",
    "zh/04-mobilenet-v1.html",
  ];
  for (const name of [...pages, "source/src/kernels/naive/conv2d.ts.html"]) {
    await on(`${site.url}chapters/${name}`, { colorScheme, bypassCSP: true }, async (page) => {
      await page.addScriptTag({ content: AXE });
      const found = await page.evaluate(async () => {
        const { axe } = window as unknown as {
          axe: { run(): Promise<{ violations: { id: string; nodes: unknown[] }[] }> };
        };
        return (await axe.run()).violations.map(({ id, nodes }) => `${id}: ${nodes.length}`);
      });
      expect(found, name).toEqual([]);
    });
  }
});

test("colours can be chosen, and pictures follow; code can be copied without its prompt", async () => {
  const options: BrowserContextOptions = { colorScheme: "light", permissions: ["clipboard-read", "clipboard-write"] };
  await on(`${site.url}chapters/05-savings.html`, options, async (page) => {
    const button = page.getByRole("button", { name: /^Colours/ });
    await button.click();
    await button.click();
    expect(await page.evaluate(() => getComputedStyle(document.documentElement).colorScheme)).toBe("dark");
    await page.goto(`${site.url}chapters/02-depthwise.html`);
    const shown = () =>
      page
        .locator("picture img")
        .first()
        .evaluate((img) => (img as HTMLImageElement).currentSrc);
    await expect.poll(shown).toContain("scene-split-dark.svg");
    await page.goto(`${site.url}chapters/05-savings.html`);
    await page.getByRole("button", { name: "Copy" }).first().click();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied).toBe("npx separable machine --svg docs/images/machine --force");
  });
});

test("without scripts the chapters read well", async () => {
  await on(`${site.url}chapters/zh/02-depthwise.html`, { javaScriptEnabled: false }, async (page) => {
    expect(await page.locator("main").innerText()).toContain("每个通道就各自做卷积");
    expect(await page.locator("math").count()).toBe(3);
    expect(await page.locator("nav a").count()).toBe(PARTS.zh.flatMap(({ entries }) => entries).length);
    expect(await page.getByRole("button").count()).toBe(0);
    expect(await page.locator("a[rel=next]").innerText()).toContain("3. 逐点卷积");
  });
});

test.each([320, 390, 768, 1280, 1920])("nothing is wider than a window of %i pixels", async (width) => {
  for (const name of ["home.html", "05-savings.html", "10-eight-bits.html", "zh/05-savings.html", "api.html"]) {
    await on(`${site.url}chapters/${name}`, { viewport: { width, height: 800 } }, async (page) => {
      expect(await page.evaluate(() => document.documentElement.scrollWidth), name).toBeLessThanOrEqual(width);
    });
  }
});
