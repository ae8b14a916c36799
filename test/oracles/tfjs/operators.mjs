/**
 * Graphs of one TensorFlow operator each, twenty of every operator with its attributes varied, and what TensorFlow.js
 * computes: test/oracles/tfjs_operators.json, for test/formats/tensorflow/operators.test.ts.
 *
 * Usage, in this folder: npm ci && node operators.mjs
 */
import * as tf from "@tensorflow/tfjs";
import { draw, numbersOf, write } from "./draw.mjs";

const CASES = 20;

const text = (word) => ({ s: Buffer.from(word).toString("base64") });
const texts = (words) => ({ list: { s: words.map((word) => Buffer.from(word).toString("base64")) } });
const ints = (values) => ({ list: { i: values.map(String) } });
const int = (value) => ({ i: String(value) });
const real = (f) => ({ f });
const flag = (b) => ({ b });
const type = (name) => ({ type: name });
const FLOAT = { T: type("DT_FLOAT") };

/** One graph: inputs, constants, and the operator that is tried. */
function graph(word) {
  const d = draw(word);
  const nodes = [];
  const weights = {};
  const inputs = [];
  const add = (op, input, attr) => {
    const name = op === "Placeholder" ? `x${inputs.length}` : `${op}_${nodes.length}`;
    nodes.push({ name, op, ...(input.length > 0 && { input }), attr });
    return name;
  };
  const constant = (shape, values, isInteger) => {
    const dtype = isInteger ? "DT_INT32" : "DT_FLOAT";
    const dim = shape.map((size) => ({ size: String(size) }));
    const name = add("Const", [], { dtype: type(dtype), value: { tensor: { dtype, tensorShape: { dim } } } });
    weights[name] = { shape, values, ...(isInteger && { isInteger }) };
    return name;
  };
  return {
    ...d,
    nodes,
    weights,
    inputs,
    op: (op, input, attr = {}) => add(op, input, { ...FLOAT, ...attr }),
    input: (shape, low, high) => {
      const dim = [-1, ...shape.slice(1)].map((size) => ({ size: String(size) }));
      const name = add("Placeholder", [], { dtype: type("DT_FLOAT"), shape: { shape: { dim } } });
      inputs.push({ name, shape, values: d.values(shape, low, high) });
      return name;
    },
    constant: (shape, low, high) => constant(shape, d.values(shape, low, high), false),
    ints: (values, shape = [values.length]) => constant(shape, values, true),
    number: d.number,
    real: (value) => constant([], [value], false),
    image4: (low, high) => [1, ...d.image(low, high)],
    any4: () => [1, ...d.any()],
  };
}

const NHWC = { data_format: text("NHWC") };

function windowOf(g) {
  const kind = g.number(0, 2);
  const [s, t] = kind === 0 ? [g.number(1, 3), g.number(1, 3)] : [1, 1];
  const [p, q] = kind === 1 ? [2, g.number(1, 2)] : [1, 1];
  return { strides: ints([1, s, t, 1]), dilations: ints([1, p, q, 1]), padding: text(g.one("SAME", "VALID")), ...NHWC };
}

/** BiasAdd, and perhaps an activation. */
function fused(g, outputs, inputs, more = []) {
  const activation = g.one(undefined, "Relu", "Relu6", "Elu", "Prelu", "LeakyRelu", "Sigmoid", ...more);
  const ops = ["BiasAdd", ...(activation === undefined ? [] : [activation])];
  inputs.push(g.constant([outputs]));
  if (activation === "Prelu") inputs.push(g.constant([outputs], 0, 8));
  const slope = activation === "LeakyRelu" ? { leakyrelu_alpha: real(0.125) } : {};
  return { fused_ops: texts(ops), num_args: int(inputs.length - 2), ...slope };
}

function conv2d(isFused) {
  return (g) => {
    const shape = g.image4(5, 8);
    const outputs = g.number(1, 5);
    const inputs = [g.input(shape), g.constant([g.number(1, 3), g.number(1, 3), shape[3], outputs])];
    const more = isFused ? fused(g, outputs, inputs) : {};
    return g.op(isFused ? "_FusedConv2D" : "Conv2D", inputs, { ...windowOf(g), ...more });
  };
}

function depthwise(op) {
  return (g) => {
    const shape = g.image4(5, 8);
    const [k, m, s] = [g.number(1, 3), g.number(1, 2), g.number(1, 2)];
    const inputs = [g.input(shape), g.constant([k, k, shape[3], m])];
    const steps = {
      strides: ints([1, s, s, 1]),
      dilations: ints([1, 1, 1, 1]),
      padding: text(g.one("SAME", "VALID")),
      ...NHWC,
    };
    const more = op.startsWith("Fused") ? fused(g, shape[3] * m, inputs) : {};
    return g.op(op, inputs, { ...steps, ...more });
  };
}

const unary = (op, low, high) => (g) => g.op(op, [g.input(g.any4(), low, high)]);

const binary = (op, low) => (g) => {
  const shape = g.image4();
  const small = g.one(shape, [1, 1, 1, shape[3]], [shape[3]]);
  const x = g.input(shape);
  const isConstant = g.flag();
  if (!isConstant && small.length === 4) {
    const both = [x, g.input(small, low)];
    return g.op(op, low === undefined && g.flag() ? both.reverse() : both);
  }
  return g.op(op, [x, g.constant(small, low)]);
};

const pool = (op) => (g) => {
  const attr = {
    ksize: ints([1, g.number(1, 3), g.number(1, 3), 1]),
    strides: ints([1, g.number(1, 2), g.number(1, 2), 1]),
  };
  return g.op(op, [g.input(g.image4(3, 7))], { ...attr, padding: text(g.one("SAME", "VALID")), ...NHWC });
};

const reduce = (op) => (g) => {
  const shape = g.any4();
  const axes = g.shuffled(shape.slice(1).map((_, i) => i + 1)).slice(0, g.number(1, shape.length - 1));
  const shown = axes.map((axis) => (g.flag() ? axis : axis - shape.length));
  return g.op(op, [g.input(shape), g.ints(shown)], { keep_dims: flag(g.flag()), Tidx: type("DT_INT32") });
};

const resize = (op) => (g) => {
  const attr = g.one({}, { align_corners: flag(true) }, { half_pixel_centers: flag(true) });
  return g.op(op, [g.input(g.image4(2, 5)), g.ints([g.number(1, 8), g.number(1, 8)])], attr);
};

const margins = (g, shape, high) =>
  shape.flatMap((_, axis) => (axis === 0 ? [0, 0] : [g.number(0, high), g.number(0, high)]));

const batchNorm = (op) => (g) => {
  const shape = g.image4();
  const c = [shape[3]];
  const numbers = [g.constant(c), g.constant(c), g.constant(c), g.constant(c, 1, 16)];
  return g.op(op, [g.input(shape), ...numbers], {
    epsilon: real(g.one(0.001, 0.125)),
    is_training: flag(false),
    ...NHWC,
  });
};

const identity = (op) => (g) => g.op("Relu", [g.op(op, [g.input(g.any4())])]);

/** A constant that is computed from the shape and used again. */
const ofShape = (make) => (g) => {
  const shape = g.image4();
  const x = g.input(shape);
  return make(g, x, g.op("Shape", [x], { out_type: type("DT_INT32") }), shape);
};

const strided = (g, x, begins, ends, steps, masks = {}) => {
  const attr = Object.fromEntries(Object.entries(masks).map(([name, mask]) => [name, int(mask)]));
  return g.op("StridedSlice", [x, g.ints(begins), g.ints(ends), g.ints(steps)], attr);
};

const OPERATORS = {
  Abs: unary("Abs"),
  Add: binary("Add"),
  AddN: (g) => {
    const shape = g.any4();
    return g.op("AddN", [g.input(shape), g.input(shape), g.input(shape)], { N: int(3) });
  },
  AddV2: binary("AddV2"),
  ArgMax: (g) => {
    const shape = [1, g.number(2, 4), g.number(2, 4)];
    return g.op("ArgMax", [g.input(shape), g.ints([g.one(1, 2, -1)], [])], { output_type: type("DT_INT32") });
  },
  AvgPool: pool("AvgPool"),
  BatchMatMul: (g) => batchMatMul(g, "BatchMatMul"),
  BatchMatMulV2: (g) => batchMatMul(g, "BatchMatMulV2"),
  BatchToSpaceND: (g) => dilated(g),
  BiasAdd: (g) => {
    const shape = g.any4();
    return g.op("BiasAdd", [g.input(shape), g.constant([shape.at(-1)])], NHWC);
  },
  BroadcastTo: (g) => {
    const c = g.number(1, 4);
    return g.op("BroadcastTo", [g.input([1, 1, 1, c]), g.ints([1, g.number(1, 4), g.number(1, 4), c])]);
  },
  Cast: (g) => g.op("Cast", [g.input(g.any4())], { SrcT: type("DT_FLOAT"), DstT: type("DT_FLOAT") }),
  Ceil: ofShape((g, x, shape) => {
    const half = g.op("Mul", [g.op("Cast", [rowsAndColumns(g, shape)], { DstT: type("DT_FLOAT") }), g.real(0.5)]);
    return g.op("ResizeBilinear", [x, g.op("Cast", [g.op("Ceil", [half])], { DstT: type("DT_INT32") })]);
  }),
  ClipByValue: (g) => g.op("ClipByValue", [g.input(g.any4()), g.real(g.one(-1, 0)), g.real(g.one(1, 6))]),
  Concat: (g) => {
    const { shapes, axis } = joined(g);
    return g.op("Concat", [g.ints([axis], []), ...shapes.map((shape) => g.input(shape))], { N: int(shapes.length) });
  },
  ConcatV2: (g) => {
    const { shapes, axis } = joined(g);
    return g.op("ConcatV2", [...shapes.map((shape) => g.input(shape)), g.ints([axis], [])], { N: int(shapes.length) });
  },
  Conv2D: conv2d(false),
  Conv2DBackpropInput: (g) => {
    const [n, h, w, c] = g.image4(2, 4);
    const [k, s, o] = [g.number(1, 4), g.number(1, 3), g.number(1, 4)];
    const isSame = g.flag();
    const size = (extent) => (isSame ? extent * s : (extent - 1) * s + k);
    const inputs = [g.ints([n, size(h), size(w), o]), g.constant([k, k, o, c]), g.input([n, h, w, c])];
    return g.op("Conv2DBackpropInput", inputs, {
      strides: ints([1, s, s, 1]),
      padding: text(isSame ? "SAME" : "VALID"),
      ...NHWC,
    });
  },
  DepthToSpace: (g) => {
    const b = g.number(2, 3);
    const shape = [1, g.number(1, 4), g.number(1, 4), g.number(1, 3) * b * b];
    return g.op("DepthToSpace", [g.input(shape)], { block_size: int(b), ...NHWC });
  },
  DepthwiseConv2d: depthwise("DepthwiseConv2d"),
  DepthwiseConv2dNative: depthwise("DepthwiseConv2dNative"),
  Div: binary("Div", 1),
  Elu: unary("Elu"),
  Erf: unary("Erf"),
  Exp: unary("Exp"),
  ExpandDims: (g) => {
    const shape = g.any4();
    return g.op("ExpandDims", [g.input(shape), g.ints([g.number(1, shape.length)], [])]);
  },
  Fill: ofShape((g, x, shape, [, h, , c]) => {
    const size = g.op("Pack", [g.ints([1], []), g.ints([h], []), picked(g, shape, 2), g.ints([c], [])], { N: int(4) });
    return g.op("AddV2", [x, g.op("Fill", [size, g.real(g.number(-8, 8) / 4)])]);
  }),
  Floor: ofShape((g, x, shape) => {
    const half = g.op("Mul", [g.op("Cast", [rowsAndColumns(g, shape)], { DstT: type("DT_FLOAT") }), g.real(0.75)]);
    return g.op("ResizeNearestNeighbor", [x, g.op("Cast", [g.op("Floor", [half])], { DstT: type("DT_INT32") })]);
  }),
  FusedBatchNorm: batchNorm("FusedBatchNorm"),
  FusedBatchNormV2: batchNorm("FusedBatchNormV2"),
  FusedBatchNormV3: batchNorm("FusedBatchNormV3"),
  FusedDepthwiseConv2dNative: depthwise("FusedDepthwiseConv2dNative"),
  Gather: (g) => {
    const shape = g.any4();
    return g.op("Gather", [g.input(shape), g.ints([0])]);
  },
  GatherV2: (g) => {
    const shape = g.any4();
    const axis = g.number(1, shape.length - 1);
    const at = Array.from({ length: g.number(1, 4) }, () => g.number(0, shape[axis] - 1));
    return g.op("GatherV2", [g.input(shape), g.flag() ? g.ints(at) : g.ints([at[0]], []), g.ints([axis], [])]);
  },
  Identity: identity("Identity"),
  LeakyRelu: (g) => g.op("LeakyRelu", [g.input(g.any4())], g.one({}, { alpha: real(0.125) })),
  Log: unary("Log", 1, 16),
  LogSoftmax: unary("LogSoftmax"),
  MatMul: (g) => matMul(g, "MatMul"),
  Max: reduce("Max"),
  MaxPool: pool("MaxPool"),
  Maximum: binary("Maximum"),
  Mean: reduce("Mean"),
  Min: reduce("Min"),
  Minimum: binary("Minimum"),
  MirrorPad: (g) => {
    const shape = g.image4(3, 5);
    const table = shape.flatMap((_, axis) => (axis === 0 || axis === 3 ? [0, 0] : [g.number(0, 2), g.number(0, 2)]));
    return g.op("MirrorPad", [g.input(shape), g.ints(table, [4, 2])], { mode: text(g.one("REFLECT", "SYMMETRIC")) });
  },
  Mul: binary("Mul"),
  Neg: unary("Neg"),
  Pack: (g) => {
    const shape = g.any4();
    return g.op("Pack", [g.input(shape), g.input(shape)], { axis: int(g.number(1, shape.length)), N: int(2) });
  },
  Pad: (g) => {
    const shape = g.any4();
    return g.op("Pad", [g.input(shape), g.ints(margins(g, shape, 2), [shape.length, 2])]);
  },
  PadV2: (g) => {
    const shape = g.any4();
    return g.op("PadV2", [g.input(shape), g.ints(margins(g, shape, 2), [shape.length, 2]), g.real(g.number(-4, 4))]);
  },
  Pow: (g) => g.op("Pow", [g.input(g.any4(), 1, 16), g.real(g.one(0.5, -1, 1, 2, 3))]),
  Prelu: (g) => {
    const shape = g.image4();
    return g.op("Prelu", [g.input(shape), g.constant(g.one([shape[3]], [1, 1, shape[3]]), 0, 8)]);
  },
  Rank: (g) => {
    const shape = g.any4();
    return g.op("AddV2", [g.input(shape), g.op("Cast", [g.op("Rank", [g.input(shape)])], { DstT: type("DT_FLOAT") })]);
  },
  RealDiv: binary("RealDiv", 1),
  Reciprocal: unary("Reciprocal", 1, 16),
  Relu: unary("Relu"),
  Relu6: unary("Relu6", -16, 80),
  Reshape: (g) => {
    const [n, h, w, c] = g.image4();
    const target = g.one([n, -1], [-1, h * w * c], [n, h * w, c], [n, c, h, w], [n, 1, -1, c]);
    return g.op("Reshape", [g.input([n, h, w, c]), g.ints(target)]);
  },
  ResizeBilinear: resize("ResizeBilinear"),
  ResizeNearestNeighbor: resize("ResizeNearestNeighbor"),
  ReverseV2: (g) => {
    const shape = g.any4();
    return g.op("ReverseV2", [g.input(shape), g.ints([g.number(1, shape.length - 1)])]);
  },
  Round: unary("Round", -40, 40),
  Rsqrt: unary("Rsqrt", 1, 16),
  Selu: unary("Selu"),
  Shape: ofShape((g, x, shape, [, h, w, c]) => {
    const flat = g.op("Pack", [picked(g, shape, 0), g.ints([h * w * c], [])], { N: int(2) });
    return g.op("Reshape", [x, flat]);
  }),
  Sigmoid: unary("Sigmoid"),
  Slice: (g) => {
    const shape = g.any4();
    const begins = shape.map((extent, axis) => (axis === 0 ? 0 : g.number(0, extent - 1)));
    const sizes = shape.map((extent, axis) => (g.flag() ? -1 : g.number(1, extent - begins[axis])));
    return g.op("Slice", [g.input(shape), g.ints(begins), g.ints(sizes)]);
  },
  Snapshot: identity("Snapshot"),
  Softmax: unary("Softmax"),
  Softplus: unary("Softplus"),
  SpaceToBatchND: (g) => dilated(g),
  Split: (g) => {
    const shape = g.any4();
    const axis = g.number(1, shape.length - 1);
    const [parts, size] = [g.number(2, 3), g.number(1, 3)];
    const split = g.op("Split", [g.ints([axis], []), g.input(shape.with(axis, parts * size))], {
      num_split: int(parts),
    });
    return g.op("Sub", [`${split}:1`, split]);
  },
  SplitV: (g) => {
    const shape = g.any4();
    const axis = g.number(1, shape.length - 1);
    const size = g.number(1, 3);
    const inputs = [g.input(shape.with(axis, 2 * size + 1)), g.ints([size, 1, size]), g.ints([axis], [])];
    const split = g.op("SplitV", inputs, { num_split: int(3) });
    return g.op("Mul", [split, `${split}:2`]);
  },
  Sqrt: unary("Sqrt", 0, 16),
  Square: unary("Square"),
  SquaredDifference: (g) => {
    const shape = g.any4();
    return g.op("SquaredDifference", [g.input(shape), g.input(shape)]);
  },
  Squeeze: (g) => {
    const shape = [1, 1, g.number(1, 4), 1];
    return g.op("Squeeze", [g.input(shape)], { squeeze_dims: ints(g.one([1], [3], [1, 3], [-1])) });
  },
  StopGradient: identity("StopGradient"),
  StridedSlice: (g) => {
    const shape = [1, g.number(3, 6), g.number(3, 6), g.number(1, 3)];
    const shrunk = g.one(0, 0, 8, 2);
    // Of an axis that goes, TensorFlow.js takes the masks, and of the others no steps; TensorFlow does neither.
    const steps = shrunk > 0 ? [1, 1, 1, 1] : [1, g.one(1, 2, -1), g.number(1, 3), 1];
    const begins = [0, steps[1] < 0 ? -1 : g.number(0, 2), g.number(-3, 1), 0];
    const ends = [1, steps[1] < 0 ? 0 : shape[1], shape[2], shape[3]];
    const mask = () => g.number(0, 15) & ~shrunk;
    const masks = { begin_mask: mask(), end_mask: mask(), shrink_axis_mask: shrunk };
    return strided(g, g.input(shape), begins, ends, steps, masks);
  },
  Sub: binary("Sub"),
  Sum: reduce("Sum"),
  Tanh: unary("Tanh"),
  Tile: (g) => {
    const shape = g.any4();
    return g.op("Tile", [g.input(shape), g.ints(shape.map((_, axis) => (axis === 0 ? 1 : g.number(1, 3))))]);
  },
  Transpose: (g) => {
    const shape = g.any4();
    return g.op("Transpose", [g.input(shape), g.ints([0, ...g.shuffled(shape.slice(1).map((_, i) => i + 1))])]);
  },
  Unpack: (g) => {
    const shape = [1, g.number(2, 4), g.number(2, 3), g.number(1, 3)];
    const axis = g.number(1, 2);
    const parts = g.op("Unpack", [g.input(shape)], { axis: int(axis), num: int(shape[axis]) });
    return g.op("Sub", [parts, `${parts}:1`]);
  },
  _FusedConv2D: conv2d(true),
  _FusedMatMul: (g) => matMul(g, "_FusedMatMul"),
};

function matMul(g, op) {
  const [i, o] = [g.number(1, 5), g.number(1, 5)];
  const isTurned = g.flag();
  const inputs = [g.input([1, i]), g.constant(isTurned ? [o, i] : [i, o])];
  const more = op === "MatMul" ? {} : fused(g, o, inputs);
  return g.op(op, inputs, { transpose_a: flag(false), transpose_b: flag(isTurned), ...more });
}

function batchMatMul(g, op) {
  const [h, i, o] = [g.number(1, 4), g.number(1, 4), g.number(1, 4)];
  const [left, right] = [g.flag(), g.flag()];
  const a = g.input(left ? [1, i, h] : [1, h, i]);
  return g.op(op, [a, g.input(right ? [1, o, i] : [1, i, o])], { adj_x: flag(left), adj_y: flag(right) });
}

/** A convolution with gaps, as TensorFlow 1 writes it. */
function dilated(g) {
  const c = g.number(1, 3);
  const [h, w] = [g.number(3, 6) * 2, g.number(3, 6) * 2];
  const k = g.number(1, 3);
  const around = [2, 2, 2, 2];
  const blocks = g.op("SpaceToBatchND", [g.input([1, h, w, c]), g.ints([2, 2]), g.ints(around, [2, 2])]);
  const isDepthwise = g.flag();
  const filter = g.constant(isDepthwise ? [k, k, c, 1] : [k, k, c, 2]);
  const attr = { strides: ints([1, 1, 1, 1]), dilations: ints([1, 1, 1, 1]), padding: text("VALID"), ...NHWC };
  const y = g.op(isDepthwise ? "DepthwiseConv2dNative" : "Conv2D", [blocks, filter], attr);
  return g.op("BatchToSpaceND", [y, g.ints([2, 2]), g.ints([0, g.number(0, 1), 0, 0], [2, 2])]);
}

function joined(g) {
  const shape = g.any4();
  const axis = g.number(1, shape.length - 1);
  const shapes = Array.from({ length: g.number(2, 3) }, () => shape.with(axis, g.number(1, 4)));
  return { shapes, axis };
}

/** One extent of a shape, and those of rows and columns. */
const picked = (g, shape, at) => strided(g, shape, [at], [at + 1], [1], { shrink_axis_mask: 1 });
const rowsAndColumns = (g, shape) => strided(g, shape, [1], [3], [1]);

async function caseOf(name, i) {
  const g = graph(`${name} ${i}`);
  try {
    const output = OPERATORS[name](g);
    const artifacts = {
      modelTopology: { node: g.nodes, versions: { producer: 1 } },
      weightSpecs: Object.entries(g.weights).map(([weight, { shape, isInteger }]) => {
        return { name: weight, shape, dtype: isInteger ? "int32" : "float32" };
      }),
      weightData: await bytesOf(Object.values(g.weights)),
    };
    const model = await tf.loadGraphModel(tf.io.fromMemory(artifacts));
    const feed = Object.fromEntries(g.inputs.map(({ name: x, shape, values }) => [x, tf.tensor(values, shape)]));
    const y = model.execute(feed, output);
    if (y.size === 0 || !y.dataSync().every(Number.isFinite)) throw new Error("is empty, or not finite");
    const tried = g.nodes.filter(({ op }) => op === name).map(({ attr }) => attr);
    const about = `${name} ${i}: ${JSON.stringify(tried)}`;
    const inputs = g.inputs.map(({ shape, values }) => ({ shape, values }));
    return { about, topology: artifacts.modelTopology, weights: g.weights, inputs, output: numbersOf(y) };
  } catch (error) {
    if (i.length > 40) throw error;
    return caseOf(name, `${i}x`); // attributes that do not go together
  }
}

function bytesOf(weights) {
  const parts = weights.map(({ values, isInteger }) => (isInteger ? Int32Array : Float32Array).from(values));
  return new Blob(parts).arrayBuffer();
}

await tf.setBackend("cpu");
const cases = [];
for (const name of Object.keys(OPERATORS)) for (let i = 0; i < CASES; i++) cases.push(await caseOf(name, `${i}`));
write("tfjs_operators.json", cases);
