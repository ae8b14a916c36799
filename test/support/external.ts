/** Folders of files that are not committed: trained weights, and other people's test vectors. */
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
