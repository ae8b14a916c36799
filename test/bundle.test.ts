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
    external: [/^node:/, "jsfive"],
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
  ["one convolution, with all tiers", `export { conv2d } from ${entry("index.ts")};`, 23_900],
  ["separable", `export * from ${entry("index.ts")};`, 97_000],
  ["separable/onnx", `export * from ${entry("formats/onnx/index.ts")};`, 44_500],
  ["separable/quantized", `export * from ${entry("ops/quantized/index.ts")};`, 31_500],
  ["separable/testing", `export * from ${entry("testing/index.ts")};`, 27_900],
  ["separable/report", `export * from ${entry("report/index.ts")};`, 83_500],
])("%s", async (name, program, max) => {
  const { loaded, later } = await compressed(program);
  const more = later > 0 ? `, and ${later} when a training begins or a file of another format comes` : "";
  console.log(`${name}: ${loaded} bytes, bundled and compressed${more}`);
  expect(loaded).toBeGreaterThan(5_000);
  expect(loaded).toBeLessThanOrEqual(max);
  expect(later).toBeLessThanOrEqual(112_000);
});

/** What each reader, and the writers of files that take more than a page, must not exceed in a chunk of its own. */
const CHUNKS: readonly (readonly [module: string, max: number])[] = [
  ["formats/npz/npz.ts", 6_000],
  ["formats/onnx/import.ts", 30_000],
  ["formats/tflite/import.ts", 30_000],
  ["formats/tfjs/model.ts", 5_000],
  ["formats/tensorflow/import.ts", 30_000],
  ["formats/keras/import.ts", 30_000],
  ["formats/keras/file.ts", 28_000],
];

test("each reader comes when a file of its format does", async () => {
  const entryChunk = await chunkSizes();
  for (const [module, max] of CHUNKS) {
    const size = entryChunk.get(module) ?? Number.POSITIVE_INFINITY;
    console.log(`${module}: ${size} bytes, compressed, with what it shares`);
    expect(size, module).toBeLessThanOrEqual(max);
  }
});

/** Compressed bytes of what a module loads beside the program itself; infinite if it is in the program. */
async function chunkSizes(): Promise<ReadonlyMap<string, number>> {
  const bundle = await rolldown({
    input: new URL("../src/index.ts", import.meta.url).pathname,
    platform: "neutral",
    external: [/^node:/, "jsfive"],
  });
  const { output } = await bundle.generate({ format: "esm", minify: true });
  const chunks = output.filter((chunk) => chunk.type === "chunk");
  const main = chunks.find((chunk) => chunk.isEntry);
  const loadedBy = (name: string, seen: Set<string>): Set<string> => {
    const chunk = chunks.find(({ fileName }) => fileName === name);
    if (chunk === undefined || seen.has(name)) return seen;
    seen.add(name);
    for (const imported of chunk.imports) loadedBy(imported, seen);
    return seen;
  };
  const always = loadedBy(main?.fileName ?? "", new Set());
  return new Map(
    CHUNKS.map(([module]) => {
      const own = chunks.find(({ moduleIds }) => moduleIds.some((id) => id.endsWith(`/src/${module}`)));
      if (own === undefined || always.has(own.fileName)) return [module, Number.POSITIVE_INFINITY];
      const more = [...loadedBy(own.fileName, new Set())].filter((name) => !always.has(name));
      const bytes = more.map((name) => chunks.find(({ fileName }) => fileName === name)?.code ?? "");
      return [module, bytes.reduce((sum, code) => sum + gzipSync(code, { level: 9 }).length, 0)];
    }),
  );
}

test("no dependencies, and no binary files but the network that comes with the package, under 400 KB, its twin in eight bits, its sample, and the explorer's photos", () => {
  expect(JSON.parse(readFileSync("package.json", "utf8")).dependencies).toBeUndefined();
  const files = ["src", "test", "docs", "bench"].flatMap((folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.parentPath.includes("node_modules"))
      .map((entry) => join(entry.parentPath, entry.name)),
  );
  expect(files.length).toBeGreaterThan(100);
  const data = [
    "src/data/embedded/fashion.safetensors",
    "src/data/embedded/fashion-int8.tflite",
    "src/data/embedded/fashion-sample.safetensors",
    "docs/explorer/view/chelsea.jpg",
    "docs/explorer/scenes/cat.png",
  ];
  for (const file of files) {
    if (data.includes(file)) expect(readFileSync(file).length).toBeLessThan(400_000);
    else expect(readFileSync(file).includes(0), file).toBe(false);
  }
});
