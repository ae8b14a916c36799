/** Sessions of one network share its memory, and do not notice. */
import { describe, expect, test } from "vitest";
import { mobilenetV1, random, randomTensor, randomWeights, Session } from "../../src/index.ts";

const graph = mobilenetV1({ alpha: 0.25, resolution: 64, classes: 12 });
const inputs = Array.from({ length: 6 }, (_, i) => randomTensor([1 + (i % 3), 64, 64, 3], random(i + 1)));

describe("sessions of the same network with the same weights", () => {
  test.each([1, 2])("give each its own answers, in any interleaving, with %i thread(s)", async (threads) => {
    const alone = await Session.create(graph, randomWeights(graph, 1), { backend: "im2col" });
    const sessions = await Promise.all(
      inputs.map(() => Session.create(graph, randomWeights(graph, 1), { backend: "simd", threads })),
    );
    const expected = await Promise.all(inputs.map((input) => sessions[0].run(input)));
    const answers = await Promise.all(sessions.flatMap((session) => inputs.map((input) => session.run(input))));
    answers.forEach((answer, i) => {
      expect(answer.toFloat32Array()).toEqual(expected[i % inputs.length].toFloat32Array());
    });
    const other = await alone.run(inputs[0]);
    expect(Math.abs(other.data[0] - expected[0].data[0])).toBeLessThan(1e-3);
    for (const session of [alone, ...sessions]) session.dispose();
  });

  test("end apart: the memory stays while one of them is open", async () => {
    const [first, second] = await Promise.all(
      [1, 2].map(() => Session.create(graph, randomWeights(graph, 2), { backend: "simd" })),
    );
    expect(second.plan).toBe(first.plan); // one engine
    const answer = (await second.run(inputs[0])).toFloat32Array();
    const waiting = first.run(inputs[0]);
    first.dispose();
    first.dispose();
    await expect(waiting).rejects.toThrow("was disposed");
    expect((await second.run(inputs[0])).toFloat32Array()).toEqual(answer);
    second.dispose();
    await expect(second.run(inputs[0])).rejects.toThrow("was disposed");
  });
});

test("one weight, one setting or one node that differs makes another engine", async () => {
  const weights = randomWeights(graph, 3);
  const first = await Session.create(graph, weights, { backend: "simd" });
  const answer = (await first.run(inputs[0])).toFloat32Array();
  const filter = weights.get("conv1/filter");
  if (filter === undefined) throw new Error("no filter");
  filter.data[5] += 1; // the caller's map changes: not the first session's weights
  const others = await Promise.all([
    Session.create(graph, weights, { backend: "simd" }),
    Session.create(graph, randomWeights(graph, 3), { backend: "simd", optimize: false }),
    Session.create(
      mobilenetV1({ alpha: 0.25, resolution: 64, classes: 12, convolution: "separable" }),
      randomWeights(graph, 4),
      { backend: "simd" },
    ),
  ]);
  for (const other of others) expect(other.plan).not.toBe(first.plan);
  expect((await others[0].run(inputs[0])).toFloat32Array()).not.toEqual(answer);
  expect((await first.run(inputs[0])).toFloat32Array()).toEqual(answer);
  for (const session of [first, ...others]) session.dispose();
});
