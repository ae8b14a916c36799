/**
 * Runs the commands shown in README and docs and puts what they print below them: `npm run docs [file…]`, or only those
 * that contain a text: `npm run docs -- --only=sweep`. Where the
 * programs of a chapter write files, they run first, and all in a folder of their own.
 *
 * A block that begins with ```console holds a line "$ command" and its output. Blocks marked ```console measured hold times
 * of this machine; the tests compare all others with what the command prints.
 */
import { execFileSync, execSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
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

for (const file of files.length > 0 ? files : all) {
  const text = readFileSync(file, "utf8");
  const cwd = text.includes("writeFile(") ? programsRun(text) : process.cwd();
  const executable = join(process.cwd(), "dist/cli/main.js");
  const recorded = text.replace(/```console( measured)?\n\$ (.*)\n[\s\S]*?```/g, (whole, measured = "", command) => {
    if (!command.includes(only)) return whole;
    const shell = command.replace(/^((?:\w+=\w+ )*)npx separable/, `$1node ${executable}`).replace(/^npm run (\S+)/, "npm run --silent $1");
    console.log(`${file}: ${command}`);
    const output = execSync(shell, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
    return `\`\`\`console${measured}\n$ ${command}\n${output.trimEnd()}\n\`\`\``;
  });
  if (recorded !== text) writeFileSync(file, recorded);
}
