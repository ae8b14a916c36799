import { symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { fieldsOf, readerOf, rootMessage } from "../../../src/formats/bytes/protobuf.ts";
import { bytesField, textField, varintField } from "../../../src/formats/bytes/protobufWriter.ts";
import { exportOnnx, importOnnx } from "../../../src/formats/onnx/index.ts";
import { add, concat, FormatError, randomWeights, Session, ShapeError, Tensor, tensor } from "../../../src/index.ts";
import { everything, operationsOfOthers } from "../../support/graphs.ts";
import { type FileSpec, type NodeSpec, onnxFile, whole } from "../../support/onnxFile.ts";
import { tempFolder } from "../../support/tempFolder.ts";
import { expectClose, scattered } from "../../support/tensors.ts";

/** What a file of a few nodes makes of images [n, 3, 5, 4] in ONNX's order. */
async function runOn(x: Tensor, spec: FileSpec): Promise<Tensor> {
  const { graph, weights, turned } = await importOnnx(onnxFile(spec));
  const session = await Session.create(graph, weights, { backend: "naive" });
  const y = await session.run(turned.input ? x.transpose([0, 2, 3, 1]) : x);
  return turned.output ? y.transpose([0, 3, 1, 2]).contiguous() : y;
}
const x = scattered([2, 3, 5, 4]);
const list = (name: string, ...values: number[]) => ({ name, dims: [values.length], int64s: values });
const scalar = (name: string, value: number) => ({ name, dims: [], floats: [value] });

describe("a graph goes out and comes back", () => {
  test.each([everything(), operationsOfOthers()])("$name", async (graph) => {
    const weights = randomWeights(graph, 4);
    const [, ...extents] = graph.input.shape;
    const images = scattered([2, ...extents]);
    const expected = await (await Session.create(graph, weights, { backend: "naive" })).run(images);
    const bytes = exportOnnx(graph, weights, { maker: "test" });
    const back = await importOnnx(bytes);
    expect(back).toMatchObject({ producer: "separable", opset: 14, turned: { input: true } });
    expect([...back.metadata]).toEqual([["maker", "test"]]);
    const session = await Session.create(back.graph, back.weights, { backend: "naive" });
    expectClose(await session.run(images), expected, 1e-6);
  });

  test("weights that do not fit are named", () => {
    expect(() => exportOnnx(everything(), new Map())).toThrow(
      /^exportOnnx: the weights do not fit everything:\n {2}missing stem\/filter/,
    );
  });
});

describe("what exporters write", () => {
  const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

  test("a reshape whose shape is computed from Shape, Gather, Unsqueeze and Concat", async () => {
    const y = await runOn(x, {
      nodes: [
        { op: "Shape", inputs: ["x"], outputs: ["s"] },
        { op: "Gather", inputs: ["s", "zero"], outputs: ["n"] },
        { op: "Unsqueeze", inputs: ["n", "axes"], outputs: ["n1"] },
        { op: "Slice", inputs: ["s", "one", "two"], outputs: ["c1"] },
        { op: "Mul", inputs: ["c1", "twenty"], outputs: ["chw"] },
        { op: "Concat", inputs: ["n1", "chw"], outputs: ["shape"], int: { axis: 0 } },
        { op: "Cast", inputs: ["shape"], outputs: ["whole"], int: { to: 7 } },
        { op: "Reshape", inputs: ["x", "whole"] },
      ],
      tensors: [{ ...list("zero", 0), dims: [] }, list("axes", 0), list("one", 1), list("two", 2), list("twenty", 20)],
    });
    expect(y.toArray()).toEqual(x.reshape([2, 60]).toArray());
  });

  test.each<[string, NodeSpec[], (v: number, c: number) => number]>([
    ["a constant added", [{ op: "Add", inputs: ["x", "k"] }], (v) => v + 3],
    ["taken away", [{ op: "Sub", inputs: ["x", "k"] }], (v) => v - 3],
    ["taken from it", [{ op: "Sub", inputs: ["k", "x"] }], (v) => 3 - v],
    ["a divisor", [{ op: "Div", inputs: ["x", "k"] }], (v) => v / 3],
    ["one per channel", [{ op: "Mul", inputs: ["x", "channels"] }], (v, c) => v * (c + 1)],
    [
      "hard-swish in four operators",
      [
        { op: "Add", inputs: ["x", "k"], outputs: ["a"] },
        { op: "Clip", inputs: ["a", "zero", "six"], outputs: ["b"] },
        { op: "Div", inputs: ["b", "six"], outputs: ["c"] },
        { op: "Mul", inputs: ["c", "x"] },
      ],
      (v) => (v * Math.min(Math.max(v + 3, 0), 6)) / 6,
    ],
    ["limits of its own", [{ op: "Clip", inputs: ["x", "", "zero"] }], (v) => Math.min(v, 0)],
    ["a slope of its own", [{ op: "HardSigmoid", inputs: ["x"] }], (v) => Math.min(Math.max(0.2 * v + 0.5, 0), 1)],
  ])("%s", async (_, nodes, f) => {
    const tensors = [
      scalar("k", 3),
      scalar("zero", 0),
      scalar("six", 6),
      { name: "channels", dims: [3, 1, 1], floats: [1, 2, 3] },
    ];
    const y = await runOn(x, { nodes, tensors });
    const expected = x.data.map((v, i) => f(v, Math.floor(i / 20) % 3));
    expectClose(y, new Tensor(expected, x.shape), 1e-5);
  });

  test("softmax of opset 12 and earlier takes all axes from its own on together", async () => {
    const run = (opset: number, axis: number) =>
      runOn(tensor([0, 1, 5, 5], [1, 2, 1, 2]), {
        opset,
        input: { name: "x", dims: ["n", 2, 1, 2] },
        nodes: [{ op: "Softmax", inputs: ["x"], int: { axis } }],
      });
    const [low, high] = [1 / (1 + Math.E), Math.E / (1 + Math.E)];
    expectClose(await run(12, 2), tensor([low, high, 0.5, 0.5], [1, 2, 1, 2]), 1e-7);
    expectClose(await run(13, 3), tensor([low, high, 0.5, 0.5], [1, 2, 1, 2]), 1e-7);
    expectClose(await run(13, 2), tensor([1, 1, 1, 1], [1, 2, 1, 2]), 0);
    const sum = 1 + Math.E + 2 * Math.exp(5);
    const all = [0, 1, 5, 5].map((v) => Math.exp(v) / sum);
    expectClose(await run(9, 1), tensor(all, [1, 2, 1, 2]), 1e-7);
  });

  test.each<[string, number[]]>([
    ["one number per pixel", [1, 5, 4]],
    ["one number per row", [5, 1]],
    ["one number per element", [3, 5, 4]],
    ["one number per channel and column", [1, 3, 1, 4]],
  ])("a constant added, %s", async (_, dims) => {
    const k = scattered(dims, 3);
    const spec: FileSpec = {
      nodes: [{ op: "Add", inputs: ["x", "k"] }],
      tensors: [{ name: "k", dims, floats: [...k.data] }],
    };
    expect((await runOn(x, spec)).toArray()).toEqual(add(x, k).toArray());
  });

  test("NaN is said of the file's own tensor", async () => {
    const spec: FileSpec = {
      nodes: [{ op: "Conv", inputs: ["x", "W"] }],
      tensors: [{ name: "W", dims: [1, 3, 1, 1], floats: [1, Number.NaN, 0] }],
    };
    await expect(runOn(x, spec)).rejects.toThrow(/weights that are NaN:\n {2}W, 1 of 3$/);
  });

  test("numbers divided by zero are infinite, and do not disappear in a convolution", async () => {
    const y = await runOn(x, {
      nodes: [
        { op: "Conv", inputs: ["x", "w"], outputs: ["c"] },
        { op: "Div", inputs: ["c", "zero"] },
      ],
      tensors: [{ name: "w", dims: [1, 3, 1, 1], floats: [1, 0, 0] }, scalar("zero", 0)],
    });
    expect([...y.data]).toEqual([...y.data.keys()].map((i) => x.data[Math.floor(i / 20) * 60 + (i % 20)] / 0));
  });

  test("images that come as [n, h, w, c] and are turned first, as TensorFlow writes them", async () => {
    const nodes: NodeSpec[] = [
      { op: "Transpose", inputs: ["x"], outputs: ["t"], ints: { perm: [0, 3, 1, 2] } },
      { op: "Relu", inputs: ["t"], outputs: ["r"] },
      { op: "Transpose", inputs: ["r"], outputs: ["back"], ints: { perm: [0, 2, 3, 1] } },
      { op: "ReduceMean", inputs: ["back"], ints: { axes: [1, 2] }, int: { keepdims: 0 } },
    ];
    const { graph } = await importOnnx(onnxFile({ opset: 11, nodes, input: { name: "x", dims: [1, 5, 4, 3] } }));
    expect(graph.input.shape).toEqual([1, 5, 4, 3]);
    expect(graph.nodes.map(({ op }) => op)).toEqual(["activation", "globalAveragePool2d", "reshape"]);
  });

  test.each<[string, number[], NodeSpec[]]>([
    [
      "steps on each number before it",
      [1, 5, 4, 3],
      [
        { op: "Relu", inputs: ["x"], outputs: ["a"] },
        { op: "Add", inputs: ["a", "a"], outputs: ["b"] },
        { op: "Transpose", inputs: ["b"], ints: { perm: [0, 3, 1, 2] } },
      ],
    ],
    [
      "the nodes in another order",
      [1, 5, 4, 3],
      [
        { op: "Transpose", inputs: ["a"], ints: { perm: [0, 3, 1, 2] } },
        { op: "Relu", inputs: ["x"], outputs: ["a"] },
      ],
    ],
    [
      "a node that no output needs",
      [1, 5, 4, 3],
      [
        { op: "GlobalAveragePool", inputs: ["x"], outputs: ["unused"] },
        { op: "Transpose", inputs: ["x"], ints: { perm: [0, 3, 1, 2] } },
      ],
    ],
    ["its one channel turned by a Reshape", [1, 5, 4, 1], [{ op: "Reshape", inputs: ["x", "to"] }]],
  ])("images as [n, h, w, c]: %s", async (_, dims, steps) => {
    const nodes = steps.map((node) => ({ ...node, outputs: node.outputs ?? ["y"] }));
    const { graph } = await importOnnx(
      onnxFile({ nodes, input: { name: "x", dims }, tensors: [list("to", -1, 1, 5, 4)] }),
    );
    expect(graph.input.shape).toEqual(dims);
  });

  test("an opset of tomorrow is read, with one warning", async () => {
    const said = vi.spyOn(console, "warn").mockReturnValue();
    for (let i = 0; i < 2; i++) {
      const y = await runOn(x, { opset: 99, nodes: [{ op: "Abs", inputs: ["x"] }] });
      expect(y.toArray()).toEqual(tensor(x.data.map(Math.abs), x.shape).toArray());
    }
    expect(said.mock.calls).toEqual([
      ["separable: bytes uses opset 99; its operators are read as those of opset 28, the newest known"],
    ]);
    said.mockRestore();
  });

  test.each<[string, number, number[], readonly number[], number]>([
    ["columns, by broadcasting", 14, [4], [0.5, 1, 2, 4], 3],
    ["channels, the old way", 6, [3], [0.5, 1, 2], 1],
    ["rows", 14, [5, 1], [0.5, 1, 2, 4, 8], 2],
  ])("a slope for each of the %s", async (_, opset, dims, floats, axis) => {
    const y = await runOn(x, {
      opset,
      nodes: [{ op: "PRelu", inputs: ["x", "k"] }],
      tensors: [{ name: "k", dims, floats }],
    });
    const slopes = tensor(
      floats,
      [1, 1, 1, 1].map((_, i) => (i === axis ? floats.length : 1)),
    ).broadcastTo(x.shape);
    const scaled = slopes.toFloat32Array().map((slope, i) => (x.data[i] < 0 ? slope * x.data[i] : x.data[i]));
    expectClose(y, tensor(scaled, x.shape), 0);
  });

  test("the axis of images may move, and comes back", async () => {
    const y = await runOn(x, {
      nodes: [
        { op: "Transpose", inputs: ["x"], outputs: ["moved"], ints: { perm: [1, 0, 2, 3] } },
        { op: "Mul", inputs: ["moved", "moved"], outputs: ["squares"] },
        { op: "Transpose", inputs: ["squares"], ints: { perm: [1, 0, 2, 3] } },
      ],
    });
    expectClose(
      y,
      tensor(
        x.data.map((v) => v * v),
        x.shape,
      ),
      0,
    );
  });

  const shuffle = (last: NodeSpec[]): FileSpec => ({
    nodes: [
      { op: "Concat", inputs: ["x", "x"], outputs: ["six"], int: { axis: 1 } },
      { op: "Reshape", inputs: ["six", "groups"], outputs: ["grouped"] },
      { op: "Transpose", inputs: ["grouped"], outputs: ["shuffled"], ints: { perm: [0, 2, 1, 3, 4] } },
      ...last,
    ],
    tensors: [list("groups", 0, 2, 3, 5, 4), list("whole", 0, 6, 5, 4), list("rows", 0, 3, 10, 4)],
  });
  const groups = concat([x, x], 1).reshape([2, 2, 3, 5, 4]).transpose([0, 2, 1, 3, 4]).contiguous();

  test.each<[string, NodeSpec, Tensor]>([
    ["a channel shuffle", { op: "Reshape", inputs: ["shuffled", "whole"] }, groups.reshape([2, 6, 5, 4])],
    ["another shape of it", { op: "Reshape", inputs: ["shuffled", "rows"] }, groups.reshape([2, 3, 10, 4])],
    ["groups put away", { op: "Identity", inputs: ["shuffled"] }, groups],
    ["groups as they are", { op: "Abs", inputs: ["shuffled"] }, tensor(groups.data.map(Math.abs), groups.shape)],
    [
      "groups and pixels in another order",
      { op: "Transpose", inputs: ["shuffled"], ints: { perm: [0, 3, 1, 4, 2] } },
      groups.transpose([0, 3, 1, 4, 2]),
    ],
  ])("%s", async (_, last, expected) => {
    expectClose(await runOn(x, shuffle([last])), expected.contiguous(), 0);
  });

  test("a channel shuffle stays in the graph's order", async () => {
    const { graph } = await importOnnx(onnxFile(shuffle([{ op: "Reshape", inputs: ["shuffled", "whole"] }])));
    expect(graph.nodes.map(({ op }) => op)).toEqual(["concat", "reshape", "transpose", "reshape"]);
  });

  test("matrix products of values whose axis of images has moved", async () => {
    const shape = (name: string, ...sizes: number[]) => list(name, ...sizes);
    const y = await runOn(x.slice([0, 0, 0, 0], [1, 3, 5, 4]).contiguous(), {
      input: { name: "x", dims: [1, 3, 5, 4] },
      nodes: [
        { op: "Reshape", inputs: ["x", "merged"], outputs: ["rows"] },
        { op: "MatMul", inputs: ["rows", "k"], outputs: ["twice"] },
        { op: "Transpose", inputs: ["rows"], outputs: ["columns"], ints: { perm: [0, 2, 1] } },
        { op: "MatMul", inputs: ["columns", "twice"], outputs: ["squares"] },
        { op: "Reshape", inputs: ["squares", "apart"] },
      ],
      tensors: [
        shape("merged", 3, 5, 4),
        shape("apart", 1, 3, 4, 2),
        { name: "k", dims: [4, 2], floats: [1, 0, 0, 2, -1, 0, 0, 1] },
      ],
    });
    const at = (c: number, h: number, w: number): number => x.data[(c * 5 + h) * 4 + w];
    const twice = (c: number, h: number, o: number): number =>
      o === 0 ? at(c, h, 0) - at(c, h, 2) : 2 * at(c, h, 1) + at(c, h, 3);
    const expected = [0, 1, 2].map((c) =>
      [0, 1, 2, 3].map((w) => [0, 1].map((o) => [0, 1, 2, 3, 4].reduce((s, h) => s + at(c, h, w) * twice(c, h, o), 0))),
    );
    expectClose(y, tensor([expected]), 1e-4);
  });

  test("sizes of a Resize are those of its axes, in their order", async () => {
    const y = await runOn(x, {
      opset: 18,
      nodes: [{ op: "Resize", inputs: ["x", "", "", "sizes"], ints: { axes: [3, -2] } }],
      tensors: [list("sizes", 8, 10)],
    });
    expect(y.shape).toEqual([2, 3, 10, 8]);
    await expect(
      importOnnx(
        onnxFile({
          opset: 18,
          nodes: [{ op: "Resize", inputs: ["x", "", "", "sizes"], ints: { axes: [1, 2] } }],
          tensors: [list("sizes", 8, 10)],
        }),
      ),
    ).rejects.toThrow(/has the sizes 8, 10, needs those of rows and columns alone/);
  });

  test("some of the outputs, in the order that is asked for", async () => {
    const nodes = ["Abs", "Relu", "Neg"].map((op) => ({ op, inputs: ["x"], outputs: [op] }));
    const file = onnxFile({ nodes, output: ["Abs", "Relu", "Neg"] });
    const { graph } = await importOnnx(file, { output: ["Neg", "Abs"] });
    expect(graph.outputs).toEqual(["Neg", "Abs"]);
    expect(graph.nodes.map(({ name }) => name).sort()).toEqual(["Abs", "Neg"]);
    await expect(importOnnx(file, { output: [] })).rejects.toThrow(
      "bytes: output is [], needs at least one of Abs, Relu, Neg",
    );
  });

  test("a mean of channels, scaled images joined along channels, an average of them", async () => {
    const y = await runOn(x, {
      nodes: [
        { op: "Concat", inputs: ["x", "x"], outputs: ["xx"], int: { axis: -3 } },
        { op: "GlobalAveragePool", inputs: ["xx"], outputs: ["m"] },
        { op: "Flatten", inputs: ["m"] },
      ],
    });
    const means = Array.from({ length: 2 }, (_, n) =>
      Array.from(
        { length: 6 },
        (_, c) =>
          sum([
            ...x
              .slice([n, c % 3, 0, 0], [1, 1, 5, 4])
              .contiguous()
              .toFloat32Array(),
          ]) / 20,
      ),
    );
    expectClose(y, tensor(means), 1e-6);
  });

  test("padding whose list is turned around and reversed, as PyTorch writes it", async () => {
    const y = await runOn(x, {
      nodes: [
        { op: "ConstantOfShape", inputs: ["four"], outputs: ["zeros"] },
        { op: "Concat", inputs: ["last"], outputs: ["listed"], int: { axis: 0 } },
        { op: "Concat", inputs: ["listed", "zeros"], outputs: ["all"], int: { axis: 0 } },
        { op: "Reshape", inputs: ["all", "pairs"], outputs: ["table"] },
        { op: "Slice", inputs: ["table", "minus", "begin", "zero", "minus"], outputs: ["reversed"] },
        { op: "Transpose", inputs: ["reversed"], outputs: ["columns"], ints: { perm: [1, 0] } },
        { op: "Reshape", inputs: ["columns", "minus"], outputs: ["flat"] },
        { op: "Cast", inputs: ["flat"], outputs: ["pads"], int: { to: 7 } },
        { op: "Pad", inputs: ["x", "pads"] },
      ],
      tensors: [
        list("four", 4),
        { name: "last", dims: [4], floats: [1, 2, 3, 0] }, // left, right, top, bottom
        list("pairs", -1, 2),
        list("minus", -1),
        list("begin", -(2 ** 53 - 1)),
        list("zero", 0),
      ],
    });
    expect(y.shape).toEqual([2, 3, 8, 7]); // three rows above, one column to the left, two to the right
    expect(y.slice([0, 0, 3, 1], [2, 3, 5, 4]).toArray()).toEqual(x.toArray());
    expect(y.data.filter((v) => v !== 0).length).toBe(x.data.filter((v) => v !== 0).length);
  });

  test("many nodes, and nodes that read one value twice, take time in proportion", async () => {
    const nodes = Array.from({ length: 3000 }, (_, i): NodeSpec => {
      const from = i === 0 ? "x" : `v${i - 1}`;
      return { op: "Add", inputs: [from, from], outputs: [i === 2999 ? "y" : `v${i}`] };
    });
    const { graph } = await importOnnx(onnxFile({ nodes }));
    expect(graph.nodes.length).toBe(3000);
  });

  test("a file made for four images runs on any number", async () => {
    const y = await runOn(x, {
      input: { name: "x", dims: [4, 3, 5, 4] },
      nodes: [{ op: "Reshape", inputs: ["x", "shape"] }],
      tensors: [list("shape", 4, 60)],
    });
    expect(y.shape).toEqual([2, 60]);
  });

  test("open sizes are given", async () => {
    const spec: FileSpec = {
      input: { name: "x", dims: ["batch", 3, "height", "width"] },
      nodes: [{ op: "Relu", inputs: ["x"] }],
    };
    const { graph } = await importOnnx(onnxFile(spec), { shape: [1, 3, 8, 6] });
    expect(graph.input.shape).toEqual([1, 8, 6, 3]);
    await expect(importOnnx(onnxFile(spec))).rejects.toThrow(
      new ShapeError(
        'bytes: the input "x" is batch×3×height×width, needs a size for "height": give the shape, e.g. 1x3x224x224 (--shape)',
      ),
    );
    await expect(importOnnx(onnxFile(spec), { shape: [1, 4, 8, 6] })).rejects.toThrow(
      /has 4 at axis 1, the input "x" 3/,
    );
    await expect(importOnnx(onnxFile(spec), { shape: [3, 8, 6] })).rejects.toThrow(/the input "x" has rank 4/);
  });
});

describe("refused by name", () => {
  const relu: NodeSpec = { op: "Relu", inputs: ["x"] };
  test.each<[string, FileSpec, string | RegExp]>([
    [
      "an unknown operator",
      { nodes: [{ op: "Mish", inputs: ["x"], name: "act3" }] },
      'bytes: the operator Mish of node "act3" is not supported',
    ],
    [
      "of another domain",
      { nodes: [{ ...relu, domain: "com.microsoft" }] },
      /the operator com.microsoft.Relu of node "y" is not supported/,
    ],
    [
      "an unknown attribute",
      { nodes: [{ ...relu, int: { alpha: 1 } }] },
      /Relu "y" has the attribute "alpha", which is not supported/,
    ],
    ["an opset of 0", { opset: 0, nodes: [relu] }, "bytes: uses opset 0, needs 1 to 28"],
    [
      "a cycle",
      {
        nodes: [
          { op: "Add", inputs: ["x", "b"], outputs: ["y"] },
          { op: "Relu", inputs: ["y"], outputs: ["b"] },
        ],
      },
      /waits for its own result, the graph has a cycle/,
    ],
    ["a value computed twice", { nodes: [relu, relu] }, 'bytes: "y" is computed twice'],
    [
      "a value that is nowhere",
      { nodes: [{ op: "Add", inputs: ["x", "lost"] }] },
      /Add "y" reads "lost", which is nowhere/,
    ],
    ["an output that is nowhere", { nodes: [relu], output: "z" }, 'bytes: no node computes the output "z"'],
    [
      "bytes as input",
      { nodes: [relu], input: { name: "x", dims: [1, 3, 5, 4], type: 2 } },
      /has the type 2, needs float32/,
    ],
    [
      "a tensor of 2^62 elements",
      {
        nodes: [{ op: "Add", inputs: ["x", "k"] }],
        tensors: [{ name: "k", dims: [2n ** 31n - 1n, 2n ** 31n - 1n], floats: [1] }],
      },
      /"k": has 46116860141324\d+ elements, needs at most 536870912/,
    ],
    [
      "a negative size",
      { nodes: [{ op: "Add", inputs: ["x", "k"] }], tensors: [{ name: "k", dims: [-1], floats: [1] }] },
      /"k": has dims -1, needs integers from 0/,
    ],
    [
      "fewer numbers than dims",
      { nodes: [{ op: "Add", inputs: ["x", "k"] }], tensors: [{ name: "k", dims: [3], floats: [1] }] },
      /"k": lists 1 numbers, its dims need 3/,
    ],
    [
      "a filter that is computed",
      { nodes: [{ op: "Conv", inputs: ["x", "x"] }] },
      /Conv "y" computes its filter at run time, needs a constant/,
    ],
    [
      "constants that grow",
      {
        nodes: [
          ...Array.from(
            { length: 30 },
            (_, i): NodeSpec => ({
              op: "Concat",
              inputs: [`k${i}`, `k${i}`],
              outputs: [`k${i + 1}`],
              int: { axis: 0 },
            }),
          ),
          { op: "Reshape", inputs: ["x", "k30"] },
        ],
        tensors: [{ name: "k0", dims: [1], int64s: [1] }],
      },
      /Concat "k13" computes 8192 constants, needs at most 4096/,
    ],
    [
      "a constant of 2^40 zeros",
      {
        nodes: [
          { op: "ConstantOfShape", inputs: ["k"], outputs: ["z"] },
          { op: "Reshape", inputs: ["x", "z"] },
        ],
        tensors: [{ name: "k", dims: [1], int64s: [2 ** 40] }],
      },
      /ConstantOfShape "z" computes 1099511627776 constants, needs at most 4096/,
    ],
    ...(["Mul", "PRelu"] as const).map((op): [string, FileSpec, RegExp] => [
      `a number for each of 2^28 channels, ${op}`,
      {
        input: { name: "x", dims: ["n", 2 ** 28, 1, 1] },
        nodes: [{ op, inputs: ["x", "k"] }],
        tensors: [{ name: "k", dims: [1], floats: [2] }],
      },
      /(Mul|PRelu) "y" computes constants of more than 6\d+ bytes in all/,
    ]),
    [
      "a bias of another size",
      {
        nodes: [{ op: "Conv", inputs: ["x", "k", "b"] }],
        tensors: [
          { name: "k", dims: [1, 3, 1, 1], floats: [1, 2, 3] },
          { name: "b", dims: [2], floats: [1, 2] },
        ],
      },
      /Conv "y".*bias/,
    ],
    [
      "control flow",
      { nodes: [{ op: "Loop", inputs: ["x"], name: "scan_boxes" }] },
      'bytes: the operator Loop of node "scan_boxes" is not supported: control flow, which a graph here cannot have',
    ],
    [
      "an operator of a runtime",
      { nodes: [{ op: "FusedConv", inputs: ["x"], domain: "com.microsoft" }] },
      /com.microsoft.FusedConv of node "y" is not supported: a convolution with its activation, onnxruntime's, of an/,
    ],
    [
      "a plugin",
      { nodes: [{ op: "EfficientNMS_TRT", inputs: ["x"], domain: "TRT" }] },
      /TRT.EfficientNMS_TRT of node "y" is not supported: it chooses boxes .* \(--output\)/,
    ],
    [
      "a domain that is known",
      { nodes: [{ op: "roll", inputs: ["x"], domain: "aten" }] },
      /aten.roll of node "y" is not supported: PyTorch's own: export without its fallback to ATen/,
    ],
    [
      "a domain that nobody knows",
      { nodes: [{ op: "Blur", inputs: ["x"], domain: "my.company" }] },
      'bytes: the operator my.company.Blur of node "y" is not supported',
    ],
    [
      "a cubic Resize",
      {
        nodes: [{ op: "Resize", inputs: ["x", "", "k"], text: { mode: "cubic" } }],
        tensors: [{ name: "k", dims: [4], floats: [1, 1, 2, 2] }],
      },
      /Resize "y" has the mode "cubic", needs nearest, linear, bilinear/,
    ],
    [
      "a Resize that smooths",
      {
        nodes: [{ op: "Resize", inputs: ["x", "", "k"], text: { mode: "linear" }, int: { antialias: 1 } }],
        tensors: [{ name: "k", dims: [4], floats: [1, 1, 0.5, 0.5] }],
      },
      /Resize "y" smooths \(antialias 1\), which is not supported/,
    ],
    [
      "a reduction over the images",
      { nodes: [{ op: "ReduceMean", inputs: ["x"], ints: { axes: [0, 1] } }] },
      /ReduceMean "y" reduces the axis of images, which stay apart/,
    ],
    [
      "the largest of the images",
      { nodes: [{ op: "ArgMax", inputs: ["x"] }] },
      /ArgMax "y" looks for the largest of the images, which stay apart/,
    ],
    [
      "a Slice that leaves nothing",
      { nodes: [{ op: "Slice", inputs: ["x", "k", "k"] }], tensors: [list("k", 0, 2)] },
      /Slice "y" leaves 0×0×5×4 of 1×3×5×4, needs at least one element/,
    ],
    [
      "a Slice of lists that do not fit",
      { nodes: [{ op: "Slice", inputs: ["x", "k", "l"] }], tensors: [list("k", 0, 0), list("l", 1)] },
      /Slice "y" has 2, 1, 2, 2 starts, ends, axes and steps, needs as many of each/,
    ],
    [
      "a Gather beyond the end",
      { nodes: [{ op: "Gather", inputs: ["x", "k"], int: { axis: 2 } }], tensors: [list("k", 0, 5)] },
      /Gather "y" picks at 5 along axis 2, needs below 5/,
    ],
    ...(["ReduceSum", "Squeeze", "Unsqueeze"] as const).map((op): [string, FileSpec, RegExp] => [
      `an axis twice in ${op}`,
      { opset: 11, nodes: [{ op, inputs: ["x"], ints: { axes: [1, op === "Unsqueeze" ? -5 : -3] } }] },
      new RegExp(`${op} "y" has the axes 1, -[35], needs each once`),
    ]),
    [
      "an axis twice in Slice",
      {
        nodes: [{ op: "Slice", inputs: ["x", "k", "l", "m"] }],
        tensors: [list("k", 0, 0), list("l", 1, 1), list("m", 2, -2)],
      },
      /Slice "y" has the axes 2, -2, needs each once/,
    ],
    [
      "an axis twice in Resize",
      {
        opset: 18,
        nodes: [{ op: "Resize", inputs: ["x", "", "k"], ints: { axes: [2, 2] } }],
        tensors: [{ name: "k", dims: [2], floats: [2, 2] }],
      },
      /Resize "y" has the axes 2, 2, needs each once/,
    ],
    [
      "an axis twice in Transpose",
      { nodes: [{ op: "Transpose", inputs: ["x"], ints: { perm: [0, 1, 1, 3] } }] },
      /Transpose "y" has the axes 0, 1, 1, 3, needs each once/,
    ],
    ["no input", { nodes: [], tensors: [{ name: "x", dims: [1], floats: [1] }] }, "bytes: has no input, needs one"],
    [
      "sizes that do not fit",
      { nodes: [{ op: "Gemm", inputs: ["x", "k"] }], tensors: [{ name: "k", dims: [2, 2], floats: [1, 2, 3, 4] }] },
      /Gemm "y" takes 1×3×5×4, needs 1×2 for 2×2/,
    ],
  ])("%s", async (_, spec, message) => {
    const error = await importOnnx(onnxFile(spec)).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Error);
    expect(error instanceof FormatError || error instanceof ShapeError).toBe(true);
    if (typeof message === "string") expect((error as Error).message).toBe(message);
    else expect((error as Error).message).toMatch(message);
  });

  test("a file that is something else", async () => {
    await expect(importOnnx(new Uint8Array(0))).rejects.toThrow("bytes: has no ir_version, not an ONNX model");
    await expect(importOnnx(new TextEncoder().encode("hello world"))).rejects.toThrow(FormatError);
  });
});

describe("data in a file beside the model", () => {
  const { folder } = tempFolder();
  beforeAll(() => {
    writeFileSync(join(folder, "data.bin"), new Uint8Array(new Float32Array([9, 1, 2, 3]).buffer));
    symlinkSync(join(folder, "data.bin"), join(folder, "link.bin"));
  });
  const model = (external: Record<string, string>): string => {
    const path = join(folder, "model.onnx");
    const nodes: NodeSpec[] = [{ op: "Mul", inputs: ["x", "k"] }];
    writeFileSync(path, onnxFile({ nodes, tensors: [{ name: "k", dims: [3, 1, 1], external }] }));
    return path;
  };

  test("is read", async () => {
    const { weights } = await importOnnx(model({ location: "data.bin", offset: "4", length: "12" }));
    expect([...(weights.get("y/scale") as Tensor).toFloat32Array()]).toEqual([1, 2, 3]);
  });

  test.each<[Record<string, string>, RegExp]>([
    [{ location: "../data.bin" }, /lies in "..\/data.bin", needs the name of a file in the same folder/],
    [{ location: "/etc/passwd" }, /needs the name of a file in the same folder/],
    [{ location: "..\\data.bin" }, /needs the name of a file in the same folder/],
    [{ location: "" }, /needs the name of a file in the same folder/],
    [{ location: "link.bin" }, /lies in "link.bin", which is not a plain file/],
    [{ location: "missing.bin" }, /which cannot be read \(ENOENT/],
    [{ location: "data.bin", offset: "8", length: "12" }, /takes bytes 8 to 20 of "data.bin", which has 16/],
    [{ location: "data.bin", length: "8" }, /takes 8 bytes, its shape and type need 12/],
    [{ location: "data.bin", offset: "-4" }, /its data's offset is "-4", needs a number of bytes/],
  ])("%j is refused", async (external, message) => {
    await expect(importOnnx(model(external))).rejects.toThrow(message);
  });

  test("and not at all where the model is bytes", async () => {
    const nodes: NodeSpec[] = [{ op: "Mul", inputs: ["x", "k"] }];
    const bytes = onnxFile({ nodes, tensors: [{ name: "k", dims: [3, 1, 1], external: { location: "data.bin" } }] });
    await expect(importOnnx(bytes)).rejects.toThrow(/lies in "data.bin", needs the model as a file/);
  });
});

describe("protobuf", () => {
  const read = (bytes: readonly number[]) => [...fieldsOf(rootMessage("m", Uint8Array.from(bytes)))];

  test("numbers of any length, and back", () => {
    for (const value of [0n, 1n, 127n, 128n, 300n, 2n ** 32n, 2n ** 63n - 1n, -1n, -(2n ** 63n)]) {
      const [field] = read([...whole(varintField(3, value))]);
      expect(field.number).toBe(3);
      expect(BigInt.asIntN(64, (field.value as { value: bigint }).value)).toBe(value);
    }
  });

  test.each<[string, readonly number[], RegExp]>([
    ["a number of eleven bytes", [8, ...new Array(11).fill(0x80), 1], /m: a number of more than ten bytes at byte 1/],
    ["a number without its end", [8, 0x80], /m: a number without its end at byte 1/],
    ["field 0", [0, 1], /m: field 0 at byte 0/],
    ["wire type 3", [0x0b], /m: wire type 3 at byte 0/],
    ["wire type 7", [0x0f], /m: wire type 7 at byte 0/],
    ["a length past the end", [0x0a, 5, 1], /m: 5 bytes where 1 are left at byte 0/],
    ["a length of 2^63", [0x0a, ...new Array(9).fill(0xff), 0x01], /m: 18446744073709551615 bytes where 0 are left/],
    ["four bytes that are three", [0x0d, 1, 2, 3], /m: 4 bytes where 3 are left/],
  ])("%s", (_, bytes, message) => {
    expect(() => read(bytes)).toThrow(message);
    expect(() => read(bytes)).toThrow(FormatError);
  });

  test("what a schema does not expect is named", () => {
    const root = rootMessage(
      "m",
      whole([...textField(1, "word"), ...varintField(2, 2n ** 60n), ...bytesField(3, [Uint8Array.of(1, 2, 3)])]),
    );
    const [text, large, three] = [...fieldsOf(root)].map((field) => readerOf(root, "f", field));
    expect(() => text.integer()).toThrow("m.f is bytes, needs an integer");
    expect(() => large.text()).toThrow("m.f is a number, needs bytes");
    expect(() => large.integer()).toThrow("m.f is 1152921504606846976, needs an integer below 2^53");
    expect(() => three.floats()).toThrow("m.f has 3 bytes, needs a multiple of 4");
  });

  test("messages within messages end somewhere", () => {
    let message = rootMessage("m", whole(varintField(1, 1)));
    const deeper = () => {
      const root = { ...message, bytes: whole(bytesField(1, [Uint8Array.of(8, 1)])) };
      const [field] = fieldsOf(root);
      message = readerOf(root, "m", field).message();
    };
    expect(() => {
      for (let i = 0; i < 70; i++) deeper();
    }).toThrow(/lies 64 messages deep/);
  });
});
