/** @file Exports elementwise functions as TensorFlow.js layers. */
import type { Activation } from "../../geometry/activation.ts";
import type { GraphNode } from "../../graph/graph.ts";
import type { Own } from "./exportOwn.ts";

/** Activations that a layer can apply itself. */
const FUSED: Readonly<Partial<Record<Activation, string>>> = {
  ...{ none: "linear", relu: "relu", relu6: "relu6", sigmoid: "sigmoid" },
};

/** Writes a layer and its activation: fused, or as layers after it. @param make appends a layer with an activation */
export function withActivation(
  own: Own,
  activation: Activation,
  make: (layer: Own["layer"], activation: string) => string,
): string {
  const fused = FUSED[activation];
  if (fused !== undefined) return make(own.layer, fused);
  const sum = make(
    (className, config, inputs, weights) => own.step("sum", className, config, inputs, weights),
    "linear",
  );
  return activated(own, activation, sum);
}

/** TensorFlow.js' hard sigmoid has a different slope, so ours is written as a line between two limits. */
function activated(own: Own, activation: Activation, x: string): string {
  if (activation !== "hardSigmoid" && activation !== "hardSwish") {
    return own.layer("Activation", { activation: FUSED[activation] }, [x]);
  }
  const line = own.step("line", "Rescaling", { scale: 1 / 6, offset: 0.5 }, [x]);
  if (activation === "hardSigmoid") return own.layer("ReLU", { max_value: 1 }, [line]);
  return own.layer("Multiply", {}, [x, own.step("gate", "ReLU", { max_value: 1 }, [line])]);
}

/** Settings of a Rescaling layer: scale · x + offset. */
const line = (scale: number, offset: number) => ({ scale, offset });

/** @returns null if the node is a different operation */
export function writeFunction(own: Own, node: GraphNode): string | null {
  const { layer, step, x } = own;
  switch (node.op) {
    case "activation":
      return activated(own, node.activation, x);
    case "softmax":
      return layer("Softmax", { axis: node.outputShape.length - 1 });
    case "tanh":
      return layer("Activation", { activation: "tanh" });
    case "gelu":
      return node.approximate === "none" ? layer("Activation", { activation: "gelu" }) : nearGelu(own);
    case "leakyRelu":
      return layer("LeakyReLU", { alpha: node.alpha });
    case "elu":
      return node.alpha === 1 ? layer("ELU", { alpha: 1 }) : own.fail("with another alpha than 1");
    case "prelu": {
      const rank = node.outputShape.length;
      const slope = own.weight("slope");
      const shared = Array.from({ length: rank - 2 }, (_, i) => i + 1);
      const alpha = slope.reshape([...shared.map(() => 1), slope.size]);
      return layer("PReLU", { shared_axes: shared.length > 0 ? shared : null }, [x], { alpha });
    }
    case "hardSigmoid":
      return layer("ReLU", { max_value: 1 }, [step("line", "Rescaling", line(node.alpha, node.beta))]);
    case "neg":
      return layer("Rescaling", line(-1, 0));
    case "abs":
      return layer("Maximum", {}, [x, step("negative", "Rescaling", line(-1, 0))]);
    case "clamp":
      return limited(own, node.minValue, node.maxValue);
    default:
      return null;
  }
}

/** x · sigmoid(2u), u = √(2/π) · (x + 0.044715 x³): TensorFlow.js cannot load its own name for this function. */
function nearGelu({ layer, step, x }: Own): string {
  const twice = 2 * Math.sqrt(2 / Math.PI);
  const square = step("square", "Multiply", {}, [x, x]);
  const factor = step("factor", "Rescaling", line(0.044715 * twice, twice), [square]);
  const gate = step("gate", "Activation", { activation: "sigmoid" }, [step("scores", "Multiply", {}, [x, factor])]);
  return layer("Multiply", {}, [x, gate]);
}

/** max(x, a) = relu(x - a) + a; min(x, b) = b - relu(b - x) */
function limited({ layer, step, fail }: Own, min: number, max: number): string {
  const [isBelow, isAbove] = [min > -Infinity, max < Infinity].map((is, i) => is && Math.abs([min, max][i]) < 3e38);
  if (isBelow && isAbove && max <= min) return fail("between limits that leave one number");
  const top = isAbove ? { max_value: max - (isBelow ? min : 0) } : {};
  if (isBelow && min === 0) return layer("ReLU", top);
  if (isBelow) {
    const raised = step("raised", "Rescaling", line(1, -min));
    return layer("Rescaling", line(1, min), [step("limited", "ReLU", top, [raised])]);
  }
  if (!isAbove) return layer("Activation", { activation: "linear" });
  const falling = step("falling", "Rescaling", line(-1, max));
  return layer("Rescaling", line(-1, max), [step("limited", "ReLU", {}, [falling])]);
}
