/**
 * @file Eight images at once against eight one after another, on one thread: `npm run bench:batches`. The answers are
 * compared bit by bit.
 */

import {
  type Graph,
  graphBuilder,
  mobilenetV1,
  mobilenetV2,
  mobilenetV3Large,
  mobilenetV3Small,
  random,
  randomTensor,
  randomWeights,
  Session,
} from "../src/index.ts";
import { timeInTurns } from "../src/measure/timing.ts";
import { machineName } from "../src/report/origin.ts";

const IMAGES = 8;

function dense(inputs: number, hidden: number, classes: number): Graph {
  const g = graphBuilder(`dense ${inputs}-${hidden}-${hidden}-${classes}`, [1, inputs]);
  let x = g.dense(g.input, { outputs: hidden, activation: "relu" });
  x = g.dense(x, { outputs: hidden, activation: "relu" });
  return g.build(g.softmax(g.dense(x, { outputs: classes })));
}

console.log(`${machineName()}; one thread, medians of 30 rounds in turns\n`);
console.log(`${"milliseconds for eight images".padEnd(34)} one by one   at once   ratio`);
for (const graph of [
  dense(784, 256, 10),
  dense(1024, 2048, 1000),
  mobilenetV3Small({ resolution: 128 }),
  mobilenetV3Large(),
  mobilenetV2(),
  mobilenetV1(),
]) {
  const session = await Session.create(graph, randomWeights(graph, 1), { backend: "simd" });
  const [, ...extents] = graph.input.shape;
  const images = randomTensor([IMAGES, ...extents], random(2));
  const first = extents.map(() => 0);
  const single = Array.from({ length: IMAGES }, (_, n) => images.slice([n, ...first], [1, ...extents]).copy());
  const together = await session.run(images);
  for (const [n, image] of single.entries()) {
    const alone = await session.run(image);
    const isSame = alone.data.every((value, i) => Object.is(value, together.data[n * alone.size + i]));
    if (!isSame) throw new Error(`${graph.name}: image ${n} differs`);
  }
  const oneByOne = async (): Promise<void> => {
    for (const image of single) await session.run(image);
  };
  const atOnce = (): Promise<unknown> => session.run(images);
  const tasks = [oneByOne, atOnce].map((run) => ({ run, before: run }));
  const [apart, joined] = await timeInTurns(tasks, { rounds: 30, warmup: 5 });
  const cells = [apart.ms.toFixed(2).padStart(12), joined.ms.toFixed(2).padStart(9)];
  console.log(`${graph.name.padEnd(32)} ${cells.join(" ")} ${(apart.ms / joined.ms).toFixed(2).padStart(7)}`);
  session.dispose();
}
