/** Timings are no tests: what is checked here is what does not depend on the machine's speed. */
import { describe, expect, test } from "vitest";
import { analyze, mobilenetV1, randomWeights, Session } from "../../src/index.ts";
import { machineCeilings, readRate } from "../../src/measure/ceilings.ts";
import { PROBE_BYTES, peakProbes, READ_BYTES, readProbes } from "../../src/measure/probes.ts";
import { peakOf, reasonOf, roofline } from "../../src/measure/roofline.ts";
import { instantiate } from "../../src/runtime/memory.ts";
import { IS_THOROUGH } from "../support/effort.ts";

const ceilings = {
  threads: 1,
  simd: 50,
  fused: 100,
  integers: 200,
  plain: 10,
  reads: [
    { bytes: 1000, gbps: 100 },
    { bytes: 100_000, gbps: 40 },
    { bytes: 10_000_000, gbps: 10 },
  ],
};

describe("probes do the work that is counted", () => {
  test.each(peakProbes(false).map((probe, i) => [i, probe] as const))(
    "products and sums, way %i",
    (_, { code, flops }) => {
      const memory = new WebAssembly.Memory({ initial: 1 });
      const run = instantiate({ code }, memory).code as (at: number, from: number, to: number) => void;
      const numbers = new Float32Array(memory.buffer);
      const sums = flops / 8;
      const sumsAt = PROBE_BYTES / 8;
      // s = s · a + b with a = 1, b = 2 grows by 2 a round; s = s + x · w with w = 1, x = 2 as well.
      numbers.fill(2, 0, sumsAt);
      numbers.fill(1, 0, 4);
      run(0, 3, 10);
      expect([...numbers.slice(sumsAt, sumsAt + 4 * sums)]).toEqual(Array(4 * sums).fill(14));
      expect(numbers[sumsAt + 4 * sums]).toBe(0);
    },
  );

  test.each(readProbes())(
    "every byte of the stretches from one to another is read, and none besides: way %#",
    (read) => {
      const memory = new WebAssembly.Memory({ initial: 1 });
      const run = instantiate({ read }, memory).read as (...values: number[]) => void;
      const words = new Int32Array(memory.buffer);
      const [base, bytes] = [PROBE_BYTES, 3 * READ_BYTES];
      for (let i = 0; i < bytes; i += 4) words[(base + bytes + i) / 4] = 1 << ((i / 4) % 32);
      words[(base + 3 * bytes) / 4] = -1; // the first word behind the second of them
      words[(base + bytes - 4) / 4] = -1; // the last word before
      run(0, base, bytes, 2, 1, 3);
      const seen = words.slice(PROBE_BYTES / 8, PROBE_BYTES / 8 + 32).reduce((all, word) => all | word, 0);
      expect(seen).toBe(-1); // every bit of the one stretch that has any: no word was left out
      words.fill(0, base / 4 + bytes / 4, base / 4 + (2 * bytes) / 4);
      run(0, base, bytes, 1, 1, 3);
      expect(words.slice(PROBE_BYTES / 8, PROBE_BYTES / 8 + 32).some((word) => word !== 0)).toBe(false);
    },
  );
});

test("a machine has ceilings, whatever the number of threads", async () => {
  for (const threads of IS_THOROUGH ? [1, 2, 13, 64] : [1, 13]) {
    const measured = await machineCeilings({ threads });
    expect(measured.threads).toBe(threads);
    const lengths = measured.reads.map(({ bytes }) => bytes);
    expect(lengths).toEqual([...new Set(lengths)].sort((a, b) => a - b));
    for (const rate of [measured.simd, measured.plain, ...measured.reads.map(({ gbps }) => gbps)]) {
      expect(rate).toBeGreaterThan(0.01);
      expect(rate).toBeLessThan(1e6);
    }
  }
  await expect(machineCeilings({ threads: 0 })).rejects.toThrow("machineCeilings: threads is 0");
});

test("the rate for a stretch is that of the longest measured one that is no longer", () => {
  expect([1, 1000, 99_999, 100_000, 1e9].map((bytes) => readRate(ceilings, bytes))).toEqual([100, 100, 100, 40, 10]);
});

test("reasons", () => {
  // ms, compute, warm, cold
  expect(reasonOf(10, 8, 1, 2)).toBe("compute");
  expect(reasonOf(10, 6, 1, 2)).toBe("overhead");
  expect(reasonOf(10, 1, 8, 9)).toBe("memory");
  expect(reasonOf(10, 1, 2, 8)).toBe("memory");
  expect(reasonOf(10, 6.5, 2, 6.9)).toBe("overhead");
  expect(reasonOf(10, 6.5, 2, 7.1)).toBe("memory");
});

test("peaks are those of the tier", () => {
  expect(peakOf(ceilings, { backend: "simd", precision: "exact" })).toBe(50);
  expect(peakOf(ceilings, { backend: "simd", precision: "fast" })).toBe(100);
  expect(peakOf(ceilings, { backend: "im2col", precision: "exact" })).toBe(10);
});

test("a row of the roofline, by hand", async () => {
  const graph = mobilenetV1({ alpha: 0.25, resolution: 32 });
  const session = await Session.create(graph, randomWeights(graph, 1), { backend: "naive" });
  const rows = roofline(session.graph, new Map([["conv1", 2]]), ceilings, 10);
  session.dispose();
  expect(rows.length).toBe(1);
  const [{ macs, weightBytes, inputBytes, outputBytes, ...row }] = rows;
  // 32×32×3 → 16×16×8 by 3×3 at stride 2, bias folded in
  expect({ macs, weightBytes, inputBytes, outputBytes }).toEqual({
    macs: 16 * 16 * 8 * 27,
    weightBytes: 4 * (27 * 8 + 8),
    inputBytes: 4 * 32 * 32 * 3,
    outputBytes: 4 * 16 * 16 * 8,
  });
  const bytes = weightBytes + inputBytes + outputBytes;
  expect(row.intensity).toBeCloseTo((2 * macs) / bytes, 10);
  expect(row.computeMs).toBeCloseTo((2 * macs) / 10e6, 10);
  expect(row.warmMs).toBeCloseTo(bytes / 100e6, 10); // 21 KB: the longest measured stretch that is no longer has 1000 bytes
  expect(row.coldMs).toBeCloseTo(bytes / 10e6, 10);
  expect(row.share).toBeCloseTo(row.computeMs / 2, 10);
  expect(analyze(graph).layers.find(({ name }) => name === "conv1")?.macs).toBe(macs);
});
