/** Whole files as Keras writes them: with a model in a model, a layer called twice, a chain, and two outputs by name. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { loadModel, readWeights, Session, type Tensor, TIERS, tensor } from "../../../src/index.ts";
import { expectClose } from "../../support/tensors.ts";

interface Numbers {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

const {
  files,
  input,
  outputs,
}: {
  readonly files: Readonly<Record<string, string>>;
  readonly input: Numbers;
  readonly outputs: Readonly<Record<string, Numbers>>;
} = JSON.parse(readFileSync("test/oracles/keras_files.json", "utf8"));

const bytesOf = (name: string): Uint8Array => Uint8Array.from(Buffer.from(files[name], "base64"));
const tensorOf = ({ shape, values }: Numbers): Tensor => tensor(values, shape);

describe.each(["whole.keras", "whole.h5"])("%s", (name) => {
  test.each(TIERS)("gives what Keras gives, on %s", async (backend) => {
    const { graph, weights, format } = await loadModel(bytesOf(name));
    expect(format).toBe("keras");
    const session = await Session.create(graph, weights, { backend });
    const found = await session.runAll(tensorOf(input));
    session.dispose();
    expect([...found.keys()].sort()).toEqual(["map", "scores"]);
    for (const [output, numbers] of Object.entries(outputs)) {
      expectClose(found.get(output) as Tensor, tensorOf(numbers), 1e-5);
    }
  });
});

test("a file of weights alone has the names of its layers", async () => {
  const { weights, graph, naming } = await readWeights(bytesOf("only.weights.h5"));
  expect([naming, graph]).toEqual(["keras", null]);
  expect([...weights.keys()]).toContain("shared/filter");
  await expect(loadModel(bytesOf("only.weights.h5"))).rejects.toThrow(
    /names that belong to no known family|names of keras/,
  );
});
