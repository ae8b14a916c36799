/** The page of docs/examples, as built by `vite build`: with a dropped image, with a camera, and with neither. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import sharp from "sharp";
import { build } from "vite";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fashionSample } from "../../../src/index.ts";
import { type Site, serveFiles } from "./browser.ts";

const PAGE = join(import.meta.dirname, "../../examples/page");
const folder = mkdtempSync(join(tmpdir(), "separable-page-"));
let browser: Browser;
let site: Site;
beforeAll(async () => {
  await build({ root: PAGE, logLevel: "error", build: { outDir: folder, emptyOutDir: true } });
  const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
  const camera = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"];
  [browser, site] = await Promise.all([
    chromium.launch({ executablePath, args: ["--no-sandbox", ...camera] }),
    serveFiles(false, folder),
  ]);
});
afterAll(async () => {
  await browser?.close();
  site?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function open(before?: () => void): Promise<Page> {
  const page = await browser.newPage();
  const errors: string[] = [];
  page.on("pageerror", (error) => void errors.push(String(error)));
  page.on("close", () => expect(errors).toEqual([]));
  if (before) await page.addInitScript(before);
  await page.goto(site.url);
  await page.waitForSelector("body[data-ready]");
  return page;
}

const answers = (page: Page) => page.locator("#answers li");

test("a picture that is dropped is classified; a file that is none is not", async () => {
  const page = await open();
  const { pixels } = await fashionSample();
  const png = await sharp(pixels.slice(0, 784), { raw: { width: 28, height: 28, channels: 1 } })
    .png()
    .toBuffer();
  const drop = (bytes: Buffer, name: string, type: string) =>
    page.evaluate(
      ([base64, name, type]) => {
        const file = new File([Uint8Array.from(atob(base64), (one) => one.charCodeAt(0))], name, { type });
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(file);
        document.querySelector("#target")?.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true }));
      },
      [bytes.toString("base64"), name, type],
    );
  await drop(Buffer.from("no picture"), "notes.txt", "text/plain");
  await expect.poll(() => page.locator("#status").innerText()).toContain("notes.txt is not an image");
  await drop(png, "boot.png", "image/png");
  await expect.poll(() => answers(page).first().innerText()).toMatch(/^Ankle boot, 9\d %$/);
  expect(await answers(page).count()).toBe(3);
  await page.close();
});

test("what a camera sees is classified until it is stopped", async () => {
  const page = await open();
  await page.getByRole("button", { name: "Use the camera" }).click();
  await expect.poll(() => answers(page).count()).toBe(3);
  expect(await page.locator("#shown").evaluate((canvas) => (canvas as HTMLCanvasElement).width)).toBe(640);
  await page.getByRole("button", { name: "Use the camera" }).click();
  await page.close();
});

test("where there is no camera the page says so, and takes files", async () => {
  const page = await open(() => {
    navigator.mediaDevices.getUserMedia = () => Promise.reject(new Error("Permission denied"));
  });
  await page.getByRole("button", { name: "Use the camera" }).click();
  await expect
    .poll(() => page.locator("#status").innerText())
    .toContain("Permission denied. You can still choose a file.");
  await page.close();
});
