/** What a page has to load: one file, nothing beside it, and not much of it. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { rolldown } from "rolldown";
import { expect, test } from "vitest";

const INDEX = new URL("../src/index.ts", import.meta.url).pathname;

/** Bytes of a program, bundled, minified and compressed. */
async function compressed(program: string): Promise<{ readonly loaded: number; readonly later: number }> {
  const bundle = await rolldown({
    input: "program",
    platform: "neutral",
    external: [/^node:/],
    plugins: [
      {
        name: "program",
        resolveId: (id) => (id === "program" ? id : null),
        load: (id) => (id === "program" ? program : null),
      },
    ],
  });
  const { output } = await bundle.generate({ format: "esm", minify: true });
  const chunks = output.filter((chunk) => chunk.type === "chunk");
  const loaded = new Set<string>();
  const load = (name: string): void => {
    if (loaded.has(name)) return;
    loaded.add(name);
    for (const next of chunks.find(({ fileName }) => fileName === name)?.imports ?? []) load(next);
  };
  for (const { isEntry, fileName } of chunks) if (isEntry) load(fileName);
  const sizeOf = (isWanted: (name: string) => boolean): number =>
    chunks
      .filter(({ fileName }) => isWanted(fileName))
      .reduce((sum, { code }) => sum + gzipSync(code, { level: 9 }).length, 0);
  return { loaded: sizeOf((name) => loaded.has(name)), later: sizeOf((name) => !loaded.has(name)) };
}

test.each([
  ["one convolution, with all tiers", `export { conv2d } from ${JSON.stringify(INDEX)};`, 25_000],
  ["everything", `export * from ${JSON.stringify(INDEX)};`, 60_000],
])("%s", async (name, program, most) => {
  const { loaded, later } = await compressed(program);
  const more = later > 0 ? `, and ${later} when a training begins or a file of another format comes` : "";
  console.log(`${name}: ${loaded} bytes, bundled and compressed${more}`);
  expect(loaded).toBeGreaterThan(5_000);
  expect(loaded).toBeLessThanOrEqual(most);
  expect(later).toBeLessThanOrEqual(30_000);
});

test("no dependencies, and no binary files but the network that comes with the package, under 400 KB, and its sample", () => {
  expect(JSON.parse(readFileSync("package.json", "utf8")).dependencies).toBeUndefined();
  const files = ["src", "test", "docs", "bench"].flatMap((folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.parentPath.includes("node_modules"))
      .map((entry) => join(entry.parentPath, entry.name)),
  );
  expect(files.length).toBeGreaterThan(100);
  const data = ["src/weights/fashion.safetensors", "src/weights/fashion-sample.safetensors"];
  for (const file of files) {
    if (data.includes(file)) expect(readFileSync(file).length).toBeLessThan(400_000);
    else expect(readFileSync(file).includes(0), file).toBe(false);
  }
});
