/** README and docs: code runs and prints what is shown, commands too, links lead somewhere. */
import { execSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import * as fs from "node:fs/promises";
import { dirname, join } from "node:path";
import { format } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { anchorOf } from "../docs/explorer/text/anchor.ts";
import * as onnx from "../src/formats/onnx/index.ts";
import * as separable from "../src/index.ts";
import * as quantized from "../src/ops/quantized/index.ts";
import * as report from "../src/report/index.ts";
import * as testing from "../src/testing/index.ts";
import { tempFolder } from "./support/tempFolder.ts";

const files = [
  "README.md",
  ...readdirSync("docs")
    .filter((name) => name.endsWith(".md"))
    .map((name) => join("docs", name)),
];

const chinese = readdirSync("docs/zh")
  .filter((name) => name.endsWith(".md"))
  .map((name) => join("docs/zh", name));

/** Blocks of a language: ```js … ``` */
function blocks(file: string, language: string): string[] {
  const fence = new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, "gm");
  return [...readFileSync(file, "utf8").matchAll(fence)].map(([, body]) => body);
}

/** The lines of a program that are comments by themselves after a console.log: what it prints. */
function printed(code: string): string {
  const lines = code.split("\n");
  const firstLog = lines.findIndex((line) => line.includes("console.log"));
  return lines
    .slice(firstLog)
    .filter((line) => line.startsWith("// "))
    .map((line) => line.slice(3))
    .join("\n");
}

/** What programs import. */
const MODULES = {
  separable,
  "separable/onnx": onnx,
  "separable/quantized": quantized,
  "separable/report": report,
  "separable/testing": testing,
  "node:fs/promises": fs,
};

const AsyncFunction = Object.getPrototypeOf(async () => {}).constructor;

const home = process.cwd();
const { folder } = tempFolder();

describe.each(files.filter((file) => blocks(file, "(?:js|console)").length > 0))("%s", (file) => {
  if (readFileSync(file, "utf8").includes("writeFile(")) {
    beforeAll(() => process.chdir(folder)); // where its programs write, and its commands read
    afterAll(() => process.chdir(home));
  }
  const programs = blocks(file, "js");
  if (programs.length > 0) {
    test.each(programs.map((code, i) => [i + 1, code] as const))("program %i prints what is shown", async (_, code) => {
      const output: string[] = [];
      const console = { log: (...values: unknown[]) => output.push(format(...values)) };
      const body = code.replaceAll(/^import \{(.*)\} from ("[^"]+");$/gm, "const {$1} = modules[$2];");
      expect(body).not.toBe(code);
      await new AsyncFunction("modules", "console", body)(MODULES, console);
      expect(output.join("\n")).toBe(printed(code));
    });
  }

  const commands = blocks(file, "console");
  if (commands.length > 0) {
    test.each(commands)("command %#", { timeout: 120_000 }, (block) => {
      const [, command, shown] = /^\$ (.*)\n([\s\S]*)$/.exec(block) ?? [];
      const shell = command
        .replace("npx separable", `node ${join(home, "dist/cli/main.js")}`)
        .replace("npm run", "npm run --silent");
      const output = execSync(shell, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
      expect(output.trimEnd()).toBe(shown.trimEnd());
    });
  }
});

test.each([...files, ...chinese])("%s: links, images and anchors lead somewhere", (file) => {
  const text = readFileSync(join(home, file), "utf8");
  for (const [, target, anchor] of text.matchAll(/\]\(([^)#]*)(#[^)]*)?\)/g)) {
    if (target.startsWith("https://")) continue;
    const path = target === "" ? join(home, file) : join(home, dirname(file), target);
    expect(existsSync(path), target).toBe(true);
    if (anchor && path.endsWith(".md")) expect(anchorsOf(path), `${target}${anchor}`).toContain(anchor.slice(1));
  }
  for (const [, target] of text.matchAll(/(?:src|srcset)="([^"]+)"/g))
    expect(existsSync(join(home, dirname(file), target)), target).toBe(true);
});

test("README's links lead somewhere in the package, too, which npm shows", { timeout: 60_000 }, () => {
  const listed = execSync("npm pack --dry-run --json --ignore-scripts", {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  const packed = new Set([...listed.matchAll(/"path": ?"([^"]+)"/g)].map(([, path]) => path));
  const text = readFileSync("README.md", "utf8");
  const targets = [...text.matchAll(/\]\(([^)#]+)|(?:src|srcset)="([^"]+)"/g)].map(([, link, image]) => link ?? image);
  const own = targets.filter((target) => !target.startsWith("https://"));
  expect(own.length).toBeGreaterThan(15);
  expect(own.filter((target) => !packed.has(target))).toEqual([]);
});

/** Headings as GitHub names them, and anchors that are written out. */
function anchorsOf(path: string): readonly string[] {
  const text = readFileSync(path, "utf8");
  const headings = [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    anchorOf(heading.replace(/[`*]|\]\(.*?\)|\[/g, "")),
  );
  return [...headings, ...[...text.matchAll(/<a id="([^"]+)">/g)].map(([, id]) => id)];
}

/** Paragraphs of a file: no headings, tables, lists of links or code. */
function paragraphs(file: string): readonly string[] {
  return readFileSync(file, "utf8")
    .replace(/^```[\s\S]*?^```/gm, "")
    .replace(/^\$\$[\s\S]*?^\$\$/gm, "")
    .split(/\n\s*\n/)
    .map((one) => one.trim())
    .filter((one) => one !== "" && !/^(#|\||<|!|---|\d+\. |> )/.test(one));
}

/** As it is read: links without their addresses. */
const readable = (text: string): string => text.replace(/\]\([^)]*\)/g, "]").replace(/\s+/g, " ");

const PART_I = files.filter((file) => /^(README\.md|docs\/0[1-6]-.*)$/.test(file));

test.each(PART_I)("%s: no sentence above 35 words, no paragraph above six lines of 120 letters", (file) => {
  for (const paragraph of paragraphs(file)) {
    const text = readable(paragraph);
    expect(text.length, text).toBeLessThanOrEqual(6 * 120);
    for (const sentence of text.split(/(?<=[.?!:;])\s+(?=[A-Z*[`“(])/)) {
      expect(sentence.split(" ").filter((word) => /[a-z0-9]/i.test(word)).length, sentence).toBeLessThanOrEqual(35);
    }
  }
});

test("the book: every chapter is in the contents, in order, and leads back and on", () => {
  const chapters = files.filter((file) => /^docs\/\d\d-/.test(file)).map((file) => file.slice("docs/".length));
  const contents = [...readFileSync("docs/README.md", "utf8").matchAll(/^\| \d+\. \[.*?\]\((.*?)\)/gm)].map(
    ([, to]) => to,
  );
  expect(contents).toEqual(chapters);
  for (const [i, chapter] of chapters.entries()) {
    const text = readFileSync(`docs/${chapter}`, "utf8");
    expect(text).toMatch(new RegExp(`^# ${i + 1}\\. `));
    expect(text).toContain("\n## Try it\n\n1. ");
    const last = text.trimEnd().split("\n").at(-1);
    const links = [...(last ?? "").matchAll(/\]\((.*?)\)/g)].map(([, to]) => to);
    expect(links, chapter).toEqual([chapters[i - 1], "README.md", chapters[i + 1]].filter((one) => one !== undefined));
  }
});

test("README's figures beside other engines are those that benchmarks.md and chapter 10 have", () => {
  const rows = readFileSync("README.md", "utf8").match(/^\| MobileNetV\d, .*$/gm) ?? [];
  expect(rows.length).toBe(5);
  const [floats, integers] = ["docs/benchmarks.md", "docs/10-eight-bits.md"].map((file) => readFileSync(file, "utf8"));
  for (const row of rows) {
    const [name, ...cells] = row
      .split("|")
      .map((cell) => cell.trim())
      .filter((cell) => cell !== "");
    const source = name.includes("int8") ? integers : floats;
    for (const cell of cells.filter((one) => one !== "–")) {
      const figure = name.includes("int8") ? cell.replace("×", "") : cell.replace(" ms", "");
      expect(source, `${name}: ${cell}`).toContain(figure);
    }
  }
});

test("whole figures in measured output are those of the counts", () => {
  const { total } = separable.analyze(separable.mobilenetV1());
  const twin = separable.analyze(separable.mobilenetV1({ convolution: "standard" }));
  const layers = [...separable.analyze(separable.mobilenetV1()).layers, ...twin.layers];
  const counts = [total, twin.total].flatMap(({ macs, parameters, weightBytes, activationBytes }) => [
    macs,
    weightBytes,
    activationBytes,
    ...Object.values(parameters),
  ]);
  const pairs = layers.flatMap((layer, i) => [layer.macs, layer.macs + (layers[i + 1]?.macs ?? 0)]);
  const known = new Set([...counts, ...pairs].map((count) => count.toLocaleString("en-US")));
  const [block] = blocks("README.md", "console measured");
  const shown = block.match(/\d{1,3}(,\d{3})+/g) ?? [];
  expect(shown.length).toBeGreaterThan(9);
  for (const figure of shown) expect(known.has(figure), figure).toBe(true);
});

test("the table of alpha and resolution is the facts'", () => {
  const { grid } = JSON.parse(readFileSync("test/facts/mobilenet-facts.json", "utf8"));
  const rows = readFileSync("docs/04-mobilenet-v1.md", "utf8").match(/^\| (1\.0|0\.\d+) \|.*$/gm) ?? [];
  expect(rows.length).toBe(4);
  for (const row of rows) {
    const [alpha, ...cells] = row
      .split("|")
      .map((cell) => cell.trim())
      .filter((cell) => cell !== "");
    const exact = [224, 192, 160, 128].map((size) => (grid[`v1_${alpha}_${size}`].macs / 1e6).toFixed(1));
    expect(cells).toEqual([...exact, grid[`v1_${alpha}_224`].params_bn0.toLocaleString("en-US")]);
  }
});

test("every claim of the popular page is in the chapter, with its words, and has its test", () => {
  const { page_claims: claims } = JSON.parse(readFileSync("test/facts/mobilenet-facts.json", "utf8"));
  const chapter = readFileSync("docs/06-what-people-say.md", "utf8");
  expect(claims.length).toBe(23);
  for (const { id, zh } of claims) {
    const name = `S${String(id.slice(1)).padStart(2, "0")}`;
    expect(chapter).toContain(`## ${id}. `);
    expect(chapter).toContain(`> ${zh}`);
    expect(chapter).toContain(`(../test/claims/${name}.test.ts)`);
    expect(readFileSync(`test/claims/${name}.test.ts`, "utf8")).toContain(`test("${id}: `);
  }
});

test("chapter 11 and its images are what docs/accuracy.json and the embedded weights give", () => {
  expect(() => execSync("node docs/accuracy.mjs --check", { stdio: "pipe" })).not.toThrow();
});

test("chapter 16 and its images are what docs/separable.json gives", () => {
  expect(() => execSync("node docs/separable.mjs --check", { stdio: "pipe" })).not.toThrow();
});

test("the Chinese chapters have the programs, figures and sections of the English ones", () => {
  expect(() => execSync("node docs/zh.mjs --check", { stdio: "pipe" })).not.toThrow();
});

test("Chinese texts use the glossary's words", () => {
  const others = [
    "点向卷积",
    "点卷积",
    "逐深度",
    "乘累加",
    "膨胀率",
    "扩张率",
    "步幅",
    "补零",
    "零填充",
    "批量归一化",
    "批标准化",
    "全链接",
  ];
  const page = ["zh.ts", "story.zh.ts"].map((name) => join("docs/explorer/text", name));
  for (const file of [...chinese, ...page, "docs/glossary.json"]) {
    const own = readFileSync(file, "utf8")
      .replace(/^> .*$/gm, "")
      .replaceAll("逐点卷积", "");
    for (const word of others) expect(own.includes(word), `${file}: ${word}`).toBe(false);
  }
});

test("the drawings of the chapters are what docs/images/draw.mjs draws", () => {
  expect(() => execSync("node docs/images/draw.mjs --check", { stdio: "pipe" })).not.toThrow();
});

test("api.md is what the declarations give", () => {
  expect(() => execSync("node docs/api.mjs --check", { stdio: "pipe" })).not.toThrow();
});
