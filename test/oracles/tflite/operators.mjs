/**
 * Files of one TensorFlow Lite operator each, twenty of every operator with its options varied, and what LiteRT.js
 * computes: test/oracles/tflite_operators.json, for test/formats/tflite/operators.test.ts.
 *
 * Usage, in this folder: npm ci && node operators.mjs
 */
import { writeFileSync } from "node:fs";
import { seeded } from "../seeded.mjs";
import { f32, flag, i8, i32, ints, none, tfliteFile } from "./file.mjs";
import { litert } from "./litert.mjs";

const CASES = 20;
const FLOAT = 0;
const INT = 2;

const sizeOf = (shape) => shape.reduce((product, extent) => product * extent, 1);

/** One file: operators from inputs to y. */
class Case {
  constructor(word) {
    this.next = seeded(word);
    this.tensors = [];
    this.operators = [];
    this.inputs = [];
    this.about = [];
  }
  number(low, high) {
    return low + Math.floor(this.next() * (high - low + 1));
  }
  one(...choices) {
    return choices[this.number(0, choices.length - 1)];
  }
  values(size, low = -3, high = 3) {
    return Float32Array.from({ length: size }, () => Math.round((low + this.next() * (high - low)) * 100) / 100);
  }
  shape(low = 2, high = 4) {
    return [1, ...Array.from({ length: this.number(low, high) - 1 }, () => this.number(1, 5))];
  }
  image(max = 7) {
    return [1, this.number(2, max), this.number(2, max), this.number(1, 5)];
  }
  tensor(shape, type, data) {
    this.tensors.push({ name: `t${this.tensors.length}`, shape, type, data });
    return this.tensors.length - 1;
  }
  input(shape, low, high) {
    const at = this.tensor(shape, FLOAT);
    this.inputs.push({ at, data: this.values(sizeOf(shape), low, high) });
    return at;
  }
  constant(shape, low, high) {
    return this.tensor(shape, FLOAT, this.values(sizeOf(shape), low, high));
  }
  ints(values, shape = [values.length]) {
    return this.tensor(shape, INT, Int32Array.from(values));
  }
  /** Appends an operator. @returns its output, or several */
  op(name, inputs, shapes, optionsType, options, more = {}) {
    const many = Array.isArray(shapes[0]);
    const outputs = (many ? shapes : [shapes]).map((shape) => this.tensor(shape, more.type ?? FLOAT));
    this.operators.push({ code: CODES[name], inputs, outputs, optionsType, options, ...more });
    this.about.push(name);
    return many ? outputs : outputs[0];
  }
  say(words) {
    this.about.push(JSON.stringify(words).replaceAll('"', ""));
  }
}

const CODES = {
  ...{
    ADD: 0,
    AVERAGE_POOL_2D: 1,
    CONCATENATION: 2,
    CONV_2D: 3,
    DEPTHWISE_CONV_2D: 4,
    DEPTH_TO_SPACE: 5,
    DEQUANTIZE: 6,
  },
  ...{ FULLY_CONNECTED: 9, L2_NORMALIZATION: 11, LOGISTIC: 14, MAX_POOL_2D: 17, MUL: 18, RELU: 19, RELU_N1_TO_1: 20 },
  ...{ RELU6: 21, RESHAPE: 22, RESIZE_BILINEAR: 23, SOFTMAX: 25, SPACE_TO_DEPTH: 26, TANH: 28, CUSTOM: 32, PAD: 34 },
  ...{
    GATHER: 36,
    BATCH_TO_SPACE_ND: 37,
    SPACE_TO_BATCH_ND: 38,
    TRANSPOSE: 39,
    MEAN: 40,
    SUB: 41,
    DIV: 42,
    SQUEEZE: 43,
  },
  ...{
    STRIDED_SLICE: 45,
    EXP: 47,
    SPLIT: 49,
    LOG_SOFTMAX: 50,
    CAST: 53,
    PRELU: 54,
    MAXIMUM: 55,
    ARG_MAX: 56,
    MINIMUM: 57,
  },
  ...{
    NEG: 59,
    PADV2: 60,
    SLICE: 65,
    TRANSPOSE_CONV: 67,
    TILE: 69,
    EXPAND_DIMS: 70,
    LOG: 73,
    SUM: 74,
    SQRT: 75,
    RSQRT: 76,
  },
  ...{
    SHAPE: 77,
    POW: 78,
    REDUCE_MAX: 82,
    PACK: 83,
    UNPACK: 88,
    REDUCE_MIN: 89,
    SQUARE: 92,
    RESIZE_NEAREST_NEIGHBOR: 97,
  },
  ...{ LEAKY_RELU: 98, SQUARED_DIFFERENCE: 99, MIRROR_PAD: 100, ABS: 101, SPLIT_V: 102, ELU: 111, ROUND: 116 },
  ...{ HARD_SWISH: 117, BATCH_MATMUL: 126, GELU: 150, BROADCAST_TO: 130 },
};

const CASES_OF = new Map();
const add = (names, generate) => {
  for (const name of [names].flat()) CASES_OF.set(name, (c) => generate(c, name));
};

const out = (extent, taps, stride, dilation, same) =>
  same ? Math.ceil(extent / stride) : Math.floor((extent - (taps - 1) * dilation - 1) / stride) + 1;

/** Window options: [padding, stride_w, stride_h], and what comes out; null if nothing does. */
function window(c, [, H, W], kernel, dilations) {
  const same = c.one(true, false);
  const strides = dilations.some((d) => d > 1) ? [1, 1] : [c.number(1, 3), c.number(1, 3)];
  const size = [H, W].map((extent, i) => out(extent, kernel[i], strides[i], dilations[i], same));
  c.say({ kernel, strides, dilations, same });
  return { size, head: [i8(same ? 0 : 1), i32(strides[1]), i32(strides[0])] };
}

const dilationsOf = (c) => c.one([1, 1], [1, 1], [2, 1], [2, 3]);
const activationOf = (c) => {
  const activation = c.one(0, 0, 1, 2, 3);
  c.say({ activation });
  return i8(activation);
};

add("CONV_2D", (c, name) => {
  const shape = c.image();
  const [outputs, kernel, dilations] = [c.number(1, 5), [c.number(1, 3), c.number(1, 3)], dilationsOf(c)];
  const { size, head } = window(c, shape, kernel, dilations);
  const x = c.input(shape);
  const w = c.constant([outputs, ...kernel, shape[3]]);
  const bias = c.constant([outputs]);
  const options = [...head, activationOf(c), i32(dilations[1], 1), i32(dilations[0], 1)];
  return c.op(name, [x, w, bias], [1, ...size, outputs], 1, options, { version: 2 });
});

add("DEPTHWISE_CONV_2D", (c, name) => {
  const shape = c.image();
  const [multiplier, kernel, dilations] = [c.one(1, 1, 2, 3), [c.number(1, 3), c.number(1, 3)], dilationsOf(c)];
  const { size, head } = window(c, shape, kernel, dilations);
  const O = shape[3] * multiplier;
  const inputs = [c.input(shape), c.constant([1, ...kernel, O]), c.constant([O])];
  const options = [...head, i32(multiplier), activationOf(c), i32(dilations[1], 1), i32(dilations[0], 1)];
  return c.op(name, inputs, [1, ...size, O], 2, options, { version: 2 });
});

add("TRANSPOSE_CONV", (c, name) => {
  const shape = c.image(4);
  const [outputs, kernel, strides] = [
    c.number(1, 4),
    [c.number(1, 4), c.number(1, 4)],
    [c.number(1, 3), c.number(1, 3)],
  ];
  const same = c.one(true, false);
  const size = [0, 1].map((i) =>
    same ? shape[1 + i] * strides[i] : (shape[1 + i] - 1) * strides[i] + Math.max(kernel[i], strides[i]),
  );
  if (!same && [0, 1].some((i) => kernel[i] < strides[i])) return null;
  c.say({ kernel, strides, same });
  const output = [1, ...size, outputs];
  const bias = c.one(true, false) ? [c.constant([outputs])] : [];
  const inputs = [c.ints(output), c.constant([outputs, ...kernel, shape[3]]), c.input(shape), ...bias];
  return c.op(name, inputs, output, 49, [i8(same ? 0 : 1), i32(strides[1]), i32(strides[0])], {
    version: bias.length ? 3 : 1,
  });
});

add("FULLY_CONNECTED", (c, name) => {
  const [rows, I, O] = [c.number(1, 4), c.number(1, 8), c.number(1, 6)];
  const keep = c.one(true, false);
  const shape = keep ? [1, rows, I] : [1, I];
  const bias = c.one(true, false) ? c.constant([O]) : -1;
  c.say({ keep });
  const options = [activationOf(c), none, flag(keep)];
  return c.op(name, [c.input(shape), c.constant([O, I]), bias], [...shape.slice(0, -1), O], 8, options, { version: 6 });
});

add("BATCH_MATMUL", (c, name) => {
  const [B, M, K, N] = [c.number(1, 3), c.number(1, 5), c.number(1, 5), c.number(1, 5)];
  const [adjX, adjY, isConstant] = [c.one(false, true), c.one(false, true), c.one(false, true)];
  const b = [...(isConstant ? [] : [1, B]), ...(adjY ? [N, K] : [K, N])];
  c.say({ adjX, adjY, isConstant });
  const inputs = [c.input([1, B, ...(adjX ? [K, M] : [M, K])]), isConstant ? c.constant(b) : c.input(b)];
  return c.op(name, inputs, [1, B, M, N], 101, [flag(adjX), flag(adjY)]);
});

add(["AVERAGE_POOL_2D", "MAX_POOL_2D"], (c, name) => {
  const shape = c.image();
  const kernel = c.one([c.number(1, 3), c.number(1, 3)], [shape[1], shape[2]]);
  const { size, head } = window(c, shape, kernel, [1, 1]);
  return c.op(name, [c.input(shape)], [1, ...size, shape[3]], 5, [
    ...head,
    i32(kernel[1]),
    i32(kernel[0]),
    activationOf(c),
  ]);
});

/** Shapes that broadcast: one of them with extents of 1, or shorter, if it is a constant's: values begin with images. */
function twoShapes(c, isConstant) {
  const full = c.shape();
  const bent = full.map((extent, axis) => (axis > 0 && c.one(true, false) ? 1 : extent));
  return c.one([full, full], [full, bent], [full, isConstant ? bent.slice(c.number(0, 2)) : bent]);
}

const OPTIONS_OF = { ADD: 11, SUB: 28, MUL: 21, DIV: 29 };
add(["ADD", "SUB", "MUL", "DIV"], (c, name) => {
  const kind = c.one("values", "constant", "constant first");
  const [full, other] = twoShapes(c, kind === "constant");
  const range = name === "DIV" ? [0.5, 3] : [];
  const first = kind === "constant first" ? c.constant(full, ...range) : c.input(full);
  const second = kind === "constant" ? c.constant(other, ...range) : c.input(other, ...range);
  c.say({ kind, full, other });
  return c.op(name, [first, second], full, OPTIONS_OF[name], [activationOf(c)]);
});

add(["MAXIMUM", "MINIMUM", "SQUARED_DIFFERENCE"], (c, name) => {
  const isConstant = c.one(true, false);
  const [full, other] = twoShapes(c, isConstant);
  c.say({ full, other, isConstant });
  const type = name === "SQUARED_DIFFERENCE" ? 76 : 39;
  return c.op(name, [c.input(full), isConstant ? c.constant(other) : c.input(other)], full, type, []);
});

const one = (names, low, high, type, options = () => []) =>
  add(names, (c, name) => {
    const shape = c.shape();
    const own = options(c);
    return c.op(name, [c.input(shape, low, high)], shape, own.length > 0 || type ? type : undefined, own);
  });
one(["RELU", "RELU6", "RELU_N1_TO_1", "LOGISTIC", "TANH", "HARD_SWISH", "ELU", "ABS", "NEG", "EXP", "SQUARE"], -8, 8);
one(["SQRT", "RSQRT", "LOG"], 0.1, 9);
one("ROUND", -4, 4);
one("LEAKY_RELU", -4, 4, 75, (c) => {
  const alpha = c.one(0, 0.1, 0.5, 1.5);
  c.say({ alpha });
  return [f32(alpha)];
});
// The other form, with a hyperbolic tangent, LiteRT.js computes with an error of up to 4e-4: it judges nobody.
one("GELU", -4, 4, 117, () => [flag(false)]);
one("SOFTMAX", -3, 3, 9, (c) => {
  const beta = c.one(1, 1, 0.5, 2);
  c.say({ beta });
  return [f32(beta)];
});
one(["LOG_SOFTMAX"], -3, 3, 36);
one(["L2_NORMALIZATION"], -3, 3, 12, () => [i8(0)]);

add("PRELU", (c, name) => {
  const shape = c.image();
  const slope = c.one([1, 1, shape[3]], [shape[3]]);
  c.say({ shape, slope });
  return c.op(name, [c.input(shape), c.constant(slope)], shape);
});

add("POW", (c, name) => {
  const shape = c.shape();
  const exponent = c.one(0.5, 1, 2, 3, -1);
  c.say({ exponent });
  return c.op(name, [c.input(shape, 0.5, 3), c.tensor([], FLOAT, Float32Array.of(exponent))], shape, 56, []);
});

/** Axes besides that of images. */
function axesOf(c, shape) {
  const axes = shape
    .map((_, axis) => axis)
    .slice(1)
    .filter(() => c.one(true, false));
  const own = axes.length > 0 ? axes : [shape.length - 1];
  return c.one(
    own,
    own.map((axis) => axis - shape.length),
  );
}

add(["MEAN", "SUM", "REDUCE_MAX", "REDUCE_MIN"], (c, name) => {
  const shape = c.shape(2, 4);
  const [axes, keep] = [axesOf(c, shape), c.one(true, false)];
  const positive = axes.map((axis) => (axis < 0 ? axis + shape.length : axis));
  const output = shape.flatMap((extent, axis) => (positive.includes(axis) ? (keep ? [1] : []) : [extent]));
  c.say({ shape, axes, keep });
  return c.op(name, [c.input(shape), c.ints(axes)], output, 27, [flag(keep)]);
});

add("ARG_MAX", (c, name) => {
  const shape = c.shape(2, 4);
  const axis = c.one(c.number(1, shape.length - 1), -1);
  const output = shape.filter((_, i) => i !== (axis < 0 ? axis + shape.length : axis));
  c.say({ shape, axis });
  const at = c.op(name, [c.input(shape), c.ints([axis], [])], output, 40, [i8(INT)], { type: INT });
  return c.op("CAST", [at], output, 37, [i8(INT), i8(FLOAT)]);
});

add("CONCATENATION", (c, name) => {
  const shape = c.shape(2, 4);
  const axis = c.one(c.number(1, shape.length - 1), -1);
  const at = axis < 0 ? axis + shape.length : axis;
  const extents = Array.from({ length: c.number(1, 4) }, () => c.number(1, 4));
  const parts = extents.map((extent) => c.input(shape.with(at, extent)));
  c.say({ shape, axis, extents });
  const output = shape.with(
    at,
    extents.reduce((sum, extent) => sum + extent),
  );
  return c.op(name, parts, output, 10, [i32(axis)]); // an activation is refused by its kernel, and skipped by XNNPACK
});

add("RESHAPE", (c, name) => {
  const [, ...rest] = c.shape(3, 4);
  const input = [1, ...rest];
  const output = c.one([1, sizeOf(rest)], [1, rest[0], sizeOf(rest) / rest[0]], [1, ...rest.toReversed()]);
  const given = c.one(output, output.with(-1, -1));
  const isOption = c.one(true, false);
  c.say({ input, given, isOption });
  const inputs = [c.input(input), ...(isOption ? [] : [c.ints(given)])];
  return c.op(name, inputs, output, 17, [ints(given)]);
});

add("SQUEEZE", (c, name) => {
  const shape = [
    1,
    ...c
      .shape(2, 3)
      .slice(1)
      .flatMap((extent) => c.one([extent], [extent, 1], [1, extent])),
  ];
  const ones = shape.flatMap((extent, axis) => (axis > 0 && extent === 1 ? [axis] : []));
  const output = shape.filter((_, axis) => !ones.includes(axis));
  c.say({ shape, ones });
  return c.op(name, [c.input(shape)], output, 30, [ints(ones)]);
});

add("EXPAND_DIMS", (c, name) => {
  const shape = c.shape(2, 3);
  const axis = c.one(c.number(1, shape.length), -1);
  const at = axis < 0 ? shape.length : axis;
  c.say({ shape, axis });
  return c.op(name, [c.input(shape), c.ints([axis], [1])], shape.toSpliced(at, 0, 1), 52, []);
});

add("TRANSPOSE", (c, name) => {
  const shape = c.shape(2, 4);
  const rest = shape.map((_, axis) => axis).slice(1);
  const order = [0, ...shape.slice(1).map(() => rest.splice(c.number(0, rest.length - 1), 1)[0])];
  c.say({ shape, order });
  return c.op(
    name,
    [c.input(shape), c.ints(order)],
    order.map((axis) => shape[axis]),
    26,
    [],
  );
});

function padsOf(c, shape, max) {
  return shape.map((extent, axis) => (axis === 0 ? [0, 0] : [c.number(0, max(extent)), c.number(0, max(extent))]));
}
const grown = (shape, pads) => shape.map((extent, axis) => extent + pads[axis][0] + pads[axis][1]);

add(["PAD", "PADV2"], (c, name) => {
  const shape = c.shape(2, 4);
  const pads = padsOf(c, shape, () => 2);
  c.say({ shape, pads });
  const value = name === "PADV2" ? [c.tensor([], FLOAT, Float32Array.of(c.one(-1, 0.5)))] : [];
  const inputs = [c.input(shape), c.ints(pads.flat(), [shape.length, 2]), ...value];
  return c.op(name, inputs, grown(shape, pads), name === "PAD" ? 22 : 43, []);
});

add("MIRROR_PAD", (c, name) => {
  const shape = c.shape(2, 4);
  const symmetric = c.one(true, false);
  const pads = padsOf(c, shape, (extent) => Math.min(2, extent - (symmetric ? 0 : 1)));
  c.say({ shape, pads, symmetric });
  return c.op(name, [c.input(shape), c.ints(pads.flat(), [shape.length, 2])], grown(shape, pads), 77, [
    i8(Number(symmetric)),
  ]);
});

add("SLICE", (c, name) => {
  const shape = c.shape(2, 4);
  const begins = shape.map((extent, axis) => (axis === 0 ? 0 : c.number(0, extent - 1)));
  const sizes = shape.map((extent, axis) => c.number(1, extent - begins[axis]));
  const given = sizes.map((size, axis) => (begins[axis] + size === shape[axis] && c.one(true, false) ? -1 : size));
  c.say({ shape, begins, given });
  return c.op(name, [c.input(shape), c.ints(begins), c.ints(given)], sizes, 48, []);
});

add("STRIDED_SLICE", (c, name) => {
  const shape = c.shape(2, 4);
  const cuts = shape.map((extent, axis) => {
    if (axis === 0) return { begin: 0, end: 1, step: 1, count: 1 };
    const step = c.one(1, 1, 2, -1);
    if (step < 0) return { begin: extent - 1, end: -extent - 1, step, count: extent };
    const begin = c.number(0, extent - 1);
    return { begin, end: extent, step, count: Math.ceil((extent - begin) / step) };
  });
  let [beginMask, endMask, shrinkMask] = [0, 0, 0];
  cuts.forEach((cut, axis) => {
    const bit = 1 << axis;
    const kind = c.one("plain", "begin", "end", "shrink");
    if (axis === 0) return;
    if (kind === "shrink" && cut.step > 0) {
      shrinkMask |= bit;
      Object.assign(cut, { end: cut.begin + 1, step: 1, count: null });
    } else if (kind === "end") {
      endMask |= bit;
      cut.end = 0;
    } else if (kind === "begin" && (cut.begin === 0 || cut.step < 0)) {
      beginMask |= bit;
      cut.begin = 1;
    }
  });
  c.say({ shape, cuts, beginMask, endMask, shrinkMask });
  const of = (field) => c.ints(cuts.map((cut) => cut[field]));
  const output = cuts.flatMap(({ count }) => (count === null ? [] : [count]));
  const options = [i32(beginMask), i32(endMask), i32(0), i32(0), i32(shrinkMask)];
  return c.op(name, [c.input(shape), of("begin"), of("end"), of("step")], output, 32, options);
});

add("SPLIT", (c, name) => {
  const shape = c.shape(2, 4);
  const [axis, count, size] = [c.number(1, shape.length - 1), c.number(1, 3), c.number(1, 3)];
  c.say({ shape, axis, count });
  const x = c.input(shape.with(axis, count * size));
  const parts = c.op(name, [c.ints([axis], []), x], new Array(count).fill(shape.with(axis, size)), 35, [i32(count)]);
  return parts[c.number(0, count - 1)];
});

add("SPLIT_V", (c, name) => {
  const shape = c.shape(2, 4);
  const axis = c.number(1, shape.length - 1);
  const sizes = Array.from({ length: c.number(1, 3) }, () => c.number(1, 3));
  const given = c.one(sizes, sizes.with(0, -1));
  c.say({ shape, axis, given });
  const x = c.input(
    shape.with(
      axis,
      sizes.reduce((sum, size) => sum + size),
    ),
  );
  const shapes = sizes.map((size) => shape.with(axis, size));
  const parts = c.op(name, [x, c.ints(given), c.ints([axis], [])], shapes, 79, [i32(sizes.length)]);
  return parts[c.number(0, sizes.length - 1)];
});

add("GATHER", (c, name) => {
  const shape = c.shape(2, 4);
  const axis = c.number(1, shape.length - 1);
  const count = c.number(1, 4);
  const isScalar = c.one(true, false, false);
  const at = isScalar
    ? [c.number(0, shape[axis] - 1)]
    : Array.from({ length: count }, () => c.number(0, shape[axis] - 1));
  c.say({ shape, axis, at, isScalar });
  const output = shape.toSpliced(axis, 1, ...(isScalar ? [] : [at.length]));
  return c.op(name, [c.input(shape), c.ints(at, isScalar ? [] : undefined)], output, 23, [i32(axis)]);
});

add("TILE", (c, name) => {
  const shape = c.shape(2, 4);
  const multiples = shape.map((_, axis) => (axis === 0 ? 1 : c.number(1, 3)));
  c.say({ shape, multiples });
  return c.op(
    name,
    [c.input(shape), c.ints(multiples)],
    shape.map((extent, axis) => extent * multiples[axis]),
    51,
    [],
  );
});

add("BROADCAST_TO", (c, name) => {
  const shape = c.shape(2, 4);
  const narrow = shape.map((extent, axis) => (axis > 0 && c.one(true, false) ? 1 : extent));
  c.say({ narrow, shape });
  return c.op(name, [c.input(narrow), c.ints(shape)], shape, 104, [], { version: 2 });
});

add(["PACK"], (c, name) => {
  const shape = c.shape(2, 3);
  const count = c.number(1, 3);
  const axis = c.number(1, shape.length);
  c.say({ shape, axis, count });
  const parts = Array.from({ length: count }, () => c.input(shape));
  return c.op(name, parts, shape.toSpliced(axis, 0, count), 59, [i32(count), i32(axis)]);
});

add("UNPACK", (c, name) => {
  const shape = c.shape(3, 4);
  const axis = c.number(1, shape.length - 1);
  c.say({ shape, axis });
  const shapes = new Array(shape[axis]).fill(shape.toSpliced(axis, 1));
  const parts = c.op(name, [c.input(shape)], shapes, 64, [i32(shape[axis]), i32(axis)]);
  return parts[c.number(0, shape[axis] - 1)];
});

add("SHAPE", (c, name) => {
  const shape = c.shape(3, 4);
  const x = c.input(shape);
  const [H, W] = [shape[1], sizeOf(shape.slice(2))];
  c.say({ shape });
  const all = c.op(name, [x], [shape.length], 55, [i8(INT)], { type: INT });
  const first = c.op(
    "STRIDED_SLICE",
    [all, c.ints([1]), c.ints([2]), c.ints([1])],
    [],
    32,
    [none, none, none, none, i32(1)],
    { type: INT },
  );
  const packed = c.op("PACK", [c.ints([1], []), first, c.ints([-1], [])], [3], 59, [i32(3), i32(0)], { type: INT });
  const y = c.op("RESHAPE", [x, packed], [1, H, W], 17, [ints([1, H, W])]);
  return c.op("RESHAPE", [y, c.ints([1, W, H])], [1, W, H], 17, []); // LiteRT.js hands out no value of computed shape
});

add(["RESIZE_BILINEAR", "RESIZE_NEAREST_NEIGHBOR"], (c, name) => {
  const shape = c.image(5);
  const size = [c.number(1, 7), c.number(1, 7)];
  const [align, half] = c.one([false, false], [true, false], [false, true]);
  c.say({ shape, size, align, half });
  const flags = [flag(align), flag(half)];
  const isLinear = name === "RESIZE_BILINEAR";
  const options = isLinear ? [none, none, ...flags] : flags;
  return c.op(name, [c.input(shape), c.ints(size)], [1, ...size, shape[3]], isLinear ? 15 : 74, options, {
    version: 3,
  });
});

add("DEPTH_TO_SPACE", (c, name) => {
  const [H, W, C, b] = [c.number(1, 3), c.number(1, 3), c.number(1, 3), c.number(2, 3)];
  c.say({ H, W, C, b });
  return c.op(name, [c.input([1, H, W, C * b * b])], [1, H * b, W * b, C], 94, [i32(b)]);
});

add("SPACE_TO_DEPTH", (c, name) => {
  const [H, W, C, b] = [c.number(1, 3), c.number(1, 3), c.number(1, 3), c.number(2, 3)];
  c.say({ H, W, C, b });
  return c.op(name, [c.input([1, H * b, W * b, C])], [1, H, W, C * b * b], 19, [i32(b)]);
});

add("SPACE_TO_BATCH_ND", (c, name) => {
  const [b, k, C, O] = [
    [c.number(1, 3), c.number(2, 3)],
    [c.number(1, 3), c.number(1, 3)],
    c.number(1, 3),
    c.number(1, 3),
  ];
  const extents = [c.number(4, 7), c.number(4, 7)];
  const pads = extents.map((extent, i) => {
    const before = c.number(0, 2);
    const rows = Math.ceil((extent + before) / b[i]) * b[i];
    return [before, rows - extent - before];
  });
  const blocks = extents.map((extent, i) => (extent + pads[i][0] + pads[i][1]) / b[i]);
  const inner = blocks.map((extent, i) => extent - k[i] + 1);
  if (inner.some((extent) => extent < 1)) return null;
  const crops = inner.map((extent, i) => [c.number(0, 1), c.number(0, Math.min(1, extent * b[i] - 2))]);
  const size = inner.map((extent, i) => extent * b[i] - crops[i][0] - crops[i][1]);
  const isDepthwise = c.one(true, false);
  const outputs = isDepthwise ? C : O;
  c.say({ b, k, pads, crops, isDepthwise });
  const n = b[0] * b[1];
  const cut = c.op(
    name,
    [c.input([1, ...extents, C]), c.ints(b), c.ints(pads.flat(), [2, 2])],
    [n, ...blocks, C],
    25,
    [],
  );
  const weights = [c.constant(isDepthwise ? [1, ...k, C] : [O, ...k, C]), c.constant([outputs])];
  const head = [i8(1), i32(1), i32(1)];
  const y = isDepthwise
    ? c.op("DEPTHWISE_CONV_2D", [cut, ...weights], [n, ...inner, C], 2, [...head, i32(1), activationOf(c)])
    : c.op("CONV_2D", [cut, ...weights], [n, ...inner, O], 1, [...head, activationOf(c)]);
  return c.op("BATCH_TO_SPACE_ND", [y, c.ints(b), c.ints(crops.flat(), [2, 2])], [1, ...size, outputs], 24, []);
});

const rounded = (data) => Array.from(data, (value) => Number(value.toPrecision(7)));

const load = await litert(new URL("node_modules", import.meta.url).pathname);
const found = [];
for (const [name, generate] of CASES_OF) {
  let kept = 0;
  for (let seed = 0; kept < CASES; seed++) {
    if (seed > 60 * CASES) throw new Error(`${name}: only ${kept} cases of ${seed}`);
    const c = new Case(`${name} ${seed}`);
    const y = generate(c);
    if (y === null || c.inputs.length === 0) continue;
    const sizes = [c.tensors[y], ...c.inputs.map(({ at }) => c.tensors[at])].map(({ shape }) => sizeOf(shape));
    if (sizes[0] === 0 || c.tensors[y].shape.some((extent) => extent < 1)) continue;
    if (sizes[0] > 120 || sizes.slice(1).reduce((sum, size) => sum + size, 0) > 240) continue;
    const inputs = c.inputs.map(({ at }) => at);
    const bytes = tfliteFile({ tensors: c.tensors, operators: c.operators, inputs, outputs: [y] });
    const about = `${name} ${kept}: ${c.about.join("; ")}`;
    let answer;
    try {
      const model = await load(bytes.slice());
      [answer] = await model.run(c.inputs.map(({ data }) => data));
      model.close();
    } catch (error) {
      process.stderr.write(`${about}: ${String(error.message ?? error).slice(0, 200)}\n`);
      continue;
    }
    if (!answer.data.every(Number.isFinite)) continue;
    const given = Object.fromEntries(
      c.inputs.map(({ at, data }) => [c.tensors[at].name, { shape: c.tensors[at].shape, values: rounded(data) }]),
    );
    const output = { shape: answer.shape, values: rounded(answer.data) };
    found.push({ about, model: Buffer.from(bytes).toString("base64"), inputs: given, output });
    kept++;
  }
}
const file = new URL("../tflite_operators.json", import.meta.url);
writeFileSync(file, `[\n${found.map((one) => JSON.stringify(one)).join(",\n")}\n]\n`);
console.log(`${found.length} cases of ${CASES_OF.size} operators`);
process.exit();
