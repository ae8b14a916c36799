/** The scenes as a reader would use them, by scrolling, mouse, keys and finger, and their numbers on the screen. */
import axe from "axe-core";
import type { BrowserContextOptions, Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { countsFor, routesFor, sumsFor } from "../scenes/split/routes.ts";
import { INITIAL } from "../scenes/state.ts";
import { pixelsUnder, slideOf } from "../scenes/window/slide.ts";
import { onSite, type Visit, visit } from "./browser.ts";

const here = onSite();

const SCENES = ["start", "window", "channels", "split", "price", "arrive", "bits", "transposed"];
const STEPS: Readonly<Record<string, number>> = {
  ...{ start: 1, window: 4, channels: 3, split: 4, price: 3, arrive: 4, bits: 4, transposed: 1 },
};
const BENCHES = ["network", "map", "roofline", "people", "laboratory"];
/** Old links, and where they lead now. */
const MOVED = { step: "laboratory", predict: "arrive", draw: "network", claims: "people" } as const;
const PLACES: readonly (readonly [link: string, place: string])[] = [
  ...[...SCENES, ...BENCHES].map((id) => [id, id] as const),
  ...Object.entries(MOVED),
];

const open = (hash: string, options: BrowserContextOptions & { before?: () => void } = {}): Promise<Visit> =>
  visit(here.browser, `${here.site.url}${hash}`, options);

/** Scrolls, as with a wheel, until a step is the one being read. */
async function read(page: Page, id: string, step: number): Promise<void> {
  await page.evaluate(
    ([id, step]) => {
      const own = document.querySelectorAll(`#${id} .step`)[Number(step)];
      const figure = document.querySelector(`#${id} .figure`) as Element;
      const isBelow = getComputedStyle(figure).getPropertyValue("--below").trim() === "1";
      const { top, height } = own.getBoundingClientRect();
      scrollBy({ top: isBelow ? top - 80 : top + height / 2 - innerHeight / 2, behavior: "instant" });
    },
    [id, String(step)],
  );
  await page.locator(`#${id} .step`).nth(step).and(page.locator(".now")).waitFor();
}

/** All texts in a scene's figure. */
async function shown(page: Page, id: string): Promise<readonly string[]> {
  return page.locator(`#${id} .figure svg text`).allTextContents();
}
const number = (text: string): number => Number(text.replace("−", "-").replaceAll(",", ""));

async function pause(page: Page, id: string): Promise<void> {
  const button = page.locator(`#${id} .play`);
  if ((await button.getAttribute("aria-label")) === "Pause") await button.click();
}

describe("scene 0", () => {
  test("runs by itself, both counters at the same speed, and ends with the counts of the paper", async () => {
    const { page, leave } = await open("");
    const counters = async (): Promise<readonly number[]> =>
      (await shown(page, "start")).filter((text) => /^[\d,]{2,}$/.test(text)).map(number);
    await expect.poll(async () => (await counters())[0], { timeout: 10_000 }).toBeGreaterThan(1e6);
    const [above, below] = await counters();
    if (above < 29_302_784) expect(below).toBe(above);
    await page.locator("#start .figure").focus();
    await page.keyboard.press(" ");
    for (let i = 0; i < 30; i++) await page.keyboard.press("ArrowRight");
    expect(await counters()).toEqual([231_211_008, 29_302_784]);
    expect(await shown(page, "start")).toContain("done, with 7.9 times fewer");
    await leave();
  });

  test("one button leads to scene 1, a line to the laboratory", async () => {
    const { page, leave } = await open("");
    await page.getByRole("link", { name: "Show me" }).click();
    await expect.poll(() => landedBy(page, "window")).toBeLessThanOrEqual(8);
    await page.goBack();
    await expect.poll(() => page.evaluate(() => scrollY)).toBe(0);
    await page.getByRole("link", { name: "or go to the laboratory" }).click();
    await expect.poll(() => landedBy(page, "laboratory")).toBeLessThanOrEqual(8);
    await leave();
  });
});

describe("scene 1", () => {
  test("pointing looks, a click keeps, and every number is the engine's", async () => {
    const { page, leave } = await open("#window");
    await read(page, "window", 1);
    const box = await page.locator("#window .box").boundingBox();
    const photo = await page.locator("#window svg image").first().boundingBox();
    if (box === null || photo === null) throw new Error("no figure");
    const slide = slideOf(INITIAL);
    const sumAt = (row: number, column: number): number => slide.sums.at(0, row, column, 0);
    for (const [row, column] of [
      [0, 0],
      [20, 31],
      [45, 45],
    ]) {
      const [x, y] = [column + 1.5, row + 1.5].map((at) => (at * photo.width) / 48);
      await page.mouse.move(photo.x + x, photo.y + y);
      const digits = (await shown(page, "window")).filter((text) => /^−?\d+$/.test(text)).map(number);
      const pixels = pixelsUnder(slide, row, column).map((pixel) => pixel ?? Number.NaN);
      const products = pixels.map((pixel, i) => pixel * slide.stamp.weights[i] + 0);
      expect(digits).toEqual([...pixels, ...slide.stamp.weights, ...products, sumAt(row, column)]);
    }
    await page.mouse.click(photo.x + (21.5 * photo.width) / 48, photo.y + (11.5 * photo.width) / 48);
    await page.mouse.move(5, 5);
    expect(number((await shown(page, "window")).at(-2) ?? "")).toBe(sumAt(10, 20));
    await leave();
  });

  test("stride and padding by keys and mouse; stamps by the words of the text; the address has them", async () => {
    const { page, leave } = await open("#window");
    await read(page, "window", 2);
    await page.locator("#window .sets", { hasText: "learns" }).click();
    await page.locator("#window").getByLabel("PyTorch").check();
    await page.locator("#window").getByLabel("1", { exact: true }).focus();
    await page.keyboard.press("ArrowRight");
    expect(await shown(page, "window")).toContain("Output, 24 × 24");
    expect(await shown(page, "window")).toContain("9 weights, in tenths");
    await expect.poll(() => page.url()).toContain("#window?stamp=learned&stride=2&padding=pytorch");
    await leave();
  });

  test("the two rules called same are opened by themselves", async () => {
    const { page, leave } = await open("#window");
    await read(page, "window", 3);
    await expect.poll(() => shown(page, "window")).toContain("TensorFlow: 0 in front, 1 behind");
    expect(await shown(page, "window")).toContain("PyTorch: 1 in front, 1 behind");
    await leave();
  });

  test("pauses while it is pointed at, and goes on behind that", async () => {
    const { page, leave } = await open("#window");
    await page.locator("#window .play").waitFor();
    const sum = async (): Promise<string> => (await shown(page, "window")).join();
    const first = await sum();
    await expect.poll(sum).not.toBe(first);
    const box = await page.locator("#window .box").boundingBox();
    if (box === null) throw new Error("no figure");
    await page.mouse.move(box.x + box.width / 2, box.y + box.height - 4);
    const still = await sum();
    await page.waitForTimeout(900);
    expect(await sum()).toBe(still);
    await page.mouse.move(5, 5);
    await expect.poll(sum).not.toBe(still);
    await leave();
  });
});

test("scene 2: sums of the channels come one by one, and are 43 at the corner of the eye", async () => {
  const { page, leave } = await open("#channels");
  await read(page, "channels", 1);
  await pause(page, "channels");
  const figure = page.locator("#channels .figure");
  await figure.focus();
  for (let i = 0; i < 30; i++) await page.keyboard.press("ArrowLeft");
  const line = async (): Promise<string> => (await shown(page, "channels")).slice(-8).join(" ");
  expect(await line()).toContain("(  ) + (  ) + (  ) = …");
  for (const expected of [
    "(21) + (  ) + (  ) = …",
    "(21) + (17) + (  ) = …",
    "(21) + (17) + (5) = …",
    "(21) + (17) + (5) = 43",
  ]) {
    await page.keyboard.press("ArrowRight");
    expect(await line()).toContain(expected);
  }
  expect(await page.locator("#channels [role=status]").textContent()).toBe("(21) + (17) + (5) = 43");
  await leave();
});

describe("scene 3", () => {
  test("values appear when they are computed and not before; both routes give 43", async () => {
    const { page, leave } = await open("#split");
    await read(page, "split", 1);
    await pause(page, "split");
    await page.locator("#split .figure").focus();
    for (let i = 0; i < 9; i++) await page.keyboard.press("ArrowLeft");
    expect((await shown(page, "split")).filter((text) => text === "43")).toEqual([]);
    expect((await shown(page, "split")).filter((text) => text === "17")).toEqual([]);
    for (let i = 0; i < 9; i++) await page.keyboard.press("ArrowRight");
    const texts = await shown(page, "split");
    expect(texts.filter((text) => text === "43").length).toBe(2);
    for (const one of ["27", "30", "dearer so far", "="]) expect(texts).toContain(one);
    await leave();
  });

  test("any number of outputs, by keys and by the address, with the engine's numbers", async () => {
    const { page, leave } = await open("#split?o=8&k=5&lang=en");
    await read(page, "split", 2);
    await pause(page, "split");
    const range = page.locator("#split input[type=range]");
    await range.focus();
    for (const o of [8, 9, 10]) {
      if (o > 8) await page.keyboard.press("ArrowRight");
      else
        await page
          .locator("#split .figure")
          .press("ArrowRight")
          .then(() => range.focus());
      if (o === 8) continue;
      const { standard, stamps, needles } = countsFor(o);
      const sums = sumsFor(routesFor(o, false), o - 1);
      const texts = (await shown(page, "split")).map((text) => text.replace("−", "-"));
      for (const one of [standard, stamps + needles, sums.standard]) expect(texts).toContain(String(one));
    }
    await expect.poll(() => page.url()).toMatch(/#split\?o=10&lang=en$/);
    await leave();
  });

  test("any filter parts the sums, by itself and by the switch; the share is the engine's", async () => {
    const { page, leave } = await open("#split");
    await read(page, "split", 3);
    await expect.poll(() => shown(page, "split"), { timeout: 8000 }).toContain("≠");
    await page.locator("#split").getByLabel("splits").check();
    expect(await shown(page, "split")).toContain("=");
    expect(await shown(page, "split")).not.toContain("≠");
    await page.locator("#split .sets", { hasText: "any filter" }).click();
    expect(await shown(page, "split")).toContain("≠");
    const share = Math.round(100 * routesFor(64, true).energy);
    expect(await page.locator("#split .step").nth(3).textContent()).toContain(`only ${share} %`);
    await leave();
  });
});

describe("scene 4", () => {
  test("a guess on the line, by mouse and by keys, and the answer on the same line", async () => {
    const { page, leave } = await open("#price");
    await read(page, "price", 1);
    expect((await shown(page, "price")).filter((text) => text === "?").length).toBe(3);
    const mark = page.locator("#price [data-handle=guess]");
    const box = await mark.boundingBox();
    if (box === null) throw new Error("no mark");
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + 200, box.y + 10, { steps: 5 });
    expect((await shown(page, "price")).filter((text) => text === "?").length).toBe(3);
    await page.mouse.up();
    const said = (await shown(page, "price")).find((text) => text.startsWith("It is 18"));
    expect(said).toMatch(/It is 18: .*(twice|times) too low/);
    await mark.focus();
    await page.keyboard.press("ArrowRight");
    expect((await shown(page, "price")).filter((text) => text === "?").length).toBe(3);
    for (let i = 0; i < 60; i++) await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Enter");
    expect((await shown(page, "price")).find((text) => text.startsWith("It is 18"))).toContain("too high");
    expect(await mark.getAttribute("aria-valuetext")).toContain("too high");
    await leave();
  });

  test("both edges by mouse, keys and finger; k = 1 is dearer, and says so", async () => {
    const { page, leave } = await open("#price", { hasTouch: true });
    await read(page, "price", 2);
    const [o, k] = ["o", "k"].map((name) => page.locator(`#price [data-handle=${name}]`));
    const from = await o.boundingBox();
    if (from === null) throw new Error("no knob");
    await page.mouse.move(from.x + 14, from.y + 14);
    await page.mouse.down();
    await page.mouse.move(from.x - 200, from.y + 14, { steps: 6 });
    await page.mouse.up();
    const outputs = Number(await o.getAttribute("aria-valuenow"));
    expect(outputs).toBeLessThan(60);
    expect(await shown(page, "price")).toContain(`k² × O = 9 × ${outputs}`);
    expect(await shown(page, "price")).toContain(String(9 * outputs));
    await k.focus();
    await page.keyboard.press("Home");
    expect(await shown(page, "price")).toContain("dearer");
    await expect.poll(() => page.url()).toContain(`k=1&o=${outputs}`);
    const there = await k.boundingBox();
    if (there === null) throw new Error("no knob");
    const client = await page.context().newCDPSession(page);
    const touch = (type: string, y: number): Promise<unknown> =>
      client.send("Input.dispatchTouchEvent", {
        type: type as "touchStart",
        touchPoints: type === "touchEnd" ? [] : [{ x: there.x + 14, y }],
      });
    await touch("touchStart", there.y + 14);
    await touch("touchMove", there.y + 120);
    await touch("touchEnd", 0);
    expect(Number(await k.getAttribute("aria-valuenow"))).toBeGreaterThan(2);
    await leave();
  });
});

describe("the address", () => {
  test("Back, reload and a prepared link find everything again", async () => {
    const { page, leave } = await open("#split?o=5&any=1&lang=zh");
    expect(await page.locator("html").getAttribute("lang")).toBe("zh");
    expect(await page.locator("#split .handles output").textContent()).toBe("5");
    await read(page, "split", 1);
    await page.waitForTimeout(400);
    const before = await page.evaluate(() => scrollY);
    await page.reload();
    await page.waitForSelector("body[data-ready]");
    await expect.poll(async () => Math.abs((await page.evaluate(() => scrollY)) - before)).toBeLessThanOrEqual(8);
    expect(await page.locator("#split .handles output").textContent()).toBe("5");
    await page.goto(`${here.site.url}chapters/02-depthwise.html`);
    await page.goBack();
    await page.waitForSelector("body[data-ready]");
    await expect.poll(async () => Math.abs((await page.evaluate(() => scrollY)) - before)).toBeLessThanOrEqual(8);
    await leave();
  });

  test("a link typed into the open page sets what it gives, and nonsense nothing", async () => {
    const { page, leave } = await open("#price");
    await page.evaluate(() => {
      location.hash = "#price?k=4&o=16";
    });
    await expect.poll(() => landedBy(page, "price")).toBeLessThanOrEqual(8);
    await read(page, "price", 2);
    expect(await shown(page, "price")).toContain("k = 4, O = 16");
    await page.evaluate(() => {
      location.hash = "#price?k=99&o=x&lang=xx&guess=%zz";
    });
    await page.waitForTimeout(300);
    await read(page, "price", 2);
    expect(await shown(page, "price")).toContain("k = 4, O = 16");
    await page.evaluate(() => {
      location.hash = "#nowhere?at=all";
    });
    await page.waitForTimeout(300);
    await leave();
  });

  test("the laboratory's settings are in it too", async () => {
    const { page, leave } = await open("#step?h=7&k=2&padding=same&numbers=typed");
    expect(await page.locator("#laboratory").getByLabel("Rows", { exact: true }).inputValue()).toBe("6");
    expect(await page.locator("#laboratory textarea").count()).toBe(1);
    await page.locator("#laboratory").getByLabel("Kernel k", { exact: true }).press("ArrowRight");
    await expect.poll(() => page.url()).toContain("#laboratory?h=7&padding=same&numbers=typed");
    await leave();
  });

  test.each(PLACES)(
    "#%s lands within 8 pixels of %s, without scroll anchoring and without shifts",
    async (link, id) => {
      const { page, leave } = await open(`#${link}`, {
        before: () => {
          const own = globalThis as unknown as { shifts: number };
          own.shifts = 0;
          new PerformanceObserver((list) => {
            for (const entry of list.getEntries() as unknown as { value: number; hadRecentInput: boolean }[]) {
              if (!entry.hadRecentInput) own.shifts += entry.value;
            }
          }).observe({ type: "layout-shift", buffered: true });
        },
      });
      expect(await page.evaluate(() => getComputedStyle(document.documentElement).overflowAnchor)).toBe("none");
      await page.waitForTimeout(2500);
      expect(await landedBy(page, id)).toBeLessThanOrEqual(8);
      expect(await page.evaluate(() => (globalThis as unknown as { shifts: number }).shifts)).toBeLessThan(0.05);
      await leave();
    },
  );
});

/** Pixels between a section's top and the bar; 0 where the page ends before that. */
function landedBy(page: Page, id: string): Promise<number> {
  return page.evaluate((id) => {
    const bar = document.querySelector(".masthead") as Element;
    const off =
      (document.getElementById(id) as Element).getBoundingClientRect().top - bar.getBoundingClientRect().height;
    const rest = document.documentElement.scrollHeight - innerHeight - scrollY;
    return off > 0 && rest < 2 ? 0 : Math.abs(off);
  }, id);
}

describe.each([
  [320, 568],
  [375, 667],
  [640, 360],
  [768, 1024],
  [1280, 720],
  [1920, 1080],
  [2560, 1440],
])("%d × %d", (width, height) => {
  test.each(["en-US", "zh-CN"])("%s: figures fit, letters can be read, and no text lies on another", async (locale) => {
    const { page, leave } = await open("", { viewport: { width, height }, locale, reducedMotion: "reduce" });
    for (const id of SCENES) {
      for (let step = 0; step < STEPS[id]; step++) {
        if (id === "start") await page.evaluate(() => scrollTo(0, 0));
        else await read(page, id, step);
        await page.waitForTimeout(60);
        const found = await page.evaluate((id) => {
          const figure = document.querySelector(`#${id} .figure`) as Element;
          const own = figure.getBoundingClientRect();
          const texts = [...figure.querySelectorAll("svg text")].filter((one) => one.textContent?.trim());
          const boxes = texts.map((one) => ({ text: one.textContent, box: one.getBoundingClientRect() }));
          const over = boxes.flatMap(({ text, box: a }, i) =>
            boxes
              .slice(i + 1)
              .filter(({ box: b }) => {
                const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
                const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
                // Boxes are higher than letters.
                return across > 2 && down > 0.35 * Math.min(a.height, b.height);
              })
              .map(({ text: other }) => `${text} | ${other}`),
          );
          const out = boxes.filter(({ box }) => box.left < -1 || box.right > innerWidth + 1).map(({ text }) => text);
          const small = texts
            .filter((one) => Number.parseFloat(getComputedStyle(one).fontSize) < 14)
            .map((one) => one.textContent);
          return { over, out, small, height: own.height };
        }, id);
        expect({ ...found, height: 0 }, `${id} ${step}`).toEqual({ over: [], out: [], small: [], height: 0 });
        if (height === 720) expect(found.height).toBeLessThanOrEqual(648);
      }
    }
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    await leave();
  });
});

test("reduced motion: nothing moves by itself, the last value is shown, and Play still plays", async () => {
  const { page, leave } = await open("#split", { reducedMotion: "reduce" });
  await read(page, "split", 1);
  const before = (await shown(page, "split")).join();
  expect(before).toContain("43");
  await page.waitForTimeout(1500);
  expect((await shown(page, "split")).join()).toBe(before);
  await page.locator("#split .play").click();
  await expect.poll(async () => (await shown(page, "split")).join()).not.toBe(before);
  await leave();
});

test("language and colours change in the middle of a motion, and it goes on", async () => {
  const { page, leave } = await open("");
  const count = async (): Promise<number> =>
    number((await shown(page, "start")).find((text) => /^[\d,]{2,}$/.test(text)) ?? "0");
  await expect.poll(count).toBeGreaterThan(1e6);
  const before = await count();
  await page.locator("#language").click();
  await page.getByRole("button", { name: /^配色/ }).click();
  await page.setViewportSize({ width: 700, height: 800 });
  expect(await count()).toBeGreaterThanOrEqual(before);
  const after = await count();
  await expect.poll(count).toBeGreaterThan(after);
  expect(await page.locator("#start .play").getAttribute("aria-label")).toBe("暂停");
  await leave();
});

test("without WebAssembly the scenes play, and count the same", async () => {
  const { page, leave } = await open("#split", {
    before: () => {
      Reflect.deleteProperty(globalThis, "WebAssembly");
    },
  });
  await read(page, "split", 1);
  await pause(page, "split");
  await page.locator("#split .figure").focus();
  for (let i = 0; i < 9; i++) await page.keyboard.press("ArrowRight");
  expect((await shown(page, "split")).filter((text) => text === "43").length).toBe(2);
  await leave();
});

test("from a file, without a network and where storage is refused", async () => {
  const { page, requests, leave } = await visit(here.browser, `file://${here.site.file}#price?k=4`, {
    before: () => {
      Object.defineProperty(window, "localStorage", {
        get: () => {
          throw new DOMException("refused", "SecurityError");
        },
      });
      history.replaceState = () => {
        throw new DOMException("refused", "SecurityError");
      };
    },
  });
  await page.context().setOffline(true);
  await read(page, "price", 2);
  expect(await shown(page, "price")).toContain("k = 4, O = 64");
  expect(requests.length).toBe(1);
  await leave();
});

test("a hidden tab misses nothing but time", async () => {
  const { page, leave } = await open("");
  const count = async (): Promise<number> =>
    number((await shown(page, "start")).find((text) => /^[\d,]{2,}$/.test(text)) ?? "0");
  await expect.poll(count).toBeGreaterThan(1e6);
  const other = await page.context().newPage();
  await other.bringToFront();
  await other.waitForTimeout(800);
  await other.close();
  await page.bringToFront();
  const after = await count();
  await expect.poll(count).toBeGreaterThan(after);
  await leave();
});

test("words are explained where they stand, by mouse and keys", async () => {
  const { page, leave } = await open("#split");
  await page.locator("#split .word").first().click();
  expect(await page.locator("#split .meaning:popover-open").textContent()).toContain("one channel");
  await page.keyboard.press("Escape");
  expect(await page.locator(".meaning:popover-open").count()).toBe(0);
  await leave();
});

test("a figure says its numbers to those who do not see it", async () => {
  const { page, leave } = await open("#channels", { reducedMotion: "reduce" });
  await read(page, "channels", 1);
  const table = page.locator("#channels .figure table");
  expect(await table.locator("caption").textContent()).toContain("(21) + (17) + (5) = 43");
  expect(await table.locator("tr").count()).toBe(6);
  await leave();
});

test("forced colours: digits and cells differ, and the system's colours are used", async () => {
  const { page, leave } = await open("#split", {
    forcedColors: "active",
    colorScheme: "dark",
    reducedMotion: "reduce",
  });
  await read(page, "split", 1);
  const looks = await page
    .locator("#split svg text")
    .evaluateAll((texts) => texts.map((one) => getComputedStyle(one).fill));
  expect(new Set(looks).size).toBeGreaterThan(2);
  const paper = await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  expect(looks.filter((fill) => fill === paper).length).toBeLessThan(10); // only those on filled boxes
  await page.locator('nav a[href="#laboratory"]').first().click();
  await page.locator("#laboratory .grid canvas").first().waitFor();
  const colours = await page
    .locator("#laboratory .grid canvas")
    .first()
    .evaluate((canvas) => {
      const context = (canvas as HTMLCanvasElement).getContext("2d") as CanvasRenderingContext2D;
      const { data } = context.getImageData(0, 0, 60, 60);
      const seen = new Set<string>();
      for (let i = 0; i < data.length; i += 4) seen.add(data.slice(i, i + 3).join());
      return seen.size;
    });
  expect(colours).toBeGreaterThan(3); // one where every cell is a solid block
  await leave();
});

test("printed: every scene with its last picture, every section filled, on white", async () => {
  const { page, leave } = await open("", { colorScheme: "dark" });
  const ink = (): Promise<string> =>
    page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue("--ink-filter"));
  expect(await ink()).toBe("invert(1)");
  await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
  expect(await ink()).toBe("none"); // black on white, not white on white
  for (const id of SCENES) {
    const svg = page.locator(`#${id} .figure svg`);
    expect(await svg.getAttribute("viewBox")).toBe("0 0 900 560");
    const box = await svg.boundingBox();
    expect(box?.height).toBeGreaterThan(200);
  }
  expect(await shown(page, "split")).toContain("≠");
  for (const id of BENCHES) expect(await page.locator(`#${id} .body > *`).count(), id).toBeGreaterThan(0);
  const bright = await page
    .locator("#laboratory .grid canvas")
    .first()
    .evaluate((canvas) => {
      const context = (canvas as HTMLCanvasElement).getContext("2d") as CanvasRenderingContext2D;
      const { data } = context.getImageData(4, 4, 1, 1);
      return data[0] + data[1] + data[2];
    });
  expect(bright).toBeGreaterThan(380);
  await page.evaluate(() => dispatchEvent(new Event("afterprint")));
  expect(await ink()).toBe("invert(1)");
  expect(await page.locator("#split .figure svg").getAttribute("viewBox")).toBeNull();
  const pdf = await page.pdf();
  expect(pdf.length).toBeGreaterThan(50_000);
  await leave();
});

describe.each(["light", "dark"] as const)("axe, %s", (colorScheme) => {
  test.each(["en-US", "zh-CN"])("finds nothing in any step, %s", async (locale) => {
    const { page, leave } = await open("", { colorScheme, locale, reducedMotion: "reduce" });
    await page.evaluate(axe.source);
    for (const id of SCENES) {
      for (let step = 0; step < STEPS[id]; step++) {
        if (id !== "start") await read(page, id, step);
        const found = await page.evaluate(async (id) => {
          const { violations } = await (window as unknown as { axe: typeof axe }).axe.run(`#${id}`);
          return violations.map(({ id: rule, nodes }) => `${rule}: ${nodes[0].html.slice(0, 160)}`);
        }, id);
        expect(found, `${id} ${step}`).toEqual([]);
      }
    }
    await leave();
  });
});
