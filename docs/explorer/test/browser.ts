/** A browser and a plain file server for the page's tests. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { extname, join } from "node:path";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, expect } from "vitest";

const DIST = join(import.meta.dirname, "../dist");
const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".svg": "image/svg+xml",
  ".json": "application/json",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
};

export interface Site {
  readonly url: string;
  /** The page's file on the disk. */
  readonly file: string;
  close(): void;
}

/**
 * @param isIsolated whether it sends the two headers that threads need
 * @param folder the folder to serve
 * @param under the path prefix
 */
export async function serveFiles(isIsolated: boolean, folder = DIST, under = "/"): Promise<Site> {
  // Forbids code made from text, but allows WebAssembly.
  const policy = { "Content-Security-Policy": "script-src 'self' 'unsafe-inline' blob: 'wasm-unsafe-eval'" };
  const headers = isIsolated
    ? { ...policy, "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" }
    : policy;
  const server: Server = createServer(({ url = "/" }, response) => {
    const { pathname } = new URL(url, "http://x");
    const path = join(folder, decodeURIComponent(pathname.slice(under.length - 1)).replace(/\/$/, "/index.html"));
    if (!pathname.startsWith(under) || !path.startsWith(folder) || !existsSync(path) || statSync(path).isDirectory()) {
      response.writeHead(404).end();
      return;
    }
    response
      .writeHead(200, { "content-type": TYPES[extname(path)] ?? "application/octet-stream", ...headers })
      .end(readFileSync(path));
  });
  await new Promise<void>((resolve) => server.listen(0, resolve));
  const { port } = server.address() as { port: number };
  return {
    url: `http://127.0.0.1:${port}${under}`,
    file: join(folder, "index.html"),
    close: () => void server.close(),
  };
}

export function launch(): Promise<Browser> {
  const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
  return chromium.launch({ executablePath, args: ["--no-sandbox"] });
}

/** A browser and a site that exist for all tests of a file. */
export interface Here {
  readonly browser: Browser;
  readonly site: Site;
}

export function onSite(): Here {
  const own: { browser?: Browser; site?: Site } = {};
  beforeAll(async () => {
    [own.browser, own.site] = await Promise.all([launch(), serveFiles(true)]);
  });
  afterAll(async () => {
    await own.browser?.close();
    own.site?.close();
  });
  return own as Here; // no test runs before both exist
}

export interface Visit {
  readonly page: Page;
  /** Addresses that the page requested, except for its own blob: and data: URLs. */
  readonly requests: readonly string[];
  /** Ends the visit. @throws if the page reported an error */
  leave(): Promise<void>;
}

/** Opens the page and waits until it is usable. `before` runs in the page before its own scripts. */
export async function visit(
  browser: Browser,
  url: string,
  { before, ...options }: BrowserContextOptions & { readonly before?: () => void } = {},
): Promise<Visit> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: "en-US", ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const [errors, requests]: [string[], string[]] = [[], []];
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text());
  });
  page.on("pageerror", (error) => void errors.push(String(error)));
  page.on("request", (request) => {
    if (!/^(blob|data):/.test(request.url())) requests.push(request.url());
  });
  if (before) await page.addInitScript(before);
  await page.goto(url);
  await page.waitForSelector("body[data-ready]");
  return {
    page,
    requests,
    leave: async () => {
      await context.close();
      expect(errors).toEqual([]);
    },
  };
}

/** Goes to a section and waits until it is filled. */
export async function section(page: Page, id: string): Promise<ReturnType<Page["locator"]>> {
  const own = page.locator(`#${id}`);
  await page.evaluate((id) => {
    location.hash = id;
  }, id);
  await own.locator(".body > *").first().waitFor();
  return own;
}

/** Moves a slider to one of its values, as a key does. */
export async function slide(page: Page, sectionId: string, label: string, index: number): Promise<void> {
  const input = page.locator(`#${sectionId}`).getByLabel(label, { exact: true });
  await input.focus();
  await page.keyboard.press("Home");
  for (let i = 0; i < index; i++) await page.keyboard.press("ArrowRight");
}
