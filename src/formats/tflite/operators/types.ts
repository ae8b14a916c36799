/** @file TensorFlow Lite's operators that convert types. */
import { computed } from "../../importer/computed.ts";
import { firstInput, isConstant } from "../../importer/values.ts";
import { byteOption, type Operator, operator } from "../operator.ts";
import { TENSOR_TYPES } from "../schema.ts";

/** Quantises, or converts to other levels; does nothing if all values are real numbers. */
export const quantize: Operator = operator((c) => {
  const x = firstInput(c);
  if (c.levels === null || isConstant(x)) return x;
  return { ...x, name: c.g.quantize(x.name, { name: c.name, ...c.levels }) };
});

/** Dequantises; the input may already be real numbers. */
export const dequantize: Operator = operator((c) => {
  const x = firstInput(c);
  if (isConstant(x) || c.g.levelsOf(x.name) === null) return x;
  return { ...x, name: c.g.dequantize(x.name, { name: c.name }) };
});

export const cast: Operator = operator((c) => {
  const x = firstInput(c);
  const to = TENSOR_TYPES[byteOption(c, 1)] ?? "";
  if (!isConstant(x)) return /^B?F/.test(to) ? x : c.fail(`turns a value into the type ${to}, needs real numbers`);
  if (/^B?F/.test(to)) return { ...x, isInteger: false };
  return computed(c, x.shape, true, (i) => (to === "BOOL" ? Number(x.data[i] !== 0) : Math.trunc(x.data[i])));
});
