/** Networks of integers, on every tier, against the integers of their own runtimes: no value may differ. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";
import { readModel } from "../../src/formats/tflite/model.ts";
import type { Rounding } from "../../src/geometry/requantization.ts";
import { levelsOf } from "../../src/graph/graph.ts";
import { type Graph, loadModel, Session, TIERS, type TierName, tensor, type Weights } from "../../src/index.ts";
import { quantize } from "../../src/ops/quantized/quantize.ts";
import type { IntegerData, QuantizedLevels, QuantizedTensor } from "../../src/tensor/quantizedTensor.ts";
import { sizeOf } from "../../src/tensor/shape.ts";
import { withFolder } from "../support/external.ts";
import { tempFolder } from "../support/tempFolder.ts";

/** Of each rule, base64. */
type Outputs = Readonly<Record<"float-half-even" | "tflite-double", string>>;

interface Oracle {
  readonly networks: readonly { readonly name: string; file: string; input: string; outputs: Outputs }[];
  readonly quantized: readonly { readonly scale: number; zeroPoint: number; input: string; outputs: Outputs }[];
}

const { networks, quantized }: Oracle = JSON.parse(
  readFileSync(new URL("../oracles/tflite_integers.json", import.meta.url), "utf8"),
);

function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(Buffer.from(base64, "base64"));
}

function int8Of(base64: string): Int8Array {
  return new Int8Array(bytesOf(base64).buffer);
}

async function run(
  { graph, weights }: { readonly graph: Graph; readonly weights: Weights },
  data: IntegerData,
  backend: TierName,
  rounding: Rounding,
): Promise<ReadonlyMap<string, QuantizedTensor>> {
  const session = await Session.create(graph, weights, { backend, rounding });
  const [{ name, shape: one }] = graph.inputs;
  const shape = [data.length / sizeOf(one), ...one.slice(1)];
  const input: QuantizedTensor = { ...(levelsOf(graph, name) as QuantizedLevels), axis: null, shape, data };
  const outputs = await session.runAll<QuantizedTensor>(input);
  session.dispose();
  return outputs;
}

describe("networks of one layer equal TensorFlow Lite's two runtimes, by the rule of each", () => {
  test.each(networks)("$name", async ({ file, input, outputs }) => {
    const model = await loadModel(bytesOf(file));
    for (const backend of TIERS) {
      for (const rounding of ["float-half-even", "tflite-double"] as const) {
        const [output] = (await run(model, int8Of(input), backend, rounding)).values();
        expect(output.data, `${backend}, ${rounding}`).toEqual(int8Of(outputs[rounding]));
      }
    }
  });
});

test.each(quantized)("real numbers become the same integers, at the scale $scale", (one) => {
  const x = tensor(new Float32Array(bytesOf(one.input).buffer));
  for (const rounding of ["float-half-even", "tflite-double"] as const) {
    const { scale, zeroPoint } = one;
    expect(quantize(x, { type: "int8", scale, zeroPoint, rounding }).data).toEqual(int8Of(one.outputs[rounding]));
  }
});

interface Integers {
  readonly data: Int8Array | Uint8Array;
  /** Every so many numbers are kept. */
  readonly sample: number;
}

interface Entry {
  readonly name: string;
  readonly kind: string;
  readonly input: { readonly dtype: string };
  readonly cases: readonly { readonly case: string }[];
}

type OneCase = Entry["cases"][number];

/** files.mjs of the folder. */
interface Files {
  cases(): readonly Entry[];
  unpack(entry: Entry, folder: string): string;
  input(entry: Entry, one: OneCase): Integers;
  outputs(entry: Entry, one: OneCase): ReadonlyMap<string, Integers>;
  layers(entry: Entry, one: OneCase): readonly (Integers & { readonly tensor: number })[];
}

withFolder("SEPARABLE_FILES", "integer files that people have", async (folder) => {
  const files: Files = await import(/* @vite-ignore */ pathToFileURL(join(folder, "files.mjs")).href);
  const temporary = tempFolder();
  const entries = files.cases().filter(({ kind, input }) => kind === "tflite" && input.dtype !== "float32");

  test("there are eight", () => expect(entries).toHaveLength(8));

  describe.each(entries)("$name equals LiteRT.js behind every operator", (entry) => {
    test.each(TIERS)("%s", async (backend) => {
      const bytes = new Uint8Array(readFileSync(files.unpack(entry, temporary.folder)));
      const { tensors, operators } = readModel(entry.name, bytes).subgraph(0);
      const nameOf = (tensor: number): string => tensors[tensor].name;
      const model = await loadModel(bytes, { output: operators.map(({ outputs }) => nameOf(outputs[0])) });
      for (const one of entry.cases) {
        const computed = await run(model, files.input(entry, one).data, backend, "float-half-even");
        const last = nameOf(operators[operators.length - 1].outputs[0]);
        const ends = [...files.outputs(entry, one).values()].map((output) => [last, output] as const);
        const inner = files.layers(entry, one).map((layer) => [nameOf(layer.tensor), layer] as const);
        for (const [name, { data, sample }] of [...ends, ...inner]) {
          const found = computed.get(name)?.data.filter((_, i) => i % sample === 0) ?? [];
          expect(Array.from(found), name).toEqual(Array.from(data));
        }
      }
    });
  });
});
