/** @file Matrix products as in TensorFlow and TensorFlow Lite. */
import { byMatrix, product } from "../linear.ts";
import { transposed } from "../rearrange.ts";
import { type Context, isConstant, type Known, tensorOf, type Value } from "../values.ts";

/** The product over the last two axes of the two inputs, each of which may be transposed. */
export function productOf(c: Context, isLeftTurned: boolean, isRightTurned: boolean): Value {
  const [a, b] = c.inputs;
  if (!a || !b) return c.fail("needs two inputs");
  const turned = (x: Known, isTurned: boolean, suffix: string): Known => {
    if (!isTurned) return x;
    const axes = [...x.shape.keys()];
    return transposed({ ...c, name: c.fresh(suffix) }, x, [...axes.slice(0, -2), ...axes.slice(-2).reverse()]);
  };
  const [left, right] = [turned(a, isLeftTurned, "left"), turned(b, isRightTurned, "right")];
  if (isConstant(left)) return c.fail("multiplies a constant by a value, needs a value first");
  if (!isConstant(right)) return product(c, left, right);
  const matrix = tensorOf(right);
  const isOne = matrix.shape.slice(0, -2).every((extent) => extent === 1);
  if (!isOne) c.fail(`multiplies by ${matrix.shape.join("×")}, needs one matrix`);
  return byMatrix(c, left, matrix.reshape(matrix.shape.slice(-2)), null);
}
