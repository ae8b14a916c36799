/** What a machine may lack: folders of files that are not committed, and programs. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { describe, test } from "vitest";

/**
 * Runs tests that need the folder which an environment variable names, and says so where it does not.
 *
 * @param variable SEPARABLE_WEIGHTS or SEPARABLE_CONFORMANCE
 */
export function withFolder(variable: string, what: string, define: (folder: string) => void): void {
  const folder = process.env[variable];
  if (folder && existsSync(folder)) describe(what, () => define(folder));
  else {
    test(`${what}: skipped, ${variable} ${folder ? `is ${folder}, which does not exist` : "is not set"}`, (context) => {
      context.skip();
    });
  }
}

/** Runs tests that need a program of this machine, and says so where it does not have it. */
export function withProgram(program: string, args: string[], name: string, body: () => void): void {
  const isThere = spawnSync(program, args).status === 0;
  test(isThere ? name : `${name}: skipped, ${program} is not here`, { timeout: 60_000 }, (context) => {
    if (isThere) body();
    else context.skip();
  });
}
