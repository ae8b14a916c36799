/**
 * @file A graph as one WebAssembly program in one memory: weights packed once, values placed by the plan, and nothing but
 * calls of emitted functions in a run.
 */
import { CONTROL_BYTES } from "../kernels/simd/member.ts";
import { allocate, layout } from "../kernels/simd/memory.ts";
import { buildProgram, followsRows, type PlacedStage, rowsOf, type StageGroup } from "../kernels/simd/program.ts";
import type { Operand, Recipe, Stage } from "../kernels/simd/recipe.ts";
import type { Precision } from "../kernels/simd/support.ts";
import { createTeam, usableThreads } from "../kernels/simd/team.ts";
import { recipes } from "../kernels/simd.ts";
import { type Shape, sizeOf } from "../tensor/shape.ts";
import { Tensor } from "../tensor/tensor.ts";
import { type Executor, weightOf } from "./executor.ts";
import { type Graph, type GraphNode, outputShapeOf } from "./graph.ts";
import { kernelOf } from "./kernelOf.ts";
import { planMemory } from "./memoryPlan.ts";
import type { Weights } from "./weights.ts";

/** Bytes of the values that a band of rows reads and writes in the middle of a phase: they stay in the L2 cache. */
const BAND_BYTES = 256 * 1024;

/** A stage of a node. */
interface Step {
  readonly node: number;
  readonly stage: Stage;
}

interface Layer {
  readonly node: GraphNode;
  readonly recipe: Recipe;
}

export async function emittedExecutor(
  op: string,
  graph: Graph,
  weights: Weights,
  precision: Precision,
  wantedThreads: number,
  bandBytes: number = BAND_BYTES,
): Promise<Executor> {
  const threads = usableThreads(wantedThreads);
  const kernels = recipes(precision);
  const layers = graph.nodes.flatMap((node): Layer[] => {
    const recipe = kernelOf(kernels, node, weightOf(node, weights));
    return recipe === null ? [] : [{ node, recipe }];
  });
  const groups = groupSteps(layers);
  const phaseOf = new Map<string, number>();
  groups.forEach((steps, phase) => {
    for (const { node } of steps) phaseOf.set(layers[node].node.name, phase);
  });
  const plan = planMemory(graph, (name) => phaseOf.get(name));

  const place = layout();
  place.take(CONTROL_BYTES);
  const constants = layers.map(({ recipe }) => ("hosted" in recipe ? 0 : place.take(recipe.constants.bytes)));
  const values = place.take(plan.peak * Float32Array.BYTES_PER_ELEMENT);
  const scratch = place.take(Math.max(0, ...layers.map(({ recipe }) => scratchOf(recipe))));
  const isShared = threads > 1;
  const pages = place.pages(op);
  const memory = allocate(op, pages, isShared);

  const addressOf = (name: string): number => {
    return values + (plan.offsets.get(name) ?? 0) * Float32Array.BYTES_PER_ELEMENT;
  };
  const valueAt = (name: string, shape: Shape): Tensor => {
    return new Tensor(new Float32Array(memory.buffer, addressOf(name), sizeOf(shape)), shape);
  };
  const placed = ({ node: i, stage }: Step): PlacedStage => {
    const { node } = layers[i];
    const address = (operand: Operand): number => {
      if (typeof operand === "number") return addressOf(node.inputs[operand]);
      return operand === "output" ? addressOf(node.name) : operand === "constants" ? constants[i] : scratch;
    };
    return { stage, addresses: stage.operands.map(address) };
  };
  const hosted = new Map<number, () => void>();
  const stageGroups = groups.map((steps, phase): StageGroup => {
    const { node, recipe } = layers[steps[0].node];
    if (!("hosted" in recipe)) return { stages: steps.map(placed), bandRows: bandRows(steps, layers, bandBytes) };
    const inputs = node.inputs.map((name, i) => valueAt(name, node.inputShapes[i]));
    const output = valueAt(node.name, node.outputShape);
    hosted.set(phase, () => recipe.hosted(inputs, output));
    return { stages: [], bandRows: 1 };
  });
  const program = buildProgram(stageGroups, { pages, shared: isShared });
  const team = createTeam(program, memory, threads, hosted); // compiles while the weights are packed
  layers.forEach(({ recipe }, i) => {
    if (!("hosted" in recipe)) recipe.constants.write({ memory, at: constants[i], scratch });
  });
  const { run, dispose, threads: count } = await team;
  return {
    threads: count,
    plan,
    input: valueAt(graph.input.name, graph.input.shape),
    output: valueAt(graph.output, outputShapeOf(graph)),
    nodes: layers.map(({ node }) => node),
    run: (done) => run(done && ((phase, call) => done(groups[phase][call].node))),
    dispose,
  };
}

function scratchOf(recipe: Recipe): number {
  return "hosted" in recipe ? 0 : recipe.scratchBytes;
}

/** Steps that make one phase each: one stage, or several that follow the rows of one another. */
function groupSteps(layers: readonly Layer[]): readonly (readonly Step[])[] {
  const groups: Step[][] = [];
  layers.forEach(({ node, recipe }, i) => {
    if ("hosted" in recipe) {
      groups.push([{ node: i, stage: NOTHING }]);
      return;
    }
    recipe.stages.forEach((stage, s) => {
      const group = groups[groups.length - 1];
      const last = group?.[group.length - 1];
      const isNext = last && s === 0 && node.inputs.length === 1 && node.inputs[0] === layers[last.node].node.name;
      if (isNext && followsRows(last.stage, stage)) group.push({ node: i, stage });
      else groups.push([{ node: i, stage }]);
    });
  });
  return groups;
}

/** Stands for a layer that this thread computes itself. */
const NOTHING: Stage = {
  entry: { kind: "function", name: "nothing", params: [], locals: [], body: [] },
  operands: [],
  units: 0,
};

function bandRows(steps: readonly Step[], layers: readonly Layer[], bandBytes: number): number {
  const rows = rowsOf(steps[0].stage) ?? 1;
  const between = steps.slice(0, -1).reduce((sum, { node }) => sum + sizeOf(layers[node].node.outputShape), 0);
  return Math.max(1, Math.floor((bandBytes * rows) / (between * Float32Array.BYTES_PER_ELEMENT)));
}
