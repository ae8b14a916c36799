/** @file What runs a graph once everything is planned. A session puts pictures in and takes answers out. */
import type { Kernels } from "../kernels/kernels.ts";
import type { Shape } from "../tensor/shape.ts";
import { Tensor } from "../tensor/tensor.ts";
import { type Graph, type GraphNode, outputShapeOf } from "./graph.ts";
import { kernelOf } from "./kernelOf.ts";
import { type MemoryPlan, planMemory } from "./memoryPlan.ts";
import type { Weights } from "./weights.ts";

export interface Executor {
  readonly threads: number;
  readonly plan: MemoryPlan;
  /** Where a picture is put, and where its answer lies after a run. */
  readonly input: Tensor;
  readonly output: Tensor;
  /** The nodes that compute something, in order. */
  readonly nodes: readonly GraphNode[];
  /** @param done told whenever work for a node ends, with its place in `nodes`; may be told several times in a run */
  run(done?: (node: number) => void): void | Promise<void>;
  dispose(): void;
}

/** The weight that a node has under a role. */
export function weightOf(node: GraphNode, weights: Weights): (role: string) => Tensor | null {
  return (role) => weights.get(node.weights[role]?.name) ?? null;
}

/** Kernels that work on tensors, called one after the other. */
export function tensorExecutor(graph: Graph, weights: Weights, kernels: Kernels): Executor {
  const plan = planMemory(graph);
  const memory = new Float32Array(plan.peak);
  const valueAt = (name: string, shape: Shape): Tensor => new Tensor(memory, shape, undefined, plan.offsets.get(name));
  let steps = graph.nodes.flatMap((node) => {
    const kernel = kernelOf(kernels, node, weightOf(node, weights));
    if (kernel === null) return [];
    const inputs = node.inputs.map((name, i) => valueAt(name, node.inputShapes[i]));
    return [{ node, kernel, inputs, output: valueAt(node.name, node.outputShape) }];
  });
  return {
    threads: 1,
    plan,
    input: valueAt(graph.input.name, graph.input.shape),
    output: valueAt(graph.output, outputShapeOf(graph)),
    nodes: steps.map(({ node }) => node),
    run: (done) => {
      for (let i = 0; i < steps.length; i++) {
        steps[i].kernel(steps[i].inputs, steps[i].output);
        done?.(i);
      }
    },
    dispose: () => {
      steps = [];
    },
  };
}
