/** What a new format, tier or operation takes: one object, and one row in a table. Each here is added, used, removed. */
import { afterEach, expect, test } from "vitest";
import type { Format, StoredTensor, WritableFormat } from "../src/formats/format.ts";
import { FORMATS, WRITABLE } from "../src/formats/formats.ts";
import type { Operation } from "../src/graph/operations/operation.ts";
import { OPERATIONS } from "../src/graph/operations.ts";
import {
  fashionNet,
  type Graph,
  graphBuilder,
  loadWeights,
  randomWeights,
  readWeights,
  Session,
  Tensor,
  TIERS,
  tensor,
} from "../src/index.ts";
import { tensorExecutor } from "../src/runtime/executor.ts";
import { scheduleOf } from "../src/runtime/schedule.ts";
import { SESSION_TIERS, type Tier } from "../src/session/tiers.ts";

const undo: (() => void)[] = [];
afterEach(() => {
  for (const step of undo.splice(0)) step();
});

function added<T>(table: readonly T[], row: T, at: number = table.length): void {
  (table as T[]).splice(at, 0, row);
  undo.push(() => (table as T[]).splice(table.indexOf(row), 1));
}

test("a format: lines of JSON, a weight each", async () => {
  const lines: WritableFormat = {
    name: "lines" as Format["name"],
    extension: ".lines",
    takes: [],
    holds: ["weights"],
    recognizes: (head) => new TextDecoder().decode(head).startsWith('["'),
    read: async ({ size, read }) => {
      const text = new TextDecoder().decode(await read(0, size));
      const tensors = text.split("\n").map((line): [string, StoredTensor] => {
        const [name, shape, numbers] = JSON.parse(line);
        return [name, { shape, read: async () => tensor(numbers, shape) }];
      });
      return { producer: "", metadata: new Map(), tensors: new Map(tensors), network: null, resolution: null };
    },
    write: async ({ weights }) => {
      const text = [...weights].map(([name, t]) => JSON.stringify([name, t.shape, [...t.toFloat32Array()]]));
      return new TextEncoder().encode(text.join("\n"));
    },
  };
  const graph = fashionNet();
  const weights = await loadWeights("fashion");
  const bytes = await lines.write({ graph, weights, metadata: {} });
  await expect(readWeights(bytes)).rejects.toThrow("a file of no known kind");
  added(FORMATS, lines);
  added(WRITABLE, lines);
  const file = await readWeights(bytes);
  expect([file.format, file.naming]).toEqual(["lines", "separable"]);
  expect(file.weights.get("conv1/filter")?.toArray()).toEqual(weights.get("conv1/filter")?.toArray());
});

test("a tier that only runs whole networks", async () => {
  const runs: string[] = [];
  const [naive] = SESSION_TIERS;
  const toy: Tier = {
    ...naive,
    name: "toy" as Tier["name"],
    kernels: null,
    obstacle: () => null,
    executor: async (op, graph, weights) => {
      const { kernels } = naive;
      if (kernels === null) throw new Error("naive has kernels");
      runs.push(graph.name);
      return tensorExecutor(op, scheduleOf(graph), (step) => step.kernel(kernels), weights);
    },
  };
  const graph = fashionNet({ alpha: 0.25 });
  const options = { backend: "toy" as "naive" };
  await expect(Session.create(graph, randomWeights(graph, 1), options)).rejects.toThrow(
    'backend is "toy", needs one of',
  );
  added(SESSION_TIERS, toy, 1);
  const session = await Session.create(graph, randomWeights(graph, 1), options);
  const other = await Session.create(graph, randomWeights(graph, 1), { backend: "naive" });
  const image = Tensor.zeros([1, 28, 28, 1]);
  expect((await session.run(image)).toArray()).toEqual((await other.run(image)).toArray());
  expect([session.backend, runs]).toEqual(["toy", [graph.name]]);
});

test.each(TIERS)("an operation: the square, %s", async (backend) => {
  const square: Operation<"mul"> = {
    method:
      (list) =>
      (x, _, spec = {}) => {
        return list.append(spec, [x, x], { op: "square" as "mul", outputShape: list.shapeOf(x) });
      },
    again: (g, { name, inputs: [x, y] }) => (g as unknown as { square: typeof g.mul }).square(x, y, { name }),
    kernel: (kernels, { inputShapes: [a, b], outputShape }) => kernels.binary("mul", a, b, outputShape),
  };
  (OPERATIONS as unknown as Record<string, Operation<"mul">>).square = square;
  undo.push(() => delete (OPERATIONS as unknown as Record<string, unknown>).square);
  const g = graphBuilder("squares", [1, 2, 2, 1]);
  const graph = g.build((g as unknown as { square(x: string): string }).square(g.input));
  const read: Graph = JSON.parse(JSON.stringify(graph));
  const session = await Session.create(read, new Map(), { backend });
  expect([...(await session.run(tensor([1, -2, 3, 0.5], [1, 2, 2, 1]))).toFloat32Array()]).toEqual([1, 4, 9, 0.25]);
  session.dispose();
});
