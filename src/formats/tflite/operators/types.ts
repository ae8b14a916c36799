/** @file TensorFlow Lite's operators between types: all values here are real numbers. */
import { computed } from "../../importer/computed.ts";
import { firstInput, isConstant } from "../../importer/values.ts";
import { byteOption, type Operator, operator } from "../operator.ts";
import { TENSOR_TYPES } from "../schema.ts";

/** QUANTIZE and DEQUANTIZE: integers are the real numbers that they stand for already. */
export const same: Operator = operator(firstInput);

export const cast: Operator = operator((c) => {
  const x = firstInput(c);
  const to = TENSOR_TYPES[byteOption(c, 1)] ?? "";
  if (!isConstant(x)) return /^B?F/.test(to) ? x : c.fail(`turns a value into the type ${to}, needs real numbers`);
  if (/^B?F/.test(to)) return { ...x, isInteger: false };
  return computed(c, x.shape, true, (i) => (to === "BOOL" ? Number(x.data[i] !== 0) : Math.trunc(x.data[i])));
});
