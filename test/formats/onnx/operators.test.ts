import { describe, expect, test } from "vitest";
import { importOnnx } from "../../../src/formats/onnx/index.ts";
import { type Backend, Session, type Tensor, TIERS, tensor } from "../../../src/index.ts";
import { type OperatorCase, operatorCases } from "../../support/onnxOperators.ts";
import { expectClose } from "../../support/tensors.ts";

const cases = operatorCases();
const operators = [...new Set(cases.map(({ about }) => about.split(" ")[0]))];

async function answer({ model, inputs }: OperatorCase, backend: Backend): Promise<Tensor> {
  const { graph, weights, turned } = await importOnnx(Buffer.from(model, "base64"));
  const given = Object.values(inputs).map(({ shape, values }, i): [string, Tensor] => {
    const x = tensor(values, shape);
    return [graph.inputs[i].name, turned.inputs[i] ? x.transpose([0, 2, 3, 1]) : x];
  });
  const session = await Session.create(graph, weights, { backend });
  const y = (await session.runAll(Object.fromEntries(given))).get(graph.output) as Tensor;
  session.dispose();
  return turned.output ? y.transpose([0, 3, 1, 2]) : y;
}

/** What is wrong with an answer; null if nothing is. */
async function fault(one: OperatorCase, backend: Backend): Promise<string | null> {
  const expected = tensor(one.output.values, one.output.shape);
  const size = Math.max(1, ...one.output.values.map(Math.abs));
  try {
    expectClose(await answer(one, backend), expected, 1e-5 * size);
    return null;
  } catch (error) {
    return `${one.about}: ${(error as Error).message}`;
  }
}

describe.each(TIERS)("%s gives what onnxruntime gives", (backend) => {
  test.each(operators)("%s", async (name) => {
    const faults: string[] = [];
    for (const one of cases.filter(({ about }) => about.startsWith(`${name} `))) {
      const found = await fault(one, backend);
      if (found !== null) faults.push(found);
    }
    expect(faults).toEqual([]);
  });
});
