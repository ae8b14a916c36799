import { expect, test } from "vitest";
import { CHECKS } from "../claims/checks.ts";
import { CLAIMS } from "../claims/claims.ts";
import { zh } from "../text/zh.ts";
import { onSite, section, visit } from "./browser.ts";

const here = onSite();

test("23 sentences, 23 checks that hold, in both languages", async () => {
  expect(CLAIMS.map(({ id }) => id)).toEqual(Object.keys(CHECKS));
  expect(Object.keys(zh.claims.truth)).toEqual(Object.keys(CHECKS));
  for (const check of Object.values(CHECKS)) expect(check()).toMatchObject({ holds: true });
  for (const locale of ["en-US", "zh-CN"]) {
    const { page, leave } = await visit(here.browser, here.site.url, { locale });
    const own = await section(page, "people");
    await own.locator(".controls button").first().click(); // show all answers
    for (const { id } of CLAIMS) await own.locator(`[data-check=${id}]`).scrollIntoViewIfNeeded();
    await expect.poll(() => own.locator("[data-holds=true]").count()).toBe(23);
    const { shows } = CHECKS.S4();
    expect(await own.locator("[data-claim=S4]").innerText()).toContain(shows);
    await leave();
  }
});

test("a quiz: wrong ones first, English first, an answer is judged, the score counts, and another language keeps it", async () => {
  const { page, leave } = await visit(here.browser, here.site.url);
  const own = await section(page, "people");
  const cards = own.locator(".claim");
  const first = CLAIMS.filter(({ verdict }) => verdict === "wrong");
  expect(await cards.first().getAttribute("data-claim")).toBe(first[0].id);
  expect(await cards.first().locator("blockquote p").first().innerText()).toBe(first[0].en);
  expect(await cards.first().locator(".check").count()).toBe(0);
  await cards.nth(0).getByRole("button", { name: "Wrong" }).click();
  await cards.nth(1).getByRole("button", { name: "Right", exact: true }).focus();
  await page.keyboard.press("Enter");
  expect(await own.locator(".score").innerText()).toBe("1 of 2 answers in line with the checks");
  expect(await cards.nth(0).locator(".verdict").innerText()).toContain("You said: Wrong ✓");
  expect(await cards.nth(0).getAttribute("class")).toContain("wrong");
  await expect.poll(() => cards.nth(0).locator("[data-holds=true]").count()).toBe(1);
  const source = await cards.nth(0).locator(".links a").getAttribute("href");
  const response = await page.request.get(`${here.site.url}${source?.split("#")[0]}`);
  expect(await response.text()).toContain(`id="${source?.split("#")[1]}"`);
  await page.locator("#language").click();
  await section(page, "people");
  expect(await own.locator(".score").innerText()).toBe("2 个回答中 1 个与验证一致");
  expect(await cards.nth(0).locator("blockquote p").first().innerText()).toBe(first[0].zh);
  await leave();
});
