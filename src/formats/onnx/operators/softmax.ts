/** @file ONNX operators that turn scores into probabilities: Softmax, LogSoftmax. */
import { sizeOf } from "../../../tensor/shape.ts";
import { asInFile, axisInGraph, withLast } from "../../importer/axes.ts";
import { logSoftmaxOf } from "../../importer/softmax.ts";
import { axisOf, valueInput } from "../../importer/values.ts";
import { type Context, integerAttribute, type Operator } from "../operator.ts";

/** Applies a formula along one axis; before opset 13, over that axis and all later ones together. */
function along(formula: (c: Context, rows: string) => string): Operator {
  return {
    attributes: ["axis"],
    run: (c) => {
      const x = valueInput(c);
      const axis = axisOf(c, integerAttribute(c, "axis", c.opset < 13 ? 1 : -1), x.shape.length);
      if (axis === 0 && !x.isBehind) return c.fail("is taken over images, needs another axis");
      const isJoined = c.opset < 13 && sizeOf(x.shape.slice(axis + 1)) > 1;
      if (!isJoined) {
        return { ...x, name: withLast(c, x.name, [axisInGraph(x, axis)], (last) => formula(c, last)) };
      }
      const plain = asInFile(c, x);
      const sizes = [1, sizeOf(x.shape.slice(0, axis)), sizeOf(x.shape.slice(axis))];
      const rows = c.g.reshape(plain.name, sizes, { name: c.fresh("rows") });
      return { ...plain, name: c.g.reshape(formula(c, rows), x.shape, { name: c.fresh("back") }) };
    },
  };
}

export const softmax: Operator = along((c, rows) => c.g.softmax(rows, { name: c.name }));

export const logSoftmax: Operator = along(logSoftmaxOf);
