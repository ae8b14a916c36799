/**
 * Runs the commands shown in README and docs and puts what they print below them: `npm run docs [file…]`, or only those
 * that contain a text: `npm run docs -- --only=sweep`. If a chapter's programs write files, they run first, in a
 * temporary folder, and its commands run there too.
 *
 * A block that begins with ```console holds a line "$ command" and its output. Blocks marked ```console measured hold
 * times of this machine; the tests compare all others with what the command prints.
 */
import { execFileSync, execSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const [files, options] = [false, true].map((isOption) => process.argv.slice(2).filter((arg) => arg.startsWith("--") === isOption));
const only = options.find((option) => option.startsWith("--only="))?.slice("--only=".length) ?? "";
const all = ["README.md", ...readdirSync("docs").filter((name) => name.endsWith(".md")).map((name) => `docs/${name}`)];

/** Runs the programs of a chapter. @returns the folder with what they wrote */
function programsRun(text) {
  const folder = mkdtempSync(join(tmpdir(), "separable-docs-"));
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(process.cwd(), join(folder, "node_modules/separable"));
  for (const [i, [, program]] of [...text.matchAll(/^```js\n([\s\S]*?)^```/gm)].entries()) {
    writeFileSync(join(folder, `${i}.mjs`), program);
    execFileSync("node", [`${i}.mjs`], { cwd: folder, stdio: "ignore" });
  }
  return folder;
}

const executable = JSON.stringify(join(process.cwd(), "dist/cli/main.js"));

for (const file of files.length > 0 ? files : all) {
  const text = readFileSync(file, "utf8");
  const isAlone = text.includes("writeFile(");
  let folder = null; // of what the programs write
  const recorded = text.replace(/```console( measured)?\n\$ (.*)\n[\s\S]*?```/g, (whole, measured = "", command) => {
    if (!command.includes(only)) return whole;
    if (isAlone) folder ??= programsRun(text);
    const shell = command
      .replace(/^((?:\w+=\w+ )*)npx separable/, (_, variables) => `${variables}node ${executable}`)
      .replace(/^npm run (\S+)/, "npm run --silent $1");
    console.log(`${file}: ${command}`);
    const options = { cwd: folder ?? process.cwd(), encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] };
    return `\`\`\`console${measured}\n$ ${command}\n${execSync(shell, options).trimEnd()}\n\`\`\``;
  });
  if (folder !== null) rmSync(folder, { recursive: true });
  if (recorded !== text) writeFileSync(file, recorded);
}
