import { describe, expect, test } from "vitest";
import { TIERS } from "../../../src/index.ts";
import { faultIn, layerCases } from "../../support/layerCases.ts";

describe.each(["keras_layers", "tfjs_layers"] as const)("%s", (name) => {
  const cases = layerCases(name);
  const kinds = [...new Set(cases.map(({ about }) => about.replace(/ \d+x*:.*$/, "")))];

  describe.each(TIERS)("%s gives what its runtime gives", (backend) => {
    test.each(kinds)("%s", async (kind) => {
      const faults: string[] = [];
      const own = cases.filter(({ about }) => about.replace(/ \d+x*:.*$/, "") === kind);
      expect(own).toHaveLength(20);
      for (const one of own) {
        const found = await faultIn(name, one, backend);
        if (found !== null) faults.push(found);
      }
      expect(faults).toEqual([]);
    });
  });
});
