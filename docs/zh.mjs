/**
 * The Chinese chapters in docs/zh take everything but prose from the English ones: programs, commands and their output,
 * formulas, the rows of README's table of speeds, and the verdicts of chapter 6 from the page's own Chinese text.
 * The tables of both glossaries come from docs/glossary.json, which the page's definitions come from too.
 *
 *   node docs/zh.mjs            brings them up to date
 *   node docs/zh.mjs --check    says what is not, and which sections lag behind their English ones
 *   node docs/zh.mjs --accept   notes that every section was read again beside its English one
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runnerImport } from "vite";

const DOCS = import.meta.dirname;
const ZH = join(DOCS, "zh");
const EXPLORER = join(DOCS, "explorer");

/** What is taken over: fenced blocks and formulas on lines of their own; or the place for one. */
const BLOCK = /^```[\s\S]*?^```$|^\$\$[\s\S]*?^\$\$$|^<!-- block -->$/gm;
const NOTE = /^<!-- of [0-9a-f]{8} -->\n/gm;

const english = (name) => readFileSync(name === "README.md" ? join(DOCS, "../README.md") : join(DOCS, name), "utf8");

/** The nth block of the English text in the place of the nth block of the Chinese one. */
function withBlocks(name, text) {
  const blocks = english(name).match(BLOCK) ?? [];
  let next = 0;
  const filled = text.replace(BLOCK, () => blocks[next++] ?? "<!-- block -->");
  if (next !== blocks.length) throw new Error(`docs/zh/${name} has ${next} blocks, its English text ${blocks.length}`);
  return filled;
}

const between = (text, name, body) =>
  text.replace(new RegExp(`(<!-- ${name} -->\n)[\\s\\S]*?(<!-- end -->)`), (_, start, end) => `${start}${body}${end}`);

/** Chapter 6's sentences with verdicts, in the words of the page. */
async function claims() {
  const { module } = await runnerImport(join(EXPLORER, "text/zh.ts"), { root: EXPLORER, logLevel: "error" });
  const { verdicts, qualified, truth } = module.zh.claims;
  const { page_claims } = JSON.parse(readFileSync(join(DOCS, "../test/facts/mobilenet-facts.json"), "utf8"));
  const sections = page_claims.map(({ id, zh, verdict }) => {
    const [kind] = Object.keys(verdicts).filter((one) => verdict.startsWith(one));
    const file = `S${id.slice(1).padStart(2, "0")}`;
    return `## ${id}\n\n> ${zh}\n\n**${qualified[id] ?? verdicts[kind]}。** ${truth[id].replace(/^（.*?）/, "")}\n测试：[${file}](../../test/claims/${file}.test.ts)。\n`;
  });
  return `\n${sections.join("\n")}\n`;
}

/** The words of docs/glossary.json as a table. */
function terms(heads, row) {
  const all = Object.values(JSON.parse(readFileSync(join(DOCS, "glossary.json"), "utf8")));
  const rows = [heads, heads.map(() => "---"), ...all.map(row)];
  return `\n${rows.map((cells) => `| ${cells.join(" | ")} |`).join("\n")}\n\n`;
}

/** The text in sections, each beginning with its heading. */
const sections = (text) => text.split(/^(?=## )/m);
const prose = (section) => section.replace(BLOCK, "").replace(NOTE, "").replace(/\s+/g, " ").trim();
const hashOf = (section) => createHash("sha256").update(prose(section)).digest("hex").slice(0, 8);

/** Whole and decimal numbers of a text, whatever they are written with: 4.2 million is 420 万. */
export function figuresOf(text) {
  const plain = text
    .replace(BLOCK, "")
    .replace(/<!--[\s\S]*?-->|\]\([^)]*\)|(src|srcset|media)="[^"]*"|`[^`]*`|^#+ .*$|^>.*$/gm, " ")
    .replace(/[A-Za-z_][A-Za-z_]*\d[\w.]*/g, " ");
  const scales = { million: 1e6, 亿: 1e8, 万: 1e4 };
  return [...plain.matchAll(/(\d[\d,]*(?:\.\d+)?(?:e-?\d+)?)\s*(million|亿|万)?/g)].map(([, digits, scale]) => {
    const value = Number(digits.replaceAll(",", "")) * (scale ? scales[scale] : 1);
    return Number(value.toPrecision(9));
  });
}

/** Files whose text is brought up to date. */
function settle(path, before, text, problems) {
  if (text === before) return;
  if (process.argv.includes("--check")) problems.push(`${path} is not up to date`);
  else writeFileSync(path, text);
}

const names = readdirSync(ZH).filter((name) => /^(README|\d\d-.*)\.md$/.test(name));
const problems = [];
for (const name of names) {
  const path = join(ZH, name);
  const before = readFileSync(path, "utf8");
  let text = withBlocks(name, before);
  if (name.startsWith("06")) text = between(text, "claims", await claims());
  if (name === "README.md")
    text = between(text, "speeds", `\n${english(name).match(/^\| \| separable \|[\s\S]*?\n(?=\n)/m)[0]}\n`);

  // Chapter 6's sentences come from the page, whose tests hold them; README's contents have docs/README.md beside them.
  const own = sections(text).filter((section) => !/^## (S\d|第一部分)/.test(section));
  const counterparts = sections(english(name)).filter((section) => !/^## S\d/.test(section));
  if (own.length !== counterparts.length)
    problems.push(`${name} has ${own.length} sections, its English text ${counterparts.length}`);
  for (const [i, section] of own.entries()) {
    const other = counterparts[i] ?? "";
    const title = section.split("\n")[0];
    const note = `<!-- of ${hashOf(other)} -->\n`;
    if (process.argv.includes("--accept")) {
      const noted = section.replace(NOTE, "").replace("\n", `\n${note}`);
      text = text.replace(section, () => noted);
    } else if (!section.includes(note)) problems.push(`${name}, ${title}: its English section has changed since`);
    const [mine, wanted] = [figuresOf(section), figuresOf(other)];
    const missing = wanted.filter((figure) => !mine.includes(figure));
    const extra = mine.filter((figure) => !wanted.includes(figure));
    if (missing.length > 0) problems.push(`${name}, ${title}: lacks ${[...new Set(missing)].join(", ")}`);
    if (extra.length > 0) problems.push(`${name}, ${title}: has ${[...new Set(extra)].join(", ")}, the English does not`);
  }
  settle(path, before, text, problems);
}
const glossaries = [
  ["glossary.md", ["term", "Chinese", "meaning"], ({ en, zh, meaning }) => [en, zh, meaning.en]],
  ["zh/glossary.md", ["中文", "英文", "含义"], ({ en, zh, meaning }) => [zh, en, meaning.zh]],
];
for (const [name, heads, row] of glossaries) {
  const text = readFileSync(join(DOCS, name), "utf8");
  settle(join(DOCS, name), text, between(text, "terms", terms(heads, row)), problems);
}
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;
