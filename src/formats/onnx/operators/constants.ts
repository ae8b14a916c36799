/**
 * @file ONNX operators that read or compute constants, and those that pass a value on (Identity, Dropout). Shapes are
 * known at import, so chains that compute them become constants.
 */

import { computed } from "../../importer/computed.ts";
import {
  type Constant,
  constantInput,
  firstInput,
  integersOf,
  isConstant,
  optionalConstant,
} from "../../importer/values.ts";
import { integerAttribute, type Operator } from "../operator.ts";
import { isIntegerType } from "../tensor.ts";

export const identity: Operator = { attributes: [], takesGroups: true, takesLevels: true, run: firstInput };

/** Nothing is dropped outside of training. */
export const dropout: Operator = {
  attributes: ["ratio", "seed", "is_test"],
  ignoresMore: true,
  run: (c) => {
    const training = optionalConstant(c, 2, "training_mode");
    return training?.data[0] ? c.fail("is in training mode") : firstInput(c);
  },
};

export const constant: Operator = {
  attributes: ["value", "value_float", "value_floats", "value_int", "value_ints"],
  run: (c) => {
    const { attributes } = c.node;
    const tensor = attributes.get("value")?.t;
    if (tensor) {
      if (tensor.external) return c.fail("keeps its numbers in another file, needs them here");
      const { shape, data, type } = tensor;
      return { shape, data, isInteger: isIntegerType(type), type };
    }
    const float = attributes.get("value_float")?.f;
    if (float !== undefined) return { shape: [], data: [float], isInteger: false };
    const integer = attributes.get("value_int")?.i;
    if (integer !== undefined) return { shape: [], data: [integer], isInteger: true };
    const floats = attributes.get("value_floats")?.floats;
    if (floats) return { shape: [floats.length], data: floats, isInteger: false };
    return listOf(attributes.get("value_ints")?.ints ?? c.fail("has no value"));
  },
};

function listOf(integers: readonly number[]): Constant {
  return { shape: [integers.length], data: integers, isInteger: true };
}

export const constantOfShape: Operator = {
  attributes: ["value"],
  run: (c) => {
    const shape = integersOf(constantInput(c, 0, "shape"));
    const fill = c.node.attributes.get("value")?.t;
    if (fill?.external) c.fail("keeps its number in another file, needs it here");
    const value = fill?.data[0] ?? 0;
    return computed(c, shape, fill !== undefined && isIntegerType(fill.type), () => value);
  },
};

const FLOAT = 1;

const BOOL = 9;

const FLOAT_TYPES: readonly number[] = [FLOAT, 10, 11, 16];

export const cast: Operator = {
  attributes: ["to", "saturate"],
  run: (c) => {
    const to = integerAttribute(c, "to", 0);
    const x = firstInput(c);
    if (!isConstant(x)) return to === FLOAT ? x : c.fail(`turns a value into the type ${to}, needs float32`);
    if (FLOAT_TYPES.includes(to)) return { ...x, isInteger: false };
    return computed(c, x.shape, true, (i) => (to === BOOL ? Number(x.data[i] !== 0) : Math.trunc(x.data[i])));
  },
};

export const shapeOf: Operator = {
  takesGroups: true,
  takesLevels: true,
  attributes: ["start", "end"],
  run: (c) => {
    const { shape } = firstInput(c);
    return listOf(shape.slice(integerAttribute(c, "start", 0), integerAttribute(c, "end", shape.length)));
  },
};
