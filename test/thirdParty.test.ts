/** docs/THIRD_PARTY.md lists what comes from elsewhere, and nothing that is not there. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { expect, test } from "vitest";

const text = readFileSync("docs/THIRD_PARTY.md", "utf8");
/** Linked, or in the case of files without text named. */
const linked = [
  ...[...text.matchAll(/\]\(([^)]+)\)/g)].map(([, path = ""]) => relative(".", join("docs", path))),
  ...[...text.matchAll(/`(\w+\/[^`]+)`/g)].map(([, path = ""]) => path),
];

/** Files that hold data rather than code: each says in the list whose it is. */
const FOLDERS: readonly (readonly [folder: string, isData: RegExp])[] = [
  ["test/oracles", /\.json$/],
  ["test/facts", /\.json$/],
  ["src/data/embedded", /\.(safetensors|tflite)$/],
  ["docs/explorer/view", /\.(jpe?g|png|webp)$/],
  ["docs/images", /\.(jpe?g|png|webp)$/],
  ["src/data", /Classes\.ts$/],
  ["src/analysis", /papersV\d+\.ts$/],
  ["src/formats/tflite", /schema\.ts$/],
];

test("every file of data is listed", () => {
  const files = FOLDERS.flatMap(([folder, isData]) =>
    readdirSync(folder)
      .filter((name) => isData.test(name))
      .map((name) => join(folder, name)),
  );
  expect(files.length).toBeGreaterThan(20);
  expect(files.filter((file) => !linked.includes(file))).toEqual([]);
});

test("every file that is listed exists", () => {
  expect(linked.length).toBeGreaterThan(30);
  expect(linked.filter((file) => !existsSync(file))).toEqual([]);
});

/** Development tools whose code ends up in what is built. */
const BUNDLED: readonly string[] = ["tinybench", "jsfive", "katex", "marked", "marked-katex-extension"];

test("code that is built in is listed with the terms that it states", () => {
  for (const name of BUNDLED) {
    expect(text).toContain(name);
    const { license } = JSON.parse(readFileSync(`node_modules/${name}/package.json`, "utf8"));
    if (name !== "jsfive") expect([name, license]).toEqual([name, "MIT"]);
  }
  expect(JSON.parse(readFileSync("node_modules/pako/package.json", "utf8")).license).toBe("(MIT AND Zlib)");
  const { peerDependencies, devDependencies } = JSON.parse(readFileSync("package.json", "utf8"));
  for (const name of BUNDLED) expect({ ...peerDependencies, ...devDependencies }).toHaveProperty(name);
});
