/** separable compare --standard: the standard twin by another algorithm. */
import { describe, expect, test } from "vitest";
import { runHere as run } from "../../support/cli.ts";

const LINE = ["compare", "mobilenet_v1_0.25_64", "--quick", "--backend", "simd", "--standard"];

describe("--standard", () => {
  test("best: fewer products, the same MACs, and each block says how it is computed", async () => {
    const { code, out } = await run(...LINE, "best", "--json");
    expect(code).toBe(0);
    const { promised, first, second, blocks, areTwins } = JSON.parse(out);
    expect(areTwins).toBe(true);
    expect(promised).toBeCloseTo(second.products / first.products, 12);
    expect(second.products).toBeLessThan(second.macs / 1.5);
    const algorithms = blocks.map(({ algorithm }: { algorithm: string }) => algorithm);
    expect(algorithms[0]).toBe("direct"); // stride 2
    expect(new Set(algorithms)).toEqual(new Set(["direct", "winograd2", "winograd4"]));
    for (const { algorithm, secondMacs, secondProducts } of blocks) {
      expect(secondProducts < secondMacs).toBe(algorithm !== "direct");
    }
  });

  test("the table has a column for it, which a direct comparison lacks", async () => {
    const fair = (await run(...LINE, "winograd4")).out;
    expect(fair).toMatch(/^conv_dw_1 \+ conv_pw_1 .* winograd4 .*×$/m);
    expect(fair).toMatch(/^products +[\d,]+ +[\d,]+ +\d\.\d\d×$/m);
    expect(fair).toContain("by Winograd's method, what is promised are products, without its transforms");
    const plain = (await run(...LINE, "direct")).out;
    expect(plain).not.toContain("products");
    expect(plain).not.toContain("Winograd");
  });

  test("refuses another name", async () => {
    const { code, err } = await run(...LINE, "fft");
    expect([code, err]).toEqual([
      2,
      expect.stringMatching(/^compare: --standard is "fft", needs one of direct, winograd2, winograd4, best/),
    ]);
  });
});
