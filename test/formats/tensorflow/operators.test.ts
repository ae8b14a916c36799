import { describe, expect, test } from "vitest";
import { OPERATORS } from "../../../src/formats/tensorflow/operators.ts";
import { TIERS } from "../../../src/index.ts";
import { faultIn, layerCases } from "../../support/layerCases.ts";

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
