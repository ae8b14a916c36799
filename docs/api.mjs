/**
 * Writes docs/api.md, the index of what the package exports, from the emitted declarations: `npm run docs:api`. With
 * --check it only looks whether the file is current.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { emitDeclarations, readApi } from "./declarations.mjs";

const FILE = new URL("api.md", import.meta.url);

/** Folders of src, in the order of the chapters, and what they are called there. */
const ROOMS = {
  tensor: "Tensors",
  ops: "Operations",
  geometry: "Shapes and costs of one convolution",
  kernels: "Tiers of kernels",
  models: "Networks",
  graph: "Graphs",
  session: "Sessions",
  runtime: "Memory",
  quantize: "Quantising a network",
  formats: "Files",
  image: "Images",
  data: "Data",
  train: "Training",
  analysis: "Counts",
  measure: "Ceilings of the machine",
  testing: "Judging a kernel",
  report: "Measurements and reports",
};

const ABOUT = {
  "separable": "Tensors, operations, networks, sessions, files, training and counts.",
  "separable/onnx": "Reads and writes ONNX; [chapter 17](17-files.md). `loadModel` of `separable` reads it too.",
  "separable/testing": "An oracle for testing your own kernels; [chapter 14](14-testing-your-own.md).",
  "separable/quantized": "Tensors of integers of eight bits, operations on them with three rules of rounding, and networks made of them; [chapter 10](10-eight-bits.md).",
  "separable/report": "What the command line counts, measures and reports; [chapter 13](13-a-network-of-your-own.md).",
};

function page(api) {
  const parts = api.map(({ entry, items }) => {
    const rooms = Object.keys(ROOMS).map((room) => [room, items.filter(({ id }) => id.startsWith(`${room}/`))]);
    const listed = rooms.flatMap(([, own]) => own);
    const lost = items.filter((item) => !listed.includes(item));
    if (lost.length > 0) throw new Error(`docs/api.mjs: no heading for ${lost.map(({ id }) => id).join(", ")}`);
    const sections = rooms
      .filter(([, own]) => own.length > 0)
      .map(([room, own]) => `### ${ROOMS[room]}\n\n${own.toSorted(inOrder).map(entryOf).join("\n")}`);
    return `## \`${entry}\`\n\n${ABOUT[entry]}\n\n${sections.join("\n\n")}`;
  });
  return `# What the package exports

Everything that can be imported, by entry point. Each docstring states shapes, units, defaults, errors and an
example, which a test runs. \`npm run docs:api\` writes this page from the declarations.

${parts.join("\n\n")}
`;
}

const isValue = ({ text }) => /^export declare (function|const|class) /m.test(text);

/** Values first, then types, each by name. */
function inOrder(a, b) {
  return isValue(b) - isValue(a) || a.name.localeCompare(b.name, "en");
}

function entryOf(item) {
  const source = `../src/${item.id.split("#")[0].replace(/\.d\.ts$/, ".ts")}`;
  const methods = item.members.filter(({ isMethod, name }) => isMethod && /^[a-z]/.test(name) && name !== "constructor");
  const own = `- [\`${item.kind === "function" ? callOf(item) : item.name}\`](${source})${sentence(item.doc)}`;
  return [own, ...methods.map((method) => `  - \`.${callOf(method)}\`${sentence(method.doc)}`)].join("\n");
}

/** conv2d(input, filter, options?) */
function callOf({ name, text }) {
  const parameters = [...splitAtCommas(text.slice(text.indexOf("(") + 1))].map((one) => /^[\w.]+\??/.exec(one)?.[0] ?? "");
  return `${name}(${parameters.filter((one) => one !== "").join(", ")})`;
}

/** The parameters of a signature, up to its closing bracket. */
function* splitAtCommas(text) {
  let [depth, part] = [0, ""];
  for (const letter of text.replaceAll("=>", "")) {
    if (depth === 0 && letter === ")") break;
    if (depth === 0 && letter === ",") {
      yield part.trim();
      part = "";
      continue;
    }
    if ("([{<".includes(letter)) depth++;
    if (")]}>".includes(letter)) depth--;
    part += letter;
  }
  yield part.trim();
}

/** The first sentence of a comment, as it continues a line. */
function sentence(doc) {
  const [text] = doc.split(/\n\n|(?:^|\s)@/);
  const [first] = text.replaceAll(/\s+/g, " ").trim().split(/(?<=[.:;])\s(?=[A-ZΣ1-9"]|y\[)/);
  const plain = first.replaceAll(/\{@link ([\w.]+)\}/g, "`$1`").replace(/[.:;]$/, "");
  return plain === "" ? "" : `: ${plain.replaceAll(/(?<!`)([<*_|])/g, "\\$1")}`;
}

const text = page(readApi(emitDeclarations()));
if (!process.argv.includes("--check")) writeFileSync(FILE, text);
else if (readFileSync(FILE, "utf8") !== text) {
  console.error("docs/api.md is not current: npm run docs:api");
  process.exitCode = 1;
}
