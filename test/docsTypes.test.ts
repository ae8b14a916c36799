/**
 * Programs of README and docs under strict TypeScript, with the package's own declarations: what is printed can be pasted
 * into a project with `strict`. Only what JavaScript cannot write, the types of parameters, may be missing.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const FOLDER = "node_modules/.cache/docs-programs";
const ENTRIES = {
  separable: "index",
  "separable/onnx": "formats/onnx/index",
  "separable/quantized": "ops/quantized/index",
  "separable/report": "report/index",
  "separable/testing": "testing/index",
};

/** "… implicitly has an 'any' type", in the programs in JavaScript. */
const UNTYPED = /error TS70(05|06|31|34):/;

test("programs of README and the chapters hold under strict TypeScript", { timeout: 60_000 }, () => {
  rmSync(FOLDER, { recursive: true, force: true });
  const files = ["README.md", ...readdirSync("docs").filter((name) => name.endsWith(".md"))];
  const paths = Object.entries(ENTRIES).map(([name, entry]) => [name, [`../../../../dist/${entry}.d.ts`]]);
  let programs = 0;
  for (const language of ["js", "ts"]) {
    mkdirSync(join(FOLDER, language), { recursive: true });
    for (const file of files) {
      const text = readFileSync(file === "README.md" ? file : join("docs", file), "utf8");
      const blocks = text.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, "gm"));
      for (const [i, [, code]] of [...blocks].entries()) {
        writeFileSync(join(FOLDER, language, `${file.slice(0, -3)}-${i + 1}.ts`), `${code}\nexport {};\n`);
        programs++;
      }
    }
    const options = { noEmit: true, noUnusedLocals: false, paths: Object.fromEntries(paths) };
    const config = { extends: "../../../../tsconfig.json", compilerOptions: options, include: ["*.ts"], exclude: [] };
    writeFileSync(join(FOLDER, language, "tsconfig.json"), JSON.stringify(config));
    const { stdout } = spawnSync("npx", ["tsc", "--project", join(FOLDER, language)], { encoding: "utf8" });
    const errors = stdout.split("\n").filter((line) => line.includes("error TS"));
    expect(errors.filter((line) => language === "ts" || !UNTYPED.test(line))).toEqual([]);
  }
  expect(programs).toBeGreaterThan(40);
});
