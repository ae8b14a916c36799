/** Teachable Machine's export says what is on a picture: `node docs/examples/teachable-machine/run.mjs FOLDER IMAGE…` */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createClassifier, loadModel, tensor } from "separable";
import sharp from "sharp";

const [folder, ...images] = process.argv.slice(2);
const { labels } = JSON.parse(await readFile(join(folder, "metadata.json"), "utf8"));
const classifier = await createClassifier(await loadModel(join(folder, "model.json")), { labels });
for (const image of images) {
  const { data, info } = await sharp(image).removeAlpha().toColourspace("srgb").raw().toBuffer({ resolveWithObject: true });
  const [best] = await classifier.classify(tensor(data, [info.height, info.width, info.channels]));
  console.log(`${image}: ${best.label}, ${(100 * best.probability).toFixed(0)} %`);
}
