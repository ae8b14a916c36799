/** What several examples share: the command line of this repository, a folder that is removed, and tools that may be missing. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const MAIN = join(import.meta.dirname, "../../dist/cli/main.js");

/** What `npx separable …` prints. @throws if it fails with another status than 0 or 1 */
export function separable(...options) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...options], { encoding: "utf8" });
  if (status === null || status > 1) throw new Error(stderr);
  return { status, stdout };
}

/** Ends the example with a message, and status 77, where a tool is missing. */
export function need(tool, install) {
  if (spawnSync(tool, ["--version"]).error === undefined || spawnSync(tool, ["-V"]).error === undefined) return;
  console.log(`skipped: there is no ${tool} here (${install})`);
  process.exit(77);
}

export function run(tool, options, cwd) {
  return execFileSync(tool, options, { cwd, encoding: "utf8" });
}

/** A folder that is gone when the process is. */
export function tempFolder() {
  const folder = mkdtempSync(join(tmpdir(), "separable-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
