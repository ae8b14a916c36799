/** @file ONNX operators on two values, or on a value and a constant. */
import { combined, extremeOf, power } from "../../importer/arithmetic.ts";
import { allInputs, axisOf, constantInput, firstInput, isConstant, type Known } from "../../importer/values.ts";
import { type Context, integerAttribute, type Operator } from "../operator.ts";

/** Attributes of opset 6 and before: b is aligned with a from `axis` on; `consumed_inputs` means nothing. */
const OLD_BROADCAST = ["axis", "broadcast", "consumed_inputs"];

function arithmetic(op: "add" | "sub" | "mul" | "div"): Operator {
  return { attributes: OLD_BROADCAST, run: (c) => combined(c, op, ...aligned(c)) };
}

export const add: Operator = arithmetic("add");
export const sub: Operator = arithmetic("sub");
export const mul: Operator = arithmetic("mul");
export const div: Operator = arithmetic("div");

/** The two inputs; in old files with an axis, the second gets extents of 1 after its own. */
function aligned(c: Context): readonly [Known, Known] {
  const [a, b] = c.inputs;
  if (!a || !b) return c.fail("needs two inputs");
  const axis = integerAttribute(c, "axis", -1);
  if (integerAttribute(c, "broadcast", 0) === 0 || axis === -1) return [a, b];
  const behind = a.shape.length - axisOf(c, axis, a.shape.length) - b.shape.length;
  if (behind < 0) c.fail(`has the axis ${axis} for ${b.shape.join("×")} beside ${a.shape.join("×")}`);
  const shape = [...b.shape, ...new Array<number>(behind).fill(1)];
  if (isConstant(b)) return [a, { ...b, shape }];
  return [a, { ...b, shape, name: c.g.reshape(b.name, shape, { name: c.fresh("aligned") }) }];
}

/** Max and Min, of any number of inputs: a scalar constant is a limit, as in Clip. */
export function extreme(op: "max" | "min"): Operator {
  return {
    attributes: ["consumed_inputs"],
    run: (c) => extremeOf(c, op, allInputs(c)),
  };
}

/** Pow with an exponent of ½, -1 or a whole number up to 8, or of constants. */
export const pow: Operator = {
  attributes: OLD_BROADCAST,
  run: (c) => power(c, firstInput(c), constantInput(c, 1, "exponent")),
};
