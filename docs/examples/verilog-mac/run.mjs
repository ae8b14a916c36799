/**
 * A multiplier-accumulator in Verilog, judged on a layer of a trained network in eight bits:
 * `node docs/examples/verilog-mac/run.mjs`; with `--bug`, one that truncates where it should round.
 */
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { need, run, separable, tempFolder } from "../tools.mjs";

need("iverilog", "apt install iverilog");
const folder = join(tempFolder(), "layer");
const rule = ["--type", "int8", "--rounding", "tflite-double"];
separable("vectors", "--layer", "conv_dw_7", "fashion_int8", ...rule, "--format", "hex", "--output", folder);
copyFileSync(join(import.meta.dirname, "mac_array.v"), join(folder, "mac_array.v"));
const bug = process.argv.includes("--bug") ? ["-DBUG=1"] : [];
run("iverilog", ["-g2005", ...bug, "testbench.v", "mac_array.v", "-o", "testbench"], folder);
console.log(run("vvp", ["testbench"], folder));
const { status, stdout } = separable("judge", folder, join(folder, "answer.hex"));
console.log(stdout);
process.exitCode = status;
