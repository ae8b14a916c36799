/** Models that no runtime at hand writes any more, and models that are refused. */
import { describe, expect, test } from "vitest";
import { FormatError, Session, type Tensor, tensor } from "../../../src/index.ts";
import { chain, loadTfjs, tfjsFile } from "../../support/tfjsFile.ts";

const layer = (name: string, className: string, config: object, inbound: unknown) => ({
  name,
  class_name: className,
  config: { name, ...config },
  inbound_nodes: inbound,
});
const from = (name: string, call = 0, settings = {}) => [name, call, 0, settings];
const functional = (layers: readonly object[], outputs: unknown, name = "own") => ({
  class_name: "Functional",
  config: { name, layers, input_layers: [["x", 0, 0]], output_layers: outputs },
});
const input = layer("x", "InputLayer", { batch_input_shape: [null, 4] }, []);

async function answer(topology: unknown, weights: Readonly<Record<string, readonly number[]>>, x: readonly number[]) {
  const { graph, weights: own } = await loadTfjs(tfjsFile(topology, weights));
  const session = await Session.create(graph, own);
  const all = await session.runAll(tensor(x, [1, x.length]));
  session.dispose();
  return new Map([...all].map(([name, t]) => [name, [...(t as Tensor).toFloat32Array()]]));
}

describe("connections", () => {
  test("a call of TensorFlow's function, with a number and with a second value, as Keras' MobileNetV3 of 2.4", async () => {
    const topology = functional(
      [
        input,
        layer("plus", "TFOpLambda", { function: "__operators__.add" }, [from("x", 0, { y: 3, name: null })]),
        layer("relu6", "ReLU", { max_value: 6 }, [[from("plus")]]),
        layer("sixth", "TFOpLambda", { function: "math.multiply" }, [from("relu6", 0, { y: 1 / 6, name: null })]),
        layer("gated", "TFOpLambda", { function: "math.multiply" }, [from("x", 0, { y: ["sixth", 0, 0], name: null })]),
      ],
      [["gated", 0, 0]],
    );
    const found = await answer(topology, {}, [-4, -1, 0.5, 5]);
    const expected = [-4, -1, 0.5, 5].map((v) => (v * Math.min(Math.max(v + 3, 0), 6)) / 6);
    found.get("gated")?.forEach((v, i) => void expect(v).toBeCloseTo(expected[i], 6));
  });

  test("a model in a model, whose calls are counted from 1", async () => {
    const inner = functional(
      [input, layer("double", "Rescaling", { scale: 2 }, [[from("x")]])],
      [["double", 0, 0]],
      "inner",
    );
    const topology = functional(
      [
        input,
        { ...inner, name: "inner", inbound_nodes: [[from("x")], [from("inner", 1)]] },
        layer("sum", "Add", {}, [[from("inner", 1), from("inner", 2)]]),
      ],
      [
        ["sum", 0, 0],
        ["inner", 2, 0],
      ],
    );
    const found = await answer(topology, {}, [1, 2, 3, 4]);
    expect(found.get("sum")).toEqual([6, 12, 18, 24]);
    expect(found.get("inner")).toEqual([4, 8, 12, 16]);
  });

  test("a layer that is called twice has one set of weights", async () => {
    const shared = layer("shared", "Dense", { units: 4, use_bias: false }, [[from("x")], [from("shared")]]);
    const found = await answer(
      functional([input, shared], [["shared", 1, 0]]),
      { "shared/kernel": [4, 4] },
      [1, 2, 3, 4],
    );
    const once = await answer(
      functional([input, { ...shared, inbound_nodes: [[from("x")]] }], [["shared", 0, 0]]),
      { "shared/kernel": [4, 4] },
      [1, 2, 3, 4],
    );
    const twice = await answer(
      functional([input, { ...shared, inbound_nodes: [[from("x")]] }], [["shared", 0, 0]]),
      { "shared/kernel": [4, 4] },
      once.get("shared") ?? [],
    );
    expect(found.get("shared")).toEqual(twice.get("shared"));
  });

  test("a chain in a file of 2017, whose layers are the whole of its settings", async () => {
    const { config } = chain([4], ["Dense", { units: 2 }]) as { readonly config: { readonly layers: unknown } };
    const found = await answer(
      { class_name: "Sequential", config: config.layers },
      { "layer_0/kernel": [4, 2], "layer_0/bias": [2] },
      [1, 0, 0, 0],
    );
    expect(found.get("layer_0")).toHaveLength(2);
  });

  test("the weights of two models' layers of one name are told apart by the models", async () => {
    const inner = (name: string) => ({
      ...functional(
        [input, layer("dense", "Dense", { units: 4, use_bias: false }, [[from("x")]])],
        [["dense", 0, 0]],
        name,
      ),
      name,
      inbound_nodes: [[from("x")]],
    });
    const topology = functional(
      [input, inner("left"), inner("right"), layer("minus", "Subtract", {}, [[from("left", 1), from("right", 1)]])],
      [["minus", 0, 0]],
    );
    const weights = { "left/dense/kernel": [4, 4], "right/dense/kernel": [4, 4] };
    expect((await answer(topology, weights, [1, 2, 3, 4])).get("minus")).not.toEqual([0, 0, 0, 0]);
    await expect(answer(topology, { "dense/kernel": [4, 4], "other/dense/kernel": [4, 4] }, [1])).rejects.toThrow(
      /"dense" \(Dense\) has weights twice in the file: dense\/kernel and other\/dense\/kernel/,
    );
  });
});

describe("channels first", () => {
  test.each([
    ["Conv2D", { kernel_size: 2, filters: 3 }, { "layer_0/kernel": [2, 2, 2, 3], "layer_0/bias": [3] }, [1, 3, 2, 3]],
    [
      "DepthwiseConv2D",
      { kernel_size: 2, use_bias: false },
      { "layer_0/depthwise_kernel": [2, 2, 2, 1] },
      [1, 2, 2, 3],
    ],
    ["MaxPooling2D", {}, {}, [1, 2, 1, 2]],
    ["GlobalAveragePooling2D", {}, {}, [1, 2]],
    [
      "ZeroPadding2D",
      {
        padding: [
          [0, 1],
          [2, 0],
        ],
      },
      {},
      [1, 2, 4, 6],
    ],
    [
      "Cropping2D",
      {
        cropping: [
          [0, 1],
          [2, 0],
        ],
      },
      {},
      [1, 2, 2, 2],
    ],
    ["CenterCrop", { height: 1, width: 2 }, {}, [1, 2, 1, 2]],
  ] as const)("%s", async (className, config, weights, shape) => {
    const topology = chain([2, 3, 4], [className, { ...config, data_format: "channels_first" }]);
    const { graph, weights: own } = await loadTfjs(tfjsFile(topology, weights));
    const session = await Session.create(graph, own);
    const found = (await session.run(
      tensor(
        Array.from({ length: 24 }, (_, i) => i),
        [1, 2, 3, 4],
      ),
    )) as Tensor;
    session.dispose();
    expect(found.shape).toEqual(shape);
    // The same with channels last, and its answer turned.
    const last = chain([3, 4, 2], [className, config]);
    const other = await loadTfjs(tfjsFile(last, weights));
    const turned = await Session.create(other.graph, other.weights);
    const x = tensor(
      Array.from({ length: 24 }, (_, i) => i),
      [1, 2, 3, 4],
    )
      .transpose([0, 2, 3, 1])
      .contiguous();
    const y = (await turned.run(x)) as Tensor;
    turned.dispose();
    const expected = y.shape.length === 4 ? y.transpose([0, 3, 1, 2]).contiguous() : y;
    expect([...found.toFloat32Array()]).toEqual([...expected.toFloat32Array()]);
  });

  test("Flatten goes through rows, columns, channels all the same", async () => {
    const { graph, weights } = await loadTfjs(
      tfjsFile(chain([2, 1, 2], ["Flatten", { data_format: "channels_first" }])),
    );
    const session = await Session.create(graph, weights);
    const found = (await session.run(tensor([1, 2, 3, 4], [1, 2, 1, 2]))) as Tensor;
    session.dispose();
    expect([...found.toFloat32Array()]).toEqual([1, 3, 2, 4]);
  });
});

describe("refused", () => {
  const dense = ["Dense", { units: 2, name: "scores" }] as const;
  const weights = { "scores/kernel": [4, 2], "scores/bias": [2] };
  test.each<[string, unknown, Readonly<Record<string, readonly number[]>>, RegExp]>([
    [
      "a Lambda",
      chain([4], ["Lambda", { name: "twice" }]),
      {},
      /the layer "twice" of class "Lambda" is not supported: a function of Python's/,
    ],
    [
      "a class of the author's",
      chain([4], ["Squash", {}]),
      {},
      /the layer "layer_0" of class "Squash" is not supported: a class of the author's, and its code is not in the file/,
    ],
    ["a layer that repeats", chain([4, 4], ["LSTM", {}]), {}, /class "LSTM" is not supported: a recurrent layer/],
    [
      "a model of the author's",
      { class_name: "MyNet", config: {} },
      {},
      /a model of the class "MyNet", which only its own code can build/,
    ],
    [
      "weights that are missing",
      chain([4], dense),
      { "scores/kernel": [4, 2] },
      /the layer "scores" \(Dense\) has no weights called scores\/bias in the file/,
    ],
    [
      "weights of another shape",
      chain([4], dense),
      { ...weights, "scores/kernel": [3, 2] },
      /Dense "scores" multiplies 1×4 by 3×2/,
    ],
    ["a bias of another size", chain([4], dense), { ...weights, "scores/bias": [3] }, /has a bias 3, needs 2/],
    [
      "a layer from nowhere",
      functional([input, layer("y", "ReLU", {}, [[from("z")]])], [["y", 0, 0]]),
      {},
      /reads the layer "z", which is nowhere/,
    ],
    [
      "a circle",
      functional(
        [input, layer("y", "Add", {}, [[from("x"), from("z")]]), layer("z", "ReLU", {}, [[from("y")]])],
        [["z", 0, 0]],
      ),
      {},
      /the graph has a cycle/,
    ],
    [
      "two layers of one name",
      functional([input, input], [["x", 0, 0]]),
      {},
      /has two layers called "x", needs different names/,
    ],
    [
      "no layers",
      { class_name: "Sequential", config: { name: "x" } },
      {},
      /the model has layers undefined, needs a list/,
    ],
    ["an empty chain", { class_name: "Sequential", config: { layers: [] } }, {}, /has no outputs, needs one/],
    [
      "an input without a shape",
      chain([4], ["ReLU", { batch_input_shape: null }]),
      {},
      /the input "layer_0_input" does not state its shape/,
    ],
    [
      "a setting that is none",
      chain([4], ["Dense", { units: "2", name: "scores" }]),
      weights,
      /has units "2", needs a number/,
    ],
    [
      "a padding that is none",
      chain([4, 4, 1], ["MaxPooling2D", { padding: "full" }]),
      {},
      /has padding "full", needs valid or same/,
    ],
    [
      "an activation that is none",
      chain([4], ["Activation", { activation: "wave" }]),
      {},
      /has the activation "wave", which is not supported/,
    ],
    [
      "TensorFlow's other functions",
      functional([input, layer("y", "TFOpLambda", { function: "math.cumsum" }, [from("x")])], [["y", 0, 0]]),
      {},
      /applies TensorFlow's "math.cumsum", which is not supported/,
    ],
    ["models without end", nested(25), {}, /has models 21 deep, needs at most 20/],
    ["a model that is none", { class_name: "Functional", config: 7 }, {}, /the model has layers undefined/],
  ])("%s", async (_, topology, own, message) => {
    const error = await loadTfjs(tfjsFile(topology, own)).catch((reason: unknown) => reason);
    expect((error as Error).message).toMatch(message);
    expect(["FormatError", "ShapeError"]).toContain((error as Error).constructor.name);
  });

  test("an open size, until it is given", async () => {
    const file = tfjsFile(chain([null, null, 3], ["GlobalAveragePooling2D", {}]));
    await expect(loadTfjs(file)).rejects.toThrow(/is \?×\?×\?×3, needs a size for axis 1: give the shape/);
    const { graph } = await loadTfjs(file, { shape: [1, 5, 6, 3] });
    expect(graph.input.shape).toEqual([1, 5, 6, 3]);
  });

  test("calls without number", async () => {
    const twice = (inner: object) => ({ ...inner, name: "inner", inbound_nodes: [[from("x")], [from("inner", 1)]] });
    let model: object = functional([input, layer("y", "ReLU", {}, [[from("x")]])], [["y", 0, 0]], "inner");
    for (let i = 0; i < 18; i++) model = functional([input, twice(model)], [["inner", 2, 0]], "inner");
    await expect(loadTfjs(tfjsFile(model))).rejects.toThrow(FormatError);
  });
});

function nested(depth: number): object {
  return depth === 0
    ? chain([4], ["ReLU", {}])
    : { class_name: "Sequential", config: { name: `m${depth}`, layers: [nested(depth - 1)] } };
}
