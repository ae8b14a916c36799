import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { PAPER_FAMILIES, papers } from "../../src/analysis/papers.ts";
import { agreementOf } from "../../src/analysis/printed.ts";

interface Fact {
  readonly id: string;
  readonly value: number;
  readonly verified: { readonly computed: number; readonly agreement: string };
}
const { facts } = JSON.parse(readFileSync("test/facts/mobilenet-facts.json", "utf8")) as { facts: Fact[] };
const byId = new Map(facts.map((fact) => [fact.id, fact]));
const WORDS: Record<string, string> = {
  "rounds-to": "equal when rounded",
  "truncates-to": "truncated",
  differs: "differs",
};

test.each(papers().map((figure) => [figure.id, figure] as const))(
  "%s",
  (id, { printed, unit, exact, agreement, reason }) => {
    const fact = byId.get(id) as Fact;
    expect(Number(printed)).toBe(fact.value);
    const inUnits = unit === "%" ? exact * 100 : exact;
    expect(inUnits).toBeCloseTo(fact.verified.computed, 6);
    expect(agreement).toBe(WORDS[fact.verified.agreement]);
    if (agreement === "differs") expect(reason).not.toBe("");
  },
);

test("nothing is left out but other people's networks, mistakes, and counts of their own", () => {
  const printed = new Set(papers().map(({ id }) => id));
  const left = facts.filter(({ id }) => !printed.has(id)).map(({ id }) => id);
  expect(
    left.filter((id) => !/vgg16|googlenet|squeezenet|alexnet|v1\.slim\.(base|\d.*params)|v2\.trap/.test(id)),
  ).toEqual([]);
  expect(papers("mobilenet_v1").length).toBe(65);
  expect(PAPER_FAMILIES.flatMap((family) => papers(family).map(({ id }) => id))).toEqual(papers().map(({ id }) => id));
  expect(papers("mobilenet_v4").map(({ id }) => id)).toContain("v4.large.timm.params");
});

test.each([
  ["4.2", "million", 4.249e6, "equal when rounded"],
  ["4.2", "million", 4.29e6, "truncated"],
  ["4.2", "million", 4.31e6, "differs"],
  ["12.50", "%", 0.12496, "equal when rounded"],
] as const)("%s %s beside %d: %s", (printed, unit, exact, agreement) => {
  expect(agreementOf(printed, unit, exact)).toBe(agreement);
});
