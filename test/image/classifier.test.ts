import { describe, expect, test } from "vitest";
import { graphOf } from "../../src/graph/graph.ts";
import { luma } from "../../src/image/luma.ts";
import {
  createClassifier,
  fashionSample,
  type LoadedModel,
  loadModel,
  mobilenetV1,
  random,
  randomTensor,
  randomWeights,
  Session,
  softmax,
  Tensor,
  TIERS,
  tensor,
} from "../../src/index.ts";

const model = await loadModel("fashion");
const { pixels, labels, classes } = await fashionSample();
const image = (i: number): Tensor => tensor(pixels.subarray(784 * i, 784 * (i + 1)), [28, 28, 1]);

describe("a classifier", () => {
  test.each(TIERS)("says what is in an image, likeliest first, %s", async (backend) => {
    const classifier = await createClassifier(model, { backend });
    expect(classifier.labels).toEqual(classes);
    const answers = await classifier.classify(image(0), 10);
    expect(answers[0].label).toBe(classes[labels[0]]);
    const probabilities = answers.map(({ probability = -1 }) => probability);
    expect(probabilities).toEqual([...probabilities].sort((a, b) => b - a));
    expect(probabilities.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 5);
    expect(new Set(answers.map((answer) => answer.class)).size).toBe(10);
    expect((await classifier.classify(image(0))).length).toBe(5);
    classifier.dispose();
    await expect(classifier.classify(image(0))).rejects.toThrow("was disposed");
  });

  test("gives what a session and a softmax give by hand", async () => {
    const classifier = await createClassifier(model);
    const session = await Session.create(model.graph, model.weights);
    const input = image(1).reshape([1, 28, 28, 1]).toFloat32Array();
    const scores = await session.run(
      tensor(
        input.map((level) => level / 255),
        [1, 28, 28, 1],
      ),
    );
    const values = await classifier.run(classifier.prepare(image(1)));
    expect(values).toEqual(softmax(scores).toFloat32Array());
  });

  test("takes colour where the network takes grey, and grey where it takes colour", async () => {
    const classifier = await createClassifier(model);
    const colour = randomTensor([40, 30, 3], random(1));
    const levels = tensor(
      colour.toFloat32Array().map((x) => Math.abs(x) * 100),
      [40, 30, 3],
    );
    expect(classifier.prepare(levels).toArray()).toEqual(classifier.prepare(luma(levels)).toArray());
    const graph = mobilenetV1({ alpha: 0.25, resolution: 32, classes: 3 });
    const own: LoadedModel = { ...model, graph, weights: randomWeights(graph, 1), metadata: new Map() };
    const other = await createClassifier(own, { labels: ["a", "b", "c"] });
    expect(other.prepare(image(0)).shape).toEqual([1, 32, 32, 3]);
    expect(other.labels).toEqual(["a", "b", "c"]);
  });

  test("gives raw outputs where nothing says that they are classes", async () => {
    const { name, inputs, nodes, output } = mobilenetV1({ alpha: 0.25, resolution: 32, classes: 136 });
    const last = nodes.map((node) => (node.name === output ? { ...node, name: "landmarks" } : node));
    const graph = graphOf(name, inputs, last, ["landmarks"]);
    const own: LoadedModel = {
      ...model,
      graph,
      weights: randomWeights(graph, 1),
      metadata: new Map(),
      format: "onnx",
      naming: "separable",
    };
    const classifier = await createClassifier(own);
    const [best] = await classifier.classify(Tensor.zeros([32, 32, 3]), 1);
    expect([classifier.hasClasses, best.label, best.probability]).toEqual([false, `output ${best.class}`, undefined]);
    expect(best.value).toBe(Math.max(...(await classifier.run(classifier.prepare(Tensor.zeros([32, 32, 3]))))));
  });

  test("refuses labels of another number, an unknown option, and scores that are NaN", async () => {
    await expect(createClassifier(model, { labels: ["a"] })).rejects.toThrow(
      `createClassifier: 1 labels, ${model.graph.name} has 10 classes`,
    );
    await expect(createClassifier(model, { label: [] } as never)).rejects.toThrow(
      'createClassifier: unknown option "label"',
    );
    const weights = new Map(model.weights);
    const [name, filter] = [...weights][0];
    weights.set(name, tensor(filter.toFloat32Array().fill(Number.POSITIVE_INFINITY), filter.shape));
    const classifier = await createClassifier({ ...model, weights });
    await expect(classifier.classify(image(0))).rejects.toThrow(/the scores contain NaN or infinity/);
  });
});
