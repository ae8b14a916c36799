/** A network that is written, read again, and run on both sides. */
import { expect } from "vitest";
import { type Graph, type LoadedModel, Session, type Tensor, type Weights } from "../../src/index.ts";
import { scattered } from "./tensors.ts";

/** All outputs of an input that a formula gives, on the naive tier. */
export async function answersOf(graph: Graph, weights: Weights): Promise<readonly Float32Array[]> {
  const session = await Session.create(graph, weights, { backend: "naive" });
  const images = graph.inputs.map(({ name, shape }) => [name, scattered(shape)] as const);
  const outputs = await session.runAll(Object.fromEntries(images));
  return [...outputs.values()].map((y: Tensor) => y.toFloat32Array());
}

/** The largest difference between two networks' outputs, as a share of the largest number, at least 1. */
export async function differenceOf(
  graph: Graph,
  weights: Weights,
  back: Pick<LoadedModel, "graph" | "weights">,
): Promise<number> {
  const [expected, found] = [await answersOf(graph, weights), await answersOf(back.graph, back.weights)];
  expect(found.map(({ length }) => length)).toEqual(expected.map(({ length }) => length));
  return Math.max(
    ...expected.map((y, i) => {
      const largest = y.reduce((max, v) => Math.max(max, Math.abs(v)), 1);
      return y.reduce((max, v, k) => Math.max(max, Math.abs(v - found[i][k])), 0) / largest;
    }),
  );
}
