/** @file Leaves out the code that writes and inspects files: the page only reads them. */
import type { Plugin } from "vite";

const UNUSED = /\/src\/formats\/\w+\/(export|inspect)\.ts$/;

export function readersOnly(): Plugin {
  return {
    name: "readers-only",
    enforce: "pre",
    load: (id) => (UNUSED.test(id) ? "export default null;" : null),
  };
}
