import { describe, expect, test } from "vitest";
import { atResolution } from "../../src/graph/atResolution.ts";
import { readGraph } from "../../src/graph/readGraph.ts";
import { graphBuilder, loadModel, randomWeights, Session, ShapeError, Tensor, writeModel } from "../../src/index.ts";
import { severalEnds } from "../support/graphs.ts";
import { scattered } from "../support/tensors.ts";

const own = () => {
  const g = graphBuilder("own", { image: [1, 8, 6, 3] });
  const x = g.conv2d("image", { name: "features", outputs: 4, padding: "same" });
  return { g, x, mean: g.globalAveragePool2d(x, { name: "pooled" }) };
};

describe("a value takes the name of its output", () => {
  test("and its weights keep theirs", () => {
    const { g, x, mean } = own();
    const graph = g.build({ map: x, mean });
    expect(graph.outputs).toEqual(["map", "mean"]);
    expect(graph.nodes.map(({ name, inputs }) => [name, ...inputs])).toEqual([
      ["map", "image"],
      ["mean", "map"],
    ]);
    expect([...randomWeights(graph, 1).keys()]).toEqual(["features/filter", "features/bias"]);
    expect(readGraph("test", JSON.parse(JSON.stringify(graph)))).toEqual(graph);
  });

  test("while the builder goes on with its own names", () => {
    const { g, x } = own();
    expect(g.build({ map: x }).output).toBe("map");
    expect(g.build(g.softmax(x, { name: "scores" })).nodes.map(({ name }) => name)).toContain("features");
  });

  test("but an input, and an output already named, get a second one by a reshape", async () => {
    const { g, x } = own();
    const graph = g.build({ map: x, again: x, same: "image", features: x });
    expect(graph.outputs).toEqual(["map", "again", "same", "features"]);
    expect(graph.nodes.filter(({ op }) => op === "reshape").length).toBe(3);
    const session = await Session.create(graph, randomWeights(graph, 1), { backend: "im2col" });
    const input = scattered([2, 8, 6, 3]);
    const outputs = await session.runAll(input);
    expect(outputs.get("same")?.toArray()).toEqual(input.toArray());
    for (const name of ["again", "features"])
      expect(outputs.get(name)?.toArray()).toEqual(outputs.get("map")?.toArray());
    session.dispose();
  });

  test("unless another value has it", () => {
    const { g, x, mean } = own();
    const swapped = g.build({ features: mean, map: x }); // both change names
    expect(swapped.nodes.map(({ op, name, inputs }) => [op, name, ...inputs])).toEqual([
      ["conv2d", "map", "image"],
      ["globalAveragePool2d", "features", "map"],
    ]);
    expect(() => g.build({ features: mean })).toThrow(
      new ShapeError('graph own: an output is called "features", which is another value\'s name'),
    );
    expect(() => g.build({ image: mean })).toThrow(ShapeError);
    expect(() => g.build({ x: "nowhere" })).toThrow('there is no value "nowhere", needs one for the output "x"');
  });

  test("and keeps the graph open for other sizes of the image", () => {
    const { g, x, mean } = own();
    const larger = atResolution(g.build({ map: x, same: "image", mean }), [16, 12]);
    expect(larger.outputs).toEqual(["map", "same", "mean"]);
    expect(larger.nodes.map(({ outputShape }) => outputShape)).toContainEqual([1, 16, 12, 3]);
  });
});

test("ten thousand outputs of one value are named in one pass", () => {
  const { g, x } = own();
  const graph = g.build(Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`o${i}`, x])));
  expect(graph.nodes.length).toBe(10_001);
});

describe("one output of a file that has several", () => {
  const graph = severalEnds();
  const weights = randomWeights(graph, 1);

  test.each(["graph", "safetensors", "onnx"] as const)("%s", async (format) => {
    const file = await writeModel(graph, weights, format);
    const cut = await loadModel(file, { output: "brightness" });
    expect([cut.graph.outputs, cut.graph.inputs.map(({ name }) => name), cut.weights.size]).toEqual([
      ["brightness"],
      ["image"],
      0,
    ]);
    const whole = await loadModel(file, { output: "scores" });
    expect(whole.graph.inputs.length).toBe(2);
    if (format !== "graph") expect(whole.weights.size).toBeGreaterThan(4);
    await expect(loadModel(file, { output: "score" })).rejects.toThrow(
      format === "onnx" ? /no node computes the output "score"/ : /output is "score" \(did you mean "scores"\?\)/,
    );
  });

  test("names of classes go with the output that they fit", async () => {
    const classes = JSON.stringify(["a", "b", "c", "d"]);
    const file = await writeModel(graph, weights, "safetensors", { classes });
    expect((await loadModel(file, { output: "scores" })).metadata.get("classes")).toBe(classes);
    const { metadata, graph: cut } = await loadModel(file, { output: "brightness" });
    expect(metadata.has("classes")).toBe(false);
    expect(JSON.parse(metadata.get("separable.graph") ?? "")).toEqual(cut);
  });

  test("a format that holds no metadata takes none", async () => {
    await expect(writeModel(graph, weights, "npz", { classes: "[]" })).rejects.toThrow(
      new ShapeError("writeModel: npz files have no metadata, needs none"),
    );
  });

  test("its numbers are those of the whole network", async () => {
    const { graph: cut, weights: own } = await loadModel(await writeModel(graph, weights, "safetensors"), {
      output: "scores",
    });
    const inputs = { image: scattered([1, 8, 6, 3]), mask: Tensor.zeros([1, 8, 6, 1]) };
    const answers = [];
    for (const [network, values] of [
      [cut, own],
      [graph, weights],
    ] as const) {
      const session = await Session.create(network, values, { backend: "im2col" });
      answers.push((await session.runAll(inputs)).get("scores")?.toArray());
      session.dispose();
    }
    expect(answers[0]).toEqual(answers[1]);
  });
});
