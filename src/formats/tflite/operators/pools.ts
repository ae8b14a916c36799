/** @file TensorFlow Lite's pools. */
import { asInFile } from "../../importer/axes.ts";
import { valueInput } from "../../importer/values.ts";
import { intOption, type Operator, operator, paddingOption, withActivation } from "../operator.ts";

function pool(op: "averagePool2d" | "maxPool2d"): Operator {
  return operator((c) => {
    const x = asInFile(c, valueInput(c));
    return withActivation(c, 5, () => {
      const windowDimensions = [intOption(c, 4), intOption(c, 3)] as const;
      const strides = [intOption(c, 2), intOption(c, 1)] as const;
      const padding = paddingOption(c);
      const isWhole = padding === "valid" && windowDimensions.every((taps, i) => taps === x.shape[1 + i]);
      const name =
        isWhole && op === "averagePool2d"
          ? c.g.globalAveragePool2d(x.name, { name: c.name })
          : c.g[op](x.name, { name: c.name, windowDimensions, strides, padding });
      return { name, shape: c.g.shapeOf(name), turned: false };
    });
  });
}

export const averagePool2d: Operator = pool("averagePool2d");
export const maxPool2d: Operator = pool("maxPool2d");
