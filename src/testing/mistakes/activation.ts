/** @file Mistakes with the activation of real numbers. */
import { ACTIVATIONS, type Activation } from "../../geometry/activation.ts";
import { activate, hardSigmoid } from "../../kernels/naive/activation.ts";
import { type Kernel, type Mistake, mistake } from "./kernel.ts";

const activated = (name: string, activation: Activation): Mistake =>
  mistake(name, (_, problem) => {
    return problem.activation === activation ? [] : [{ finish: (sum, b) => activate(activation, sum + b) }];
  });

export const ACTIVATION_MISTAKES: readonly Mistake[] = [
  mistake("bias added after the activation", (right, { bias }) => {
    return bias === null ? [] : [{ finish: (sum, b, position) => right.finish(sum, 0, position) + b }];
  }),
  activated("activation left out", "none"),
  ...ACTIVATIONS.filter((name) => name !== "none").map((name) => activated(`activation ${name}`, name)),
  mistake("hard-sigmoid of slope 0.2, ONNX's default", (_, { activation }) => {
    const slopes: Partial<Record<Activation, Kernel["finish"]>> = {
      hardSigmoid: (sum, b) => hardSigmoid(sum + b, 0.2, 0.5),
      hardSwish: (sum, b) => (sum + b) * hardSigmoid(sum + b, 0.2, 0.5),
    };
    const finish = slopes[activation];
    return finish ? [{ finish }] : [];
  }),
  mistake("activation applied twice", (_, { activation }) => [
    { finish: (sum, b) => activate(activation, activate(activation, sum + b)) },
  ]),
];
