/**
 * A kernel in C, judged: `node docs/examples/c-kernel/run.mjs`; with `--bug`, a kernel that takes all kernels to be square. For each
 * layer separable writes vectors as a C header and as JSON, the kernel computes, and separable judges its answer.
 */
import { join } from "node:path";
import { need, run, separable, tempFolder } from "../tools.mjs";

need("cc", "apt install gcc");
const LAYERS = [
  ["--input", "9x11x8", "--kernel", "3", "--padding", "same"],
  ["--input", "12x12x6", "--kernel", "3", "--padding", "same", "--strides", "2"],
  ["--input", "7x10x5", "--kernel", "1x5", "--padding", "0,0,2,2"],
];
const bug = process.argv.includes("--bug") ? ["-DBUG"] : [];
const folder = tempFolder();
let wrong = 0;
for (const layer of LAYERS) {
  for (const format of ["c", "json"]) {
    const file = join(folder, format === "c" ? "vectors.h" : "vectors.json");
    separable("vectors", "depthwise", ...layer, "--format", format, "--output", file, "--force");
  }
  const sources = ["main.c", "kernel.c"].map((name) => join(import.meta.dirname, name));
  run("cc", ["-std=c99", "-O2", ...bug, "-I", folder, "-I", import.meta.dirname, ...sources, "-o", "kernel"], folder);
  run(join(folder, "kernel"), ["answer.bin"], folder);
  const { status, stdout } = separable("judge", join(folder, "vectors.json"), join(folder, "answer.bin"));
  console.log(`${layer.join(" ")}\n${stdout}`);
  wrong += status;
}
console.log(wrong === 0 ? "every layer is right" : `${wrong} of ${LAYERS.length} layers are wrong`);
process.exitCode = wrong === 0 ? 0 : 1;
