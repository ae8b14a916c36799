/** @file Multiplies a value by constants and adds constants, as batch normalization. */
import { type Shape, sizeOf } from "../../tensor/shape.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { asImages, TO_NHWC, withLast } from "./axes.ts";
import { type Constant, type Context, tensorOf, type Value } from "./values.ts";

/** Prepends extents of 1 up to a rank. */
export function raised(shape: Shape, rank: number): Shape {
  return [...new Array<number>(Math.max(0, rank - shape.length)).fill(1), ...shape];
}

/**
 * Computes x · scale + bias as batch normalization with a mean of 0, a variance of 1 and no ε, which the passes fold
 * into the preceding convolution like any other.
 *
 * Batch norm varies along the last axis only. If the constant varies along other axes, such as one number per pixel,
 * these are transposed to the end and merged into one.
 */
export function scaledAndShifted(
  c: Context,
  input: Value,
  constant: Constant,
  rule: (k: number) => readonly [scale: number, bias: number],
): Value {
  const { isBehind } = input;
  const shape = isBehind ? [1, ...input.shape] : input.shape;
  const own = raised(constant.shape, shape.length);
  const fits = own.length === shape.length && own.every((extent, axis) => extent === 1 || extent === shape[axis]);
  if (!fits || own[0] > 1) {
    c.fail(`has a constant ${constant.shape.join("×")} beside ${shape.join("×")}, needs one that broadcasts to it`);
  }
  const isPerChannel = !isBehind && own.length === 4 && own[1] > 1 && sizeOf(own) === own[1];
  const x = isPerChannel ? asImages(c, input) : input;
  const inGraph = c.g.shapeOf(x.name);
  const numbers = tensorOf(constant)
    .reshape(own)
    .transpose(x.turned ? TO_NHWC : [...own.keys()]);
  if (inGraph.length === 1) {
    const row = c.g.reshape(x.name, [1, 1], { name: c.fresh("row") });
    return { ...x, name: c.g.reshape(affine(c, row, numbers, rule), [1], { name: c.fresh("alone") }) };
  }
  const along = [...inGraph.keys()].filter((axis) => numbers.shape[axis] > 1);
  const last = inGraph.length - 1;
  if (along.every((axis) => axis === last)) {
    return { ...x, name: affine(c, x.name, numbers, rule) };
  }
  const name = withLast(c, x.name, along, (turned) => {
    const rows = c.g.reshape(turned, [1, sizeOf(inGraph) / numbers.size, numbers.size], { name: c.fresh("rows") });
    return c.g.reshape(affine(c, rows, numbers, rule), c.g.shapeOf(turned), { name: c.fresh("apart") });
  });
  return { ...x, name };
}

/** x · scale + bias for each index of the last axis. @param constant one number per index, or one for all */
export function affine(
  c: Pick<Context, "g" | "weights" | "name" | "spend">,
  x: string,
  constant: Tensor,
  rule: (k: number) => readonly [number, number],
): string {
  const shape = c.g.shapeOf(x);
  const channels = shape[shape.length - 1];
  c.spend(4 * Float32Array.BYTES_PER_ELEMENT * channels);
  const numbers = constant.reshape([constant.size]).broadcastTo([channels]).toFloat32Array();
  const weights = {
    scale: (k: number) => rule(k)[0],
    bias: (k: number) => rule(k)[1],
    mean: () => 0,
    variance: () => 1,
  };
  for (const [role, value] of Object.entries(weights)) {
    c.weights.set(`${c.name}/${role}`, new Tensor(numbers.map(value), [numbers.length]));
  }
  return c.g.batchNormalization(x, { name: c.name, epsilon: 0 });
}
