/** @file TensorFlow's functions that have attributes, or that TensorFlow Lite lacks. */
import type { Reduction } from "../../../geometry/reduction.ts";
import { seluOf, softplusOf } from "../../importer/formulas.ts";
import { clipped } from "../../importer/functions.ts";
import { leaky, reduction, softmaxOf } from "../../importer/tensorflow/functions.ts";
import { type Constant, constantInput, firstInput, isConstant, scalarOf, valueInput } from "../../importer/values.ts";
import { typeAttribute } from "../graphDef.ts";
import { flag, type Operator, operator, real } from "../operator.ts";

export function reduce(op: Reduction): Operator {
  return operator((c) => reduction(c, op, flag(c, "keep_dims")));
}

export const leakyRelu: Operator = operator((c) => leaky(c, valueInput(c), real(c, "alpha", 0.2)));

export const softmax: Operator = operator((c) => softmaxOf(c, valueInput(c)));

export const selu: Operator = operator((c) => seluOf(c, valueInput(c)));

export const softplus: Operator = operator((c) => softplusOf(c, valueInput(c)));

/** Clamps to the range from the second to the third input. */
export const clipByValue: Operator = operator((c) => {
  const [min, max] = [1, 2].map((i) => scalarOf(c, constantInput(c, i, "limits"), "limits"));
  return clipped(c, valueInput(c), min, max);
});

/** Identity and similar operators; casting a value to a real type changes nothing. */
export const same: Operator = operator(firstInput, true);

export const cast: Operator = operator((c) => {
  const x = firstInput(c);
  const to = typeAttribute(c.attributes, "DstT");
  const isReal = ["DT_FLOAT", "DT_HALF", "DT_BFLOAT16", "DT_DOUBLE"].includes(to);
  if (!isConstant(x)) return isReal ? x : c.fail(`turns a value into the type ${to}, needs real numbers`);
  const data = isReal ? x.data : [...x.data].map((v) => (to === "DT_BOOL" ? Number(v !== 0) : Math.trunc(v)));
  return { ...x, data, isInteger: !isReal } satisfies Constant;
});
