/** Whole files as Keras writes them: with a model in a model, a layer called twice, a chain, and two outputs by name. */
import { describe, expect, test } from "vitest";
import { loadModel, readWeights, Session, type Tensor, TIERS, tensor } from "../../../src/index.ts";
import { kerasFile, kerasInput, kerasOutputs } from "../../support/kerasFiles.ts";
import { expectClose } from "../../support/tensors.ts";

const tensorOf = ({
  shape,
  values,
}: {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}): Tensor => tensor(values, shape);

describe.each(["whole.keras", "whole.h5"] as const)("%s", (name) => {
  test.each(TIERS)("gives what Keras gives, on %s", async (backend) => {
    const { graph, weights, format } = await loadModel(kerasFile(name));
    expect(format).toBe("keras");
    const session = await Session.create(graph, weights, { backend });
    const found = await session.runAll(tensorOf(kerasInput));
    session.dispose();
    expect([...found.keys()].sort()).toEqual(["map", "scores"]);
    for (const [output, numbers] of Object.entries(kerasOutputs)) {
      expectClose(found.get(output) as Tensor, tensorOf(numbers), 1e-5);
    }
  });
});

test("a file of weights alone has the names of its layers", async () => {
  const { weights, graph, naming } = await readWeights(kerasFile("only.weights.h5"));
  expect([naming, graph]).toEqual(["keras", null]);
  expect([...weights.keys()]).toContain("shared/filter");
  await expect(loadModel(kerasFile("only.weights.h5"))).rejects.toThrow(
    /names that belong to no known family|names of keras/,
  );
});
