import { describe, expect, test } from "vitest";
import { TIERS } from "../../../src/index.ts";
import { faultOf, operatorCases } from "../../support/operatorCases.ts";

const cases = operatorCases("tflite");
const operators = [...new Set(cases.map(({ about }) => about.split(" ")[0]))];

describe.each(TIERS)("%s gives what LiteRT.js gives", (backend) => {
  test.each(operators)("%s", async (name) => {
    const faults: string[] = [];
    for (const one of cases.filter(({ about }) => about.startsWith(`${name} `))) {
      const found = await faultOf("tflite", one, backend);
      if (found !== null) faults.push(found);
    }
    expect(faults).toEqual([]);
  });
});
