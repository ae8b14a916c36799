import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { FASHION_FOLDER, readIdxSet } from "../../src/cli/input/data.ts";
import {
  analyze,
  evaluate,
  FASHION_CLASSES,
  fashionNet,
  fashionSample,
  loadWeights,
  Session,
} from "../../src/index.ts";

test("the network in the package: under 100,000 parameters, weights that fit it, a sample of 28 images", async () => {
  const graph = fashionNet();
  expect(analyze(graph).total.parameters.stored).toBeLessThan(100_000);
  const session = await Session.create(graph, await loadWeights("fashion"));
  const { labels, classes, shape } = await fashionSample();
  expect(shape).toEqual([28, 28, 28, 1]);
  expect(classes).toEqual(FASHION_CLASSES);
  const { right, accuracy } = await evaluate(session, await fashionSample());
  expect(labels.length).toBe(28);
  expect(right / 28).toBe(accuracy);
  expect(accuracy).toBeGreaterThan(0.8);
  session.dispose();
});

describe.skipIf(!existsSync(FASHION_FOLDER))(`with ${FASHION_FOLDER}`, () => {
  test("it is right as often as the docs say, at least on 92 %; the sample is the beginning of the test set", async () => {
    const data = await readIdxSet(FASHION_FOLDER, "t10k");
    if (data === null) throw new Error("no test set");
    const session = await Session.create(fashionNet(), await loadWeights("fashion"), { threads: 2 });
    const { accuracy, right } = await evaluate(session, data);
    session.dispose();
    expect(accuracy).toBeGreaterThanOrEqual(0.92);
    const said = `right on ${right.toLocaleString("en-US")} of 10,000 images, ${(100 * accuracy).toFixed(2)} %`;
    expect(readFileSync("docs/12-training.md", "utf8")).toContain(said);
    const sample = await fashionSample();
    expect(sample.pixels).toEqual(data.pixels.slice(0, 28 * 784));
    expect(sample.labels).toEqual(data.labels.slice(0, 28));
  });
});
if (!existsSync(FASHION_FOLDER)) console.log(`skipped: accuracy on ${FASHION_FOLDER}, which is not there`);
