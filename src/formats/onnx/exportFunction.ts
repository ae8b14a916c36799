/** @file Exports elementwise functions as ONNX nodes. */
import type { Activation } from "../../geometry/activation.ts";
import type { GeluForm } from "../../geometry/elementwise.ts";
import type { FakeQuantizeNode } from "../../graph/graph.ts";
import { float, type OnnxWriter, stepsOf } from "./writer.ts";

export function writeActivation(file: OnnxWriter, f: Activation, x: string, y: string, name: string = y): void {
  switch (f) {
    case "none":
      file.node("Identity", [x], y, [], name);
      return;
    case "relu":
      file.node("Relu", [x], y, [], name);
      return;
    case "relu6":
      file.node("Clip", [x, file.scalar(`${y}/min`, 0), file.scalar(`${y}/max`, 6)], y, [], name);
      return;
    case "sigmoid":
      file.node("Sigmoid", [x], y, [], name);
      return;
    case "hardSwish":
      file.node("HardSwish", [x], y, [], name);
      return;
    case "hardSigmoid":
      file.node("HardSigmoid", [x], y, [...float("alpha", 1 / 6), ...float("beta", 0.5)], name);
      return;
  }
}

/** Opset 14 has no Gelu: writes x · ½ (1 + erf(x / √2)), or x · sigmoid(2 √(2/π) (x + 0.044715 x³)). */
export function writeGelu(file: OnnxWriter, approximate: GeluForm, x: string, name: string): void {
  const step = stepsOf(file, name);
  const number = (part: string, value: number): string => file.scalar(`${name}/${part}`, value);
  let share: string;
  if (approximate === "none") {
    const tail = step("Erf", [step("Mul", [x, number("root", Math.SQRT1_2)], "scaled")], "erf");
    share = step("Mul", [step("Add", [tail, number("one", 1)], "raised"), number("half", 0.5)], "share");
  } else {
    const cube = step(
      "Mul",
      [step("Mul", [step("Mul", [x, x], "square"), x], "cube"), number("factor", 0.044715)],
      "part",
    );
    const u = step("Mul", [step("Add", [x, cube], "sum"), number("twice", 2 * Math.sqrt(2 / Math.PI))], "u");
    share = step("Sigmoid", [u], "share");
  }
  file.node("Mul", [x, share], name);
}

/** Writes QuantizeLinear followed by DequantizeLinear. */
export function writeFakeQuantize(
  file: OnnxWriter,
  { name, inputs: [x], scale, zeroPoint, type }: FakeQuantizeNode,
): void {
  const step = file.scalar(`${name}/scale`, scale);
  const point = file.level(`${name}/zero_point`, zeroPoint, type);
  const levels = file.node("QuantizeLinear", [x, step, point], file.fresh(`${name}/levels`), [], name);
  file.node("DequantizeLinear", [levels, step, point], name, [], file.fresh(`${name}/real`));
}
