/**
 * Imports what test/oracles/exporters.py exported and compares it with what onnxruntime computed.
 *
 *   npm run build && node test/oracles/checkExporters.mjs FOLDER [--backend simd]
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { loadModel, readWeights, Session } from "../../dist/index.js";

const [folder, option, backend = "auto"] = process.argv.slice(2);
if (folder === undefined || (option !== undefined && option !== "--backend")) {
  throw new Error("usage: node test/oracles/checkExporters.mjs FOLDER [--backend NAME]");
}
const counts = { right: 0, refused: 0, wrong: 0 };
const say = (verdict, name, what) => {
  counts[verdict]++;
  console.log(`${verdict.padEnd(8)} ${name.padEnd(44)} ${what}`);
};

/** [n, c, h, w] as [n, h, w, c]; other ranks as they are. */
const asImages = (t) => (t.shape.length === 4 ? t.transpose([0, 2, 3, 1]) : t);

for (const file of readdirSync(folder).filter((name) => name.endsWith(".onnx"))) {
  const path = join(folder, file);
  const { weights: answers } = await readWeights(path.replace(/onnx$/, "npz"));
  try {
    const { graph, weights } = await loadModel(path);
    const session = await Session.create(graph, weights, { backend });
    const start = performance.now();
    const y = await session.run(asImages(answers.get("input")));
    const time = performance.now() - start;
    session.dispose();
    const expected = asImages([...answers.values()][1]);
    const [a, b] = [y.toFloat32Array(), expected.toFloat32Array()];
    const largest = b.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
    const off =
      a.length === b.length
        ? a.reduce((max, value, i) => Math.max(max, Math.abs(value - b[i])), 0) / largest
        : Infinity;
    say(off < 1e-4 ? "right" : "wrong", file, `${off.toExponential(1)} of the largest, ${time.toFixed(0)} ms`);
  } catch (error) {
    say("refused", file, error.message.split("\n")[0]);
  }
}
console.log(counts);
process.exitCode = counts.wrong > 0 ? 1 : 0;
