/**
 * What the package declares: every type of a public signature can be named, every function says what it does and has an
 * example that runs, and a program of another project compiles.
 */
import { execFileSync } from "node:child_process";
import { copyFileSync, cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { emitDeclarations, type Item, readApi } from "../docs/declarations.mjs";
import * as onnx from "../src/formats/onnx/index.ts";
import * as library from "../src/index.ts";
import * as quantized from "../src/ops/quantized/index.ts";
import * as report from "../src/report/index.ts";
import * as testing from "../src/testing/index.ts";
import { tempFolder } from "./support/tempFolder.ts";

const folder = emitDeclarations();
const api = readApi(folder);
const [{ items: main }] = api;
const MODULES = {
  separable: library,
  "separable/onnx": onnx,
  "separable/quantized": quantized,
  "separable/report": report,
  "separable/testing": testing,
};
const { at, folder: temporary } = tempFolder();

/** Functions, methods of the builder, and others with examples; with the exports among which these run. */
const CALLABLES = api.flatMap(({ entry, items }) => {
  const methods = items.flatMap(({ name, members }) =>
    members
      .filter(({ isMethod, doc }) => isMethod && (name === "GraphBuilder" || doc.includes("@example")))
      .map((member) => ({ ...member, name: `${name}.${member.name}` })),
  );
  return [...items.filter(({ kind }) => kind === "function"), ...methods].map(
    (one) => [entry, one.name, one.doc] as const,
  );
});

test("the entry points are those of package.json, and export something", () => {
  expect(api.map(({ entry }) => entry).sort()).toEqual(Object.keys(MODULES).sort());
  for (const { entry, items } of api) {
    const values = Object.keys(MODULES[entry as keyof typeof MODULES]);
    const isValue = ({ text }: Item): boolean => /^export declare (function|const|class) /m.test(text);
    const declared = [...new Set(items.filter(isValue).map(({ name }) => name))]; // overloads are items of one name
    expect(declared.sort(), entry).toEqual(values.sort());
  }
});

describe.each(api.map(({ entry, items }) => [entry, items] as const))("%s", (_, items) => {
  test("exports every type that a signature refers to, or separable does", () => {
    const known = new Set([...main, ...items].map(({ id }) => id));
    const missing = items.flatMap(({ name, uses }) =>
      uses.filter((used) => !known.has(used)).map((used) => `${name} refers to ${used}`),
    );
    expect(missing).toEqual([]);
  });

  test("says of everything what it is", () => {
    expect(items.filter(({ doc }) => doc === "").map(({ name }) => name)).toEqual([]);
  });
});

describe("hover text", () => {
  const home = process.cwd();
  beforeAll(() => {
    const weights = library.randomWeights(library.fashionNet(), 1);
    writeFileSync(at("own.onnx"), onnx.exportOnnx(library.fashionNet(), weights));
    writeFileSync(at("own.safetensors"), library.writeSafetensors(weights));
    process.chdir(temporary); // examples name files
  });
  afterAll(() => process.chdir(home));

  test("covers the functions and the builder", () => {
    expect(CALLABLES.length).toBeGreaterThan(90);
    expect(CALLABLES.filter(([, name]) => name.startsWith("GraphBuilder.")).length).toBeGreaterThan(18);
  });

  test.each(CALLABLES)("%s: %s says what it throws, and its example runs", async (entry, _, doc) => {
    expect(doc).toMatch(/@throws (\w+Error|what )/);
    const examples = doc.split("@example").slice(1);
    expect(examples.length).toBeGreaterThan(0);
    for (const example of examples) await runExample(entry as keyof typeof MODULES, example);
  });
});

const AsyncFunction = Object.getPrototypeOf(async () => {}).constructor;

/** Runs an example. A line `expression; // value` must give that value. */
async function runExample(entry: keyof typeof MODULES, example: string): Promise<void> {
  const exports: Record<string, unknown> = { ...library, ...MODULES[entry] };
  const code = example.replaceAll(
    /^ ?(?!\s|(?:const|let|for|import|return|if)\b)(.+?); +\/\/ (.+)$/gm,
    "expectValue($1, $2);",
  );
  const expectValue = (actual: unknown, expected: unknown): void => expect(actual).toEqual(expected);
  const wanted = `const { ${Object.keys(exports).join(", ")} } = exports;`;
  await new AsyncFunction("exports", "expectValue", `"use strict";\n${wanted}\n{${code}\n}`)(exports, expectValue);
}

/** A program of someone else that names what the entry points export. */
const PROGRAM = `
import { type ConvNode, type ConvSpec, type Graph, graphBuilder, Session, type Weights, loadModel } from "separable";
import { exportOnnx } from "separable/onnx";
import { type Comparison, compareNetworks, compareReport, renderHtml } from "separable/report";
import { convOracle, judgeConv } from "separable/testing";

const spec: ConvSpec = { outputs: 4, padding: "same" };
const g = graphBuilder("own", { image: [1, 8, 8, 3] });
export const graph: Graph = g.build(g.conv2d("image", spec));
const isConv = (node: Graph["nodes"][number]): node is ConvNode => node.op === "conv2d";
export const kernels: readonly number[] = graph.nodes.filter(isConv).map(({ geometry }) => geometry.KH);
export async function page(weights: Weights): Promise<string> {
  const data: Comparison = await compareNetworks({ graph, weights }, await loadModel("other.onnx"), { backends: ["simd"] });
  const session = await Session.create(graph, weights);
  session.dispose();
  exportOnnx(graph, weights);
  return renderHtml(compareReport(data));
}
export { convOracle, judgeConv };
`;

test.each([
  ["NodeNext", "NodeNext"],
  ["ESNext", "bundler"],
])(
  "a strict program compiles, module %s, resolution %s, with every declaration checked",
  (module, moduleResolution) => {
    const home = at(module);
    const installed = join(home, "node_modules/separable");
    mkdirSync(installed, { recursive: true });
    copyFileSync("package.json", join(installed, "package.json"));
    cpSync(folder, join(installed, "dist"), { recursive: true });
    writeFileSync(join(home, "package.json"), JSON.stringify({ type: "module" }));
    writeFileSync(join(home, "program.ts"), PROGRAM);
    const compilerOptions = {
      module,
      moduleResolution,
      target: "ES2022",
      lib: ["ES2023", "DOM"],
      types: [],
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      skipLibCheck: false,
      noEmit: true,
    };
    writeFileSync(join(home, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["program.ts"] }));
    const tsc = resolve("node_modules/.bin/tsc");
    try {
      execFileSync(tsc, ["--project", home], { encoding: "utf8", stdio: "pipe" });
    } catch (error) {
      const { stdout, stderr } = error as { readonly stdout: string; readonly stderr: string };
      expect.fail(`${stdout}${stderr}`);
    }
  },
);
