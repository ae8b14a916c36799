/** transformers' MobileNets, from their names to their answers. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { loadModel, Session, Tensor, TIERS, writeSafetensors } from "../../../src/index.ts";
import { expectClose } from "../../support/tensors.ts";

interface Listed {
  readonly name: string;
  readonly size: number;
  readonly tensors: readonly (readonly [name: string, shape: readonly number[]])[];
  readonly logits: readonly number[];
}

const models: readonly Listed[] = JSON.parse(readFileSync("test/oracles/transformers.json", "utf8"));

/** As in test/oracles/transformers_models.py. */
function spread(count: number, seed: number): Float64Array {
  return Float64Array.from({ length: count }, (_, i) => {
    let x = (Math.imul(i, 2654435761) + seed * 40503) >>> 0;
    x = Math.imul(x ^ (x >>> 15), 2246822519);
    x = Math.imul(x ^ (x >>> 13), 3266489917);
    return ((x ^ (x >>> 16)) >>> 0) / 2 ** 32;
  });
}

function filled(name: string, shape: readonly number[], seed: number): Tensor {
  const size = shape.reduce((product, extent) => product * extent, 1);
  const fan = size / (shape[0] ?? 1);
  const of = (u: number): number => {
    if (name.endsWith("running_var")) return 0.5 + u;
    if (shape.length > 1) return (2 * u - 1) * Math.sqrt(6 / fan);
    return name.endsWith("normalization.weight") ? 0.75 + u / 2 : (u - 0.5) / 4;
  };
  return new Tensor(Float32Array.from(spread(size, seed), of), shape);
}

test.each(models)("$name", async ({ name, size, tensors, logits }) => {
  const state = tensors.map(([key, shape], seed): [string, Tensor] => [key, filled(key, shape, seed)]);
  const { graph, weights, naming, preset } = await loadModel(writeSafetensors(new Map(state)), { resolution: size });
  expect([naming, preset]).toEqual(["transformers", "tf-slim"]);
  expect(graph.name).toContain(name.replace(/_96$/, ""));
  const image = new Tensor(
    Float32Array.from(spread(3 * size * size, 7), (u) => 2 * u - 1),
    [1, 3, size, size],
  );
  for (const backend of TIERS) {
    const session = await Session.create(graph, weights, { backend });
    const found = (await session.run(image.transpose([0, 2, 3, 1]))) as Tensor;
    session.dispose();
    const largest = Math.max(...logits.map(Math.abs));
    expectClose(found.reshape([logits.length]), new Tensor(Float32Array.from(logits), [logits.length]), 1e-4 * largest);
  }
});
