/** Other people's model files against what their own runtimes give. The README beside the files describes them. */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { beforeAll, expect, test, vi } from "vitest";
import { importOnnx } from "../src/formats/onnx/index.ts";
import { createClassifier, loadModel, Session, Tensor, TIERS, tensor } from "../src/index.ts";
import { sizeOf } from "../src/tensor/shape.ts";
import { withFolder } from "./support/external.ts";
import { tempFolder } from "./support/tempFolder.ts";

interface Output {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: string;
}

interface Numbers {
  readonly data: ArrayLike<number>;
  /** Every so many numbers are kept. */
  readonly sample: number;
}

interface Case {
  readonly case: string;
}

interface Entry {
  readonly name: string;
  readonly kind: string;
  readonly input: {
    readonly shape: number[];
    readonly layout?: string;
    readonly dtype: string;
    readonly open?: boolean;
  };
  readonly outputs: readonly Output[];
  readonly cases: readonly Case[];
  readonly tolerance: { readonly relative?: number; readonly absolute?: number };
}

/** files.mjs of the folder. */
interface Files {
  cases(): readonly Entry[];
  unpack(entry: Entry, folder: string): string;
  input(entry: Entry, one: Case): { readonly real: Float32Array };
  outputs(entry: Entry, one: Case): ReadonlyMap<string, Numbers>;
  floatOutputs(entry: Entry, one: Case): ReadonlyMap<string, Numbers> | null;
}

withFolder("SEPARABLE_FILES", "model files that people have", async (folder) => {
  const files: Files = await import(/* @vite-ignore */ pathToFileURL(join(folder, "files.mjs")).href);
  const temporary = tempFolder();
  beforeAll(() => void vi.spyOn(console, "warn").mockImplementation(() => {}));

  const entries = files.cases();

  test("the three exports of one Teachable Machine network give the same classes", async () => {
    const image = tensor(
      Float32Array.from({ length: 90 * 120 * 3 }, (_, i) => (i * 7 + Math.floor(i / 360) * 3) % 256),
      [90, 120, 3],
    );
    const answers: { readonly classes: readonly number[]; readonly probabilities: readonly number[] }[] = [];
    for (const name of ["teachable_tfjs", "teachable_h5", "teachable_unquant"]) {
      const entry = entries.find((one) => one.name === name) as Entry;
      const classifier = await createClassifier(await loadModel(files.unpack(entry, temporary.folder)));
      const found = await classifier.classify(image);
      classifier.dispose();
      answers.push({
        classes: found.map((one) => one.class),
        probabilities: found.map(({ probability }) => Number(probability?.toFixed(5))),
      });
    }
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[2]).toEqual(answers[0]);
  });

  const ways = entries.flatMap((entry) => {
    const hasIntegers = files.floatOutputs(entry, entry.cases[0]) !== null;
    return (hasIntegers ? [false, true] : [false]).map((dequantize) => ({ name: entry.name, entry, dequantize }));
  });

  test.each(ways)("$name, dequantized: $dequantize", async ({ entry, dequantize }) => {
    const path = files.unpack(entry, temporary.folder);
    const options = { ...(entry.input.open && { shape: entry.input.shape }), dequantize };
    const onnx = entry.kind === "onnx" ? await importOnnx(path, options) : null;
    const { graph, weights } = onnx ?? (await loadModel(path, options));
    for (const backend of TIERS) {
      const session = await Session.create(graph, weights, { backend });
      for (const one of backend === "naive" ? entry.cases.slice(0, 1) : entry.cases) {
        const x = tensor(files.input(entry, one).real, entry.input.shape);
        const found = await session.runAll(onnx?.turned.input ? x.transpose([0, 2, 3, 1]) : x);
        const got = entry.outputs.map(({ name }, i) => found.get(name) ?? ([...found.values()][i] as Tensor));
        entry.outputs.forEach(({ name, shape }, i) => {
          const isReal = got[i] instanceof Tensor;
          // Integers are judged by their runtime, and to the last bit; real numbers by the same network in real numbers.
          const real = isReal ? files.floatOutputs(entry, one) : null;
          const wanted = (real ?? files.outputs(entry, one)).get(name) as Numbers;
          const all = isReal ? inFileOrder(got[i], shape, onnx?.turned.outputs[i]) : Array.from(got[i].data);
          expect(all.length).toBe(sizeOf(shape));
          const numbers = all.filter((_, k) => k % wanted.sample === 0);
          const tolerance = isReal ? toleranceOf(real ? {} : entry.tolerance, wanted.data) : 0;
          expect(distance(numbers, wanted.data), `${backend} ${one.case} ${name}`).toBeLessThanOrEqual(tolerance);
        });
      }
      session.dispose();
    }
  });
});

function inFileOrder(t: Tensor, shape: readonly number[], turned: boolean | undefined): Float32Array {
  return (turned && shape.length === 4 ? t.transpose([0, 3, 1, 2]) : t).contiguous().toFloat32Array();
}

function toleranceOf({ relative = 1e-4, absolute }: Entry["tolerance"], data: ArrayLike<number>): number {
  return absolute ?? relative * Array.from(data).reduce((most, v) => Math.max(most, Math.abs(v)), 0);
}

function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  return Array.from(a).reduce((most, v, i) => Math.max(most, Number.isNaN(v) ? Infinity : Math.abs(v - b[i])), 0);
}
