import { describe, expect, test } from "vitest";
import { OPERATORS } from "../../../src/formats/tensorflow/operators.ts";
import { TIERS } from "../../../src/index.ts";
import { FormatError, ShapeError } from "../../../src/tensor/errors.ts";
import { faultIn, type LayerCase, layerCases, readCase } from "../../support/layerCases.ts";

const cases = layerCases("tfjs_operators");
const nameIn = ({ about }: { readonly about: string }): string => about.split(" ")[0];

test("every operator has twenty cases", () => {
  const counts = new Map<string, number>();
  for (const one of cases) counts.set(nameIn(one), (counts.get(nameIn(one)) ?? 0) + 1);
  expect([...counts.keys()].sort()).toEqual([...OPERATORS.keys()].sort());
  expect(new Set(counts.values())).toEqual(new Set([20]));
});

describe.each(TIERS)("%s gives what TensorFlow.js gives", (backend) => {
  test.each([...new Set(cases.map(nameIn))])("%s", async (name) => {
    const faults: string[] = [];
    for (const one of cases.filter((other) => nameIn(other) === name)) {
      const found = await faultIn("tfjs_operators", one, backend);
      if (found !== null) faults.push(found);
    }
    expect(faults).toEqual([]);
  });
});

test("every operator with fewer inputs than it has is read, or refused by name", () => {
  const refused = new Set<string>();
  for (const one of cases) {
    const { node } = one.topology as { readonly node: readonly { readonly op: string; readonly input?: string[] }[] };
    const op = nameIn(one);
    const inputs = Math.max(...node.map((each) => (each.op === op ? (each.input?.length ?? 0) : 0)));
    for (let count = 0; count < inputs; count++) {
      const fewer = node.map((each) => (each.op === op ? { ...each, input: each.input?.slice(0, count) } : each));
      try {
        readCase("tfjs_operators", { ...one, topology: { ...one.topology, node: fewer } } as LayerCase);
      } catch (error) {
        const isKnown = error instanceof FormatError || error instanceof ShapeError;
        expect(isKnown, `${one.about}, ${count} inputs: ${(error as Error).stack}`).toBe(true);
        refused.add(op);
      }
    }
  }
  expect(refused.size).toBeGreaterThan(80);
});
