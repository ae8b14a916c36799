/** What a page has to load: one file, nothing beside it, and not much of it. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { rolldown } from "rolldown";
import { expect, test } from "vitest";

const entry = (path: string): string => JSON.stringify(new URL(`../src/${path}`, import.meta.url).pathname);

/**
 * Bytes of a program, bundled, minified and compressed: of what it loads at once, and of what it loads when it is
 * needed.
 */
async function compressed(program: string): Promise<{ readonly loaded: number; readonly later: number }> {
  const loaded = await bundled(program, true);
  return { loaded, later: (await bundled(program, false)) - loaded };
}

/** @param isSplit whether what is imported when it is needed is left out */
async function bundled(program: string, isSplit: boolean): Promise<number> {
  const bundle = await rolldown({
    input: "program",
    platform: "neutral",
    external: [/^node:/],
    plugins: [
      {
        name: "program",
        resolveId: (id) => (id === "program" ? id : null),
        resolveDynamicImport: (id) => (isSplit && typeof id === "string" ? { id, external: true } : null),
        load: (id) => (id === "program" ? program : null),
      },
    ],
  });
  const { output } = await bundle.generate({ format: "esm", minify: true, codeSplitting: false });
  return output.reduce((sum, chunk) => sum + ("code" in chunk ? gzipSync(chunk.code, { level: 9 }).length : 0), 0);
}

test.each([
  ["one convolution, with all tiers", `export { conv2d } from ${entry("index.ts")};`, 22_500],
  ["separable", `export * from ${entry("index.ts")};`, 87_000],
  ["separable/onnx", `export * from ${entry("formats/onnx/index.ts")};`, 39_000],
  ["separable/testing", `export * from ${entry("testing/index.ts")};`, 20_000],
  ["separable/report", `export * from ${entry("report/index.ts")};`, 74_000],
])("%s", async (name, program, max) => {
  const { loaded, later } = await compressed(program);
  const more = later > 0 ? `, and ${later} when a training begins or a file of another format comes` : "";
  console.log(`${name}: ${loaded} bytes, bundled and compressed${more}`);
  expect(loaded).toBeGreaterThan(5_000);
  expect(loaded).toBeLessThanOrEqual(max);
  expect(later).toBeLessThanOrEqual(70_000);
});

test("no dependencies, and no binary files but the network that comes with the package, under 400 KB, its sample, and the explorer's photo", () => {
  expect(JSON.parse(readFileSync("package.json", "utf8")).dependencies).toBeUndefined();
  const files = ["src", "test", "docs", "bench"].flatMap((folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.parentPath.includes("node_modules"))
      .map((entry) => join(entry.parentPath, entry.name)),
  );
  expect(files.length).toBeGreaterThan(100);
  const data = [
    "src/data/embedded/fashion.safetensors",
    "src/data/embedded/fashion-sample.safetensors",
    "docs/explorer/view/chelsea.jpg",
  ];
  for (const file of files) {
    if (data.includes(file)) expect(readFileSync(file).length).toBeLessThan(400_000);
    else expect(readFileSync(file).includes(0), file).toBe(false);
  }
});
