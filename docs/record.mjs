/**
 * Runs the commands shown in README and docs and puts what they print below them: `npm run docs [file…]`.
 *
 * A block that begins with ```console holds a line "$ command" and its output. Blocks marked ```console measured hold times
 * of this machine; the tests compare all others with what the command prints.
 */
import { execSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";

const files = process.argv.slice(2);
const all = ["README.md", ...readdirSync("docs").filter((name) => name.endsWith(".md")).map((name) => `docs/${name}`)];

for (const file of files.length > 0 ? files : all) {
  const text = readFileSync(file, "utf8");
  const recorded = text.replace(/```console( measured)?\n\$ (.*)\n[\s\S]*?```/g, (_, measured = "", command) => {
    const shell = command.replace(/^((?:\w+=\w+ )*)npx separable/, "$1node dist/cli/main.js").replace(/^npm run (\S+)/, "npm run --silent $1");
    console.log(`${file}: ${command}`);
    const output = execSync(shell, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
    return `\`\`\`console${measured}\n$ ${command}\n${output.trimEnd()}\n\`\`\``;
  });
  if (recorded !== text) writeFileSync(file, recorded);
}
