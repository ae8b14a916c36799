/** @file The session: a graph with its weights, planned once and run any number of times. */
import { type Backend, chooseTier, type Tier } from "../kernels/index.ts";
import type { Kernel } from "../kernels/kernels.ts";
import { checkBoolean, knownKeys, ShapeError, show } from "../tensor/errors.ts";
import { copyInto } from "../tensor/lines.ts";
import { checkInteger, formatShape, type Shape, sameShape } from "../tensor/shape.ts";
import { Tensor } from "../tensor/tensor.ts";
import { foldBatchNorm } from "./foldBatchNorm.ts";
import { fuseActivation } from "./fuseActivation.ts";
import { type Graph, type GraphNode, outputShapeOf } from "./graph.ts";
import { kernelOf } from "./kernelOf.ts";
import { median } from "./median.ts";
import { type MemoryPlan, planMemory } from "./memoryPlan.ts";
import { nodeBytes, nodeMacs } from "./nodeCost.ts";
import { checkWeights, type Weights } from "./weights.ts";

export interface SessionOptions {
  /** Which tier of kernels computes. Default "auto", the fastest. */
  readonly backend?: Backend | undefined;
  /** Whether batch norm is folded and activations are fused. Default true. The answers differ only by rounding. */
  readonly optimize?: boolean | undefined;
}

/** One layer, measured. */
export interface ProfileRow {
  readonly name: string;
  readonly op: GraphNode["op"];
  /** Milliseconds: the median over the runs. */
  readonly ms: number;
  /** Multiply-accumulates. */
  readonly macs: number;
  /** 2 · MACs per nanosecond; 0 for a layer without any. */
  readonly gflops: number;
  /** Bytes of weights, inputs and output: the least that must move. */
  readonly bytes: number;
}

export interface Session {
  /** The tier that computes. */
  readonly backend: Tier;
  /** The graph as it is run, after the passes. */
  readonly graph: Graph;
  /** Where values live. Elements of 4 bytes. */
  readonly plan: MemoryPlan;
  /**
   * Computes the graph's answer for each picture.
   *
   * @param input [n, …] with the extents of the graph's input behind n, any view
   * @returns [n, …], fresh and contiguous
   * @throws ShapeError for another shape; Error after `dispose`
   */
  run(input: Tensor): Promise<Tensor>;
  /**
   * Runs one picture several times and measures every layer.
   *
   * @param options `runs`: measured runs, default 10. `warmup`: runs before them that are not, default 1.
   */
  profile(
    input: Tensor,
    options?: { readonly runs?: number; readonly warmup?: number },
  ): Promise<readonly ProfileRow[]>;
  /** Lets go of weights and memory. Afterwards nothing runs; a second call does nothing. */
  dispose(): void;
}

interface Step {
  readonly node: GraphNode;
  readonly kernel: Kernel;
  readonly inputs: readonly Tensor[];
  readonly output: Tensor;
}

/** Makes sessions. */
export const Session: {
  /**
   * Checks the weights against the graph, folds and fuses, packs weights and plans memory.
   *
   * @param weights as `loadWeights` or `randomWeights` give them
   * @throws ShapeError that lists every weight that is missing, misshaped or extra
   *
   * @example
   * const graph = mobilenetV1({ alpha: 0.25, resolution: 128 });
   * const session = await Session.create(graph, randomWeights(graph, 1), { backend: "im2col" });
   * const scores = await session.run(Tensor.zeros([1, 128, 128, 3]));
   */
  create(graph: Graph, weights: Weights, options?: SessionOptions): Promise<Session>;
} = { create };

async function create(graph: Graph, weights: Weights, options: SessionOptions = {}): Promise<Session> {
  const op = "Session.create";
  knownKeys(op, options, ["backend", "optimize"]);
  const { tier, kernels } = chooseTier(op, options.backend);
  checkWeights(op, graph, weights);
  const optimize = checkBoolean(op, "optimize", options.optimize ?? true);
  const folded = optimize ? foldBatchNorm(graph, weights) : { graph, weights };
  const planned = optimize ? fuseActivation(folded.graph) : graph;

  const plan = planMemory(planned);
  const memory = new Float32Array(plan.peak);
  const valueAt = (name: string, shape: Shape): Tensor => new Tensor(memory, shape, undefined, plan.offsets.get(name));
  const inputTensor = valueAt(planned.input.name, planned.input.shape);
  const outputTensor = valueAt(planned.output, outputShapeOf(planned));
  let steps = planned.nodes.flatMap((node): Step[] => {
    const weight = (role: string): Tensor | null => folded.weights.get(node.weights[role]?.name) ?? null;
    const kernel = kernelOf(kernels, node, weight);
    if (kernel === null) return [];
    const inputs = node.inputs.map((name, i) => valueAt(name, node.inputShapes[i]));
    return [{ node, kernel, inputs, output: valueAt(node.name, node.outputShape) }];
  });

  let open = true;
  const checkOpen = (method: string): void => {
    if (!open) throw new Error(`session.${method}: the session of ${graph.name} was disposed`);
  };
  const checkInput = (method: string, input: Tensor): void => {
    const [, ...extents] = planned.input.shape;
    if (!(input instanceof Tensor)) throw new ShapeError(`session.${method}: input is ${show(input)}, needs a Tensor`);
    if (!(input.shape[0] > 0) || !sameShape(input.shape.slice(1), extents)) {
      const found = formatShape(input.shape);
      throw new ShapeError(`session.${method}: input is ${found}, ${graph.name} needs n×${formatShape(extents)}`);
    }
  };
  const picture = (batch: Tensor, n: number): Tensor =>
    batch.slice(
      batch.shape.map((_, axis) => (axis === 0 ? n : 0)),
      batch.shape.map((extent, axis) => (axis === 0 ? 1 : extent)),
    );

  return {
    backend: tier,
    graph: planned,
    plan,
    run: async (input) => {
      checkOpen("run");
      checkInput("run", input);
      const N = input.shape[0];
      const output = Tensor.zeros([N, ...outputTensor.shape.slice(1)]);
      for (let n = 0; n < N; n++) {
        copyInto(picture(input, n), inputTensor);
        for (const { kernel, inputs, output: y } of steps) kernel(inputs, y);
        copyInto(outputTensor, picture(output, n));
      }
      return output;
    },
    profile: async (input, { runs = 10, warmup = 1 } = {}) => {
      checkOpen("profile");
      checkInput("profile", input);
      checkInteger("session.profile", "runs", runs, 1);
      checkInteger("session.profile", "warmup", warmup, 0);
      const times = steps.map((): number[] => []);
      for (let r = -warmup; r < runs; r++) {
        copyInto(picture(input, 0), inputTensor);
        steps.forEach(({ kernel, inputs, output: y }, i) => {
          const start = performance.now();
          kernel(inputs, y);
          if (r >= 0) times[i].push(performance.now() - start);
        });
      }
      return steps.map(({ node }, i) => {
        const ms = median(times[i]);
        const macs = nodeMacs(node);
        const gflops = macs === 0 ? 0 : (2 * macs) / ms / 1e6;
        return { name: node.name, op: node.op, ms, macs, gflops, bytes: nodeBytes(node) };
      });
    },
    dispose: () => {
      open = false;
      steps = [];
    },
  };
}
