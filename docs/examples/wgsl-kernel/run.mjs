/**
 * A kernel in WGSL, judged: `node docs/examples/wgsl-kernel/run.mjs`; with `--bug`, one that shifts its windows by a pixel.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { convCases, convOperandsFor, convOracle, judgeSuite } from "separable/testing";
import { findGpu } from "./gpu.mjs";

const gpu = await findGpu();
if (gpu === null) {
  console.log("skipped: there is no WebGPU here (npm install --no-save webgpu, or apt install chromium)");
  process.exit(77);
}
console.log(gpu.name);
let code = readFileSync(join(import.meta.dirname, "depthwise.wgsl"), "utf8");
if (process.argv.includes("--bug")) code = code.replace("+ kw - l.left", "+ kw - l.left + 1");

/** What this kernel is made for: one image, multiplier 1, no dilation, no activation. */
const mine = ({ op, input, filter, options: { dilations, activation } }) =>
  op === "depthwiseConv2d" && input[0] === 1 && filter[3] === 1 && dilations[0] * dilations[1] === 1 && activation === "none";

const answers = [];
for (const wanted of convCases({ count: 500 }).filter(mine)) {
  const { input, filter, options } = convOperandsFor({ ...wanted, hasBias: true });
  const oracle = convOracle(wanted.op, input, filter, options);
  const { OH, OW, padTop, padLeft } = oracle.geometry;
  const [, H, W, C] = input.shape;
  const [KH, KW] = filter.shape;
  const layer = [H, W, C, OH, OW, KH, KW, ...options.strides, padTop, padLeft];
  const operands = [layer, ...[input, filter, options.bias].map((one) => [...one.data])];
  const answer = await gpu.run({ code, operands, outputs: OH * OW * C, workgroups: Math.ceil((OH * OW * C) / 64) });
  answers.push({ name: wanted.name, oracle, answer });
}
await gpu.close();
const { message, counts } = judgeSuite(answers);
console.log(message);
process.exitCode = counts.wrong + counts.suspicious > 0 ? 1 : 0;
