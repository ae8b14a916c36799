/** What the checks of exported random networks share. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "rolldown";
import { Session } from "../../dist/index.js";

/** The network with a value in the middle as another output. */
export function withSecondOutput(graph) {
  const { name } = graph.nodes[Math.floor(graph.nodes.length / 2)];
  return name === graph.output ? graph : { ...graph, outputs: [graph.output, name] };
}

/** Every output, on the naive tier. */
export async function run(graph, weights, inputs) {
  const session = await Session.create(graph, weights, { backend: "naive" });
  return session.runAll(inputs);
}

/**
 * Equal to 1e-4 of the largest, or to the rounding of numbers of size 1, which is what some networks leave: a mean less
 * itself. What is not finite must be the same.
 */
export function firstDifference(where, expected, actual, dims = expected.shape) {
  if (dims.join() !== expected.shape.join()) return `${where} has ${dims.join("×")}, needs ${expected.shape.join("×")}`;
  const values = expected.toFloat32Array();
  const largest = values.reduce((max, value) => (Number.isFinite(value) ? Math.max(max, Math.abs(value)) : max), 0);
  const at = values.findIndex((value, i) => {
    return Number.isFinite(value)
      ? !(Math.abs(value - actual[i]) <= Math.max(1e-4 * largest, 2 ** -24))
      : !Object.is(value, actual[i]);
  });
  return at === -1 ? null : `${where} has ${actual[at]} at ${at}, needs ${values[at]}`;
}

/** A module of the tests, as JavaScript. */
export async function compiled(path) {
  const folder = mkdtempSync(join(tmpdir(), "separable-peers-"));
  const file = join(folder, "module.mjs");
  await build({
    input: new URL(path, import.meta.url).pathname,
    output: { file },
    platform: "node",
    logLevel: "warn",
  });
  const module = await import(pathToFileURL(file).href);
  rmSync(folder, { recursive: true });
  return module;
}
