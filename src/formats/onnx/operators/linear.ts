/** @file Conv, Gemm, MatMul and BatchNormalization: the operators with weights. */

import { Tensor } from "../../../tensor/tensor.ts";
import { asImages, asInFile, axisInGraph, image, inOrder, withLast } from "../../importer/axes.ts";
import { stretched } from "../../importer/computed.ts";
import { byMatrix, product, withSlopes } from "../../importer/linear.ts";
import {
  axisOf,
  type Constant,
  constantInput,
  isConstant,
  optionalConstant,
  tensorOf,
  valueInput,
} from "../../importer/values.ts";
import { type Context, floatAttribute, integerAttribute, integersAttribute, type Operator } from "../operator.ts";
import { WINDOW, windowOptions } from "./window.ts";

/** filter [o, c / group, kh, kw], bias [o] */
export const conv: Operator = {
  attributes: [...WINDOW, "group"],
  run: (c) => {
    const x = asImages(c, valueInput(c));
    const w = tensorOf(constantInput(c, 1, "filter"));
    if (w.shape.length !== 4) c.fail(`has a filter ${w.shape.join("×")}, needs rank 4`);
    const bias = optionalConstant(c, 2, "bias");
    const [O, , KH, KW] = w.shape;
    const [, C] = x.shape;
    const groups = integerAttribute(c, "group", 1);
    const { kernel, ...window } = windowOptions(c, [KH, KW]);
    if (kernel[0] !== KH || kernel[1] !== KW) c.fail(`has kernel_shape ${kernel.join("×")}, its filter is ${KH}×${KW}`);
    const own = { name: c.name, ...window, bias: bias !== null };
    if (bias) {
      const t = tensorOf(bias);
      if (t.shape.length !== 1 || t.size !== O) c.fail(`has a bias ${t.shape.join("×")}, needs ${O}`);
      c.weights.set(`${c.name}/bias`, t);
    }
    const filter = `${c.name}/filter`;
    if (groups > 1 && groups === C && O % C === 0) {
      // Output channel c·m + i comes from input channel c in both.
      c.weights.set(filter, w.reshape([C, O / C, KH, KW]).transpose([2, 3, 0, 1]));
      return image(c, c.g.depthwiseConv2d(x.name, { ...own, kernel, multiplier: O / C }));
    }
    const isPointwise = groups === 1 && KH === 1 && KW === 1 && isPlain(window);
    if (isPointwise && w.shape[1] === C) {
      c.weights.set(filter, w.reshape([O, C]).transpose([1, 0]));
      return image(c, c.g.pointwiseConv2d(x.name, { name: c.name, outputs: O, bias: bias !== null }));
    }
    c.weights.set(filter, w.transpose([2, 3, 1, 0]));
    if (C !== w.shape[1] * groups) c.fail(`has ${C} channels, its filter takes ${w.shape[1]} in ${groups} group(s)`);
    return image(c, c.g.conv2d(x.name, { ...own, kernel, outputs: O, groups }));
  },
};

/** filter [c, o / group, kh, kw], bias [o] */
export const convTranspose: Operator = {
  attributes: [...WINDOW, "group", "output_padding", "output_shape"],
  run: (c) => {
    const x = asImages(c, valueInput(c));
    const w = tensorOf(constantInput(c, 1, "filter"));
    if (w.shape.length !== 4) c.fail(`has a filter ${w.shape.join("×")}, needs rank 4`);
    if (integersAttribute(c, "output_shape") !== null) c.fail("states its output_shape, needs pads");
    const [I, perGroup, KH, KW] = w.shape;
    if (x.shape[1] !== I) c.fail(`has ${x.shape[1]} channels, its filter takes ${I}`);
    const bias = optionalConstant(c, 2, "bias");
    const groups = integerAttribute(c, "group", 1);
    const { kernel: _, ...window } = windowOptions(c, [KH, KW]);
    const outputPadding = integersAttribute(c, "output_padding") ?? [0, 0];
    if (bias) c.weights.set(`${c.name}/bias`, tensorOf(bias));
    c.weights.set(`${c.name}/filter`, w.transpose([2, 3, 1, 0]));
    const spec = { ...window, outputPadding: [outputPadding[0], outputPadding[1]] as const, groups };
    const outputs = perGroup * groups;
    return image(
      c,
      c.g.convTranspose2d(x.name, { name: c.name, outputs, kernel: [KH, KW], bias: bias !== null, ...spec }),
    );
  },
};

/** Returns whether a 1×1 window visits every pixel and no padding. */
function isPlain({ strides, padding }: Omit<ReturnType<typeof windowOptions>, "kernel">): boolean {
  const isUnpadded = typeof padding === "string" || padding.every((rows) => rows === 0);
  return isUnpadded && strides.every((step) => step === 1);
}

/** alpha · A B + beta · C, where A is the value */
export const gemm: Operator = {
  attributes: ["alpha", "beta", "broadcast", "transA", "transB"],
  run: (c) => {
    if (integerAttribute(c, "transA", 0) !== 0) c.fail("transposes its input, needs transA 0");
    const [alpha, beta] = [floatAttribute(c, "alpha", 1), floatAttribute(c, "beta", 1)];
    const b = matrix(c);
    const filter = integerAttribute(c, "transB", 0) === 0 ? b : b.transpose([1, 0]);
    const bias = optionalConstant(c, 2, "bias");
    const x = valueInput(c);
    const [I, O] = filter.shape;
    if (x.shape.length !== 2 || x.shape[1] !== I) c.fail(`takes ${x.shape.join("×")}, needs 1×${I} for ${I}×${O}`);
    return byMatrix(c, x, scaled(filter, alpha), bias && scaled(biasRow(c, bias, O), beta));
  },
};

/** The product of a value of any rank and a constant matrix, or of two values. */
export const matMul: Operator = {
  attributes: [],
  run: (c) => {
    const [a, b] = [valueInput(c), c.inputs[1]];
    return b && !isConstant(b) ? product(c, a, b) : byMatrix(c, a, matrix(c), null);
  },
};

/** Normalizes over the axes from `axis` on. */
export const layerNormalization: Operator = {
  attributes: ["axis", "epsilon", "stash_type"],
  ignoresMore: true,
  run: (c) => {
    const x = inOrder(c, valueInput(c));
    const axis = axisOf(c, integerAttribute(c, "axis", -1), x.shape.length);
    const [scale, bias] = [optionalConstant(c, 1, "scale"), optionalConstant(c, 2, "bias")];
    const own = x.shape.slice(axis);
    for (const [role, constant] of [
      ["scale", scale],
      ["bias", bias],
    ] as const) {
      if (constant) c.weights.set(`${c.name}/${role}`, stretched(c, tensorOf(constant), own));
    }
    const spec = { epsilon: floatAttribute(c, "epsilon", 1e-5), scale: scale !== null, bias: bias !== null };
    return { ...x, name: c.g.layerNormalization(x.name, { name: c.name, axes: own.length, ...spec }) };
  },
};

/** A slope for each index of one axis, usually the channels, or one for all. */
export const pRelu: Operator = {
  attributes: [],
  run: (c) => {
    const input = valueInput(c);
    const x = input.shape.length === 4 ? asImages(c, input) : asInFile(c, input);
    const slope = tensorOf(constantInput(c, 1, "slope"));
    // Before opset 7 a list has a slope per channel; since then it broadcasts.
    const isOfChannels = c.opset < 7 && slope.shape.length === 1;
    return withSlopes(c, x, isOfChannels ? slope.reshape([slope.size, ...x.shape.slice(2).map(() => 1)]) : slope);
  },
};

function matrix(c: Context): Tensor {
  const b = tensorOf(constantInput(c, 1, "second factor"));
  return b.shape.length === 2 ? b : c.fail(`multiplies by ${b.shape.join("×")}, needs rank 2`);
}

function scaled(t: Tensor, factor: number): Tensor {
  return factor === 1
    ? t
    : new Tensor(
        t.toFloat32Array().map((v) => v * factor),
        t.shape,
      );
}

/** Returns a bias that broadcasts to [1, n] as [n]. */
function biasRow(c: Context, constant: Constant, n: number): Tensor {
  const t = tensorOf(constant);
  const { shape } = t;
  const isRow = shape.slice(0, -1).every((extent) => extent === 1) && [1, n].includes(shape[shape.length - 1] ?? 1);
  if (!isRow) c.fail(`adds ${shape.join("×")}, needs ${n} numbers`);
  return stretched(c, t.reshape([t.size]), [n]);
}

/** Normalizes over channels, with the file's statistics. */
export const batchNormalization: Operator = {
  attributes: ["epsilon", "momentum", "spatial", "training_mode", "is_test"],
  run: (c) => {
    const isTraining =
      c.opset < 7 ? integerAttribute(c, "is_test", 0) === 0 : integerAttribute(c, "training_mode", 0) !== 0;
    if (isTraining) c.fail("is in training mode, needs fixed statistics");
    if (integerAttribute(c, "spatial", 1) !== 1) c.fail("has statistics per pixel, needs spatial 1");
    const roles = ["scale", "bias", "mean", "variance"];
    const input = valueInput(c);
    const x = input.shape.length === 4 ? asImages(c, input) : input;
    if (x.shape.length < 2) c.fail(`takes ${x.shape.join("×")}, needs rank 2 or more`);
    roles.forEach((role, i) => {
      const t = tensorOf(constantInput(c, i + 1, role));
      if (t.size !== x.shape[1]) c.fail(`has ${t.size} numbers as ${role}, needs ${x.shape[1]}`);
      c.weights.set(`${c.name}/${role}`, t.reshape([t.size]));
    });
    const spec = { name: c.name, epsilon: floatAttribute(c, "epsilon", 1e-5) };
    // Channels are axis 1 in the file and the last axis in a graph.
    const name = withLast(c, x.name, [axisInGraph(x, 1)], (last) => c.g.batchNormalization(last, spec));
    return { ...x, name };
  },
};
