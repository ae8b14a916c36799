/** Networks of integers on the naive tier against the integers of their own runtimes: no value may differ. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";
import { tensor } from "../../src/index.ts";
import { quantize } from "../../src/ops/quantized/quantize.ts";
import { withFolder } from "../support/external.ts";
import { runIntegers } from "../support/integerNetwork.ts";
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

describe("the naive tier equals TensorFlow Lite's two runtimes, by the rule of each", () => {
  test.each(networks)("$name", ({ file, input, outputs }) => {
    for (const rounding of ["float-half-even", "tflite-double"] as const) {
      const computed = runIntegers(bytesOf(file), int8Of(input), rounding);
      expect(computed.at(-1)?.data, rounding).toEqual(int8Of(outputs[rounding]));
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

  test.each(entries)("$name equals LiteRT.js behind every operator", (entry) => {
    const bytes = new Uint8Array(readFileSync(files.unpack(entry, temporary.folder)));
    for (const one of entry.cases) {
      const computed = runIntegers(bytes, files.input(entry, one).data, "float-half-even");
      const byTensor = new Map(computed.map(({ tensor, data }) => [tensor, data]));
      const ends = [...files.outputs(entry, one).values()].map((output) => [computed.at(-1)?.data, output] as const);
      const inner = files.layers(entry, one).map((layer) => [byTensor.get(layer.tensor), layer] as const);
      for (const [data, { data: expected, sample }] of [...ends, ...inner]) {
        expect(Array.from(data?.filter((_, i) => i % sample === 0) ?? [])).toEqual(Array.from(expected));
      }
    }
  });
});
