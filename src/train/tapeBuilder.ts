/** @file Builds the steps of a training run, forwards and back. */
import type { WeightSpec } from "../graph/graph.ts";
import type { End, Step, TapeStep } from "../runtime/schedule.ts";
import { ShapeError } from "../tensor/errors.ts";
import type { Shape } from "../tensor/shape.ts";

/** Where the gradient of a weight is: a value, and the first element in it. */
export interface GradientOf {
  readonly value: string;
  readonly begin: number;
}

/** The description of a step. */
export interface StepSpec {
  readonly name: string;
  readonly inputs: readonly string[];
  readonly outputShape: Shape;
  readonly kernel: TapeStep["kernel"];
  /** Default: none. */
  readonly weights?: Step["weights"];
  /** Shapes as which inputs are read, if they differ from their own. */
  readonly seenAs?: readonly (Shape | undefined)[];
  /** Default "compute". */
  readonly op?: string;
}

export interface TapeBuilder {
  /** Appends a step. @returns its name, which is also that of the value it computes */
  step(spec: StepSpec): string;
  /** Declares an input, which is written before a run. */
  give(name: string, shape: Shape): string;
  /** The input for a weight that is an operand, not packed; it is written before a run too. */
  weight(spec: WeightSpec): string;
  /** Whether the gradient of a value is needed: that of the image is not. */
  needsGradient(value: string): boolean;
  /** Adds a part to the gradient of a value. */
  addPart(value: string, part: string): void;
  /** The gradient of a node's output, the sum of its parts; null if the loss does not depend on it. */
  gradientOf(value: string, shape: Shape): string | null;
  /** Records where the gradient of a weight is. */
  setGradient(weight: string, value: string, begin?: number): void;
  /** Changes the shape as which a value is read from now on. */
  reshape(value: string, shape: Shape): void;
  shapeOf(value: string): Shape;
  /** All steps. Those that pack weights come first: the weights may have changed. */
  readonly steps: readonly TapeStep[];
  readonly given: readonly End[];
  /** Inputs for weights that are operands, by the weights' names. */
  readonly weights: ReadonlyMap<string, string>;
  readonly gradients: ReadonlyMap<string, GradientOf>;
}

/** A step that packs the weights of another: they may have changed since the last run. */
function packStep(packs: string): TapeStep {
  const nothing = { inputs: [], inputShapes: [], outputShape: [0], outputType: "float32", weights: {} } as const;
  return { name: `∂${packs}/packed`, op: "pack", packs, ...nothing, kernel: () => null };
}

export function tapeBuilder(graphName: string, input: Omit<End, "type">): TapeBuilder {
  const steps: TapeStep[] = [];
  const packs: TapeStep[] = [];
  const weights = new Map<string, string>();
  const given: End[] = [];
  const gradients = new Map<string, GradientOf>();
  const parts = new Map<string, string[]>();
  const shapes = new Map<string, Shape>([[input.name, input.shape]]);
  const shapeOf = (value: string): Shape => shapes.get(value) as Shape;
  const needsGradient = (value: string): boolean => value !== input.name;
  const give = (name: string, shape: Shape): string => {
    given.push({ name, shape, type: "float32" });
    shapes.set(name, shape);
    return name;
  };
  const weight = ({ name, shape }: WeightSpec): string => {
    const value = weights.get(name) ?? give(`∂weights/${name}`, shape);
    weights.set(name, value);
    return value;
  };
  const step = (spec: StepSpec): string => {
    const { name, inputs, outputShape, kernel, seenAs = [], op = "compute" } = spec;
    if (shapes.has(name)) throw new ShapeError(`training: ${graphName} has a node ${name}, a name that training needs`);
    const inputShapes = inputs.map((value, i) => seenAs[i] ?? shapeOf(value));
    const own: TapeStep = {
      name,
      op,
      inputs,
      inputShapes,
      outputShape,
      outputType: "float32",
      weights: spec.weights ?? {},
      kernel,
    };
    steps.push(own);
    if (Object.keys(own.weights).length > 0) packs.push(packStep(name));
    shapes.set(name, outputShape);
    return name;
  };
  return {
    step,
    give,
    weight,
    needsGradient,
    addPart: (value, part) => {
      if (!needsGradient(value)) return;
      parts.set(value, [...(parts.get(value) ?? []), part]);
    },
    gradientOf: (value, shape) => {
      const [first, ...others] = parts.get(value) ?? [];
      if (first === undefined) return null;
      return others.reduce(
        (sum, part, i) =>
          step({
            name: `∂${value}+${i}`,
            inputs: [sum, part],
            outputShape: shape,
            kernel: (tier) => tier.forward.binary("add", shape, shape, shape),
          }),
        first,
      );
    },
    setGradient: (weight, value, begin = 0) => void gradients.set(weight, { value, begin }),
    reshape: (value, shape) => void shapes.set(value, shape),
    shapeOf,
    get steps() {
      return [...packs, ...steps];
    },
    given,
    weights,
    gradients,
  };
}
