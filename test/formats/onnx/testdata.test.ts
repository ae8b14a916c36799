/** The ONNX project's own tests of operators, as Debian's libonnx-testdata brings them: run where that is installed. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { rootMessage } from "../../../src/formats/bytes/protobuf.ts";
import { importOnnx } from "../../../src/formats/onnx/index.ts";
import { readModel } from "../../../src/formats/onnx/model.ts";
import type { OnnxModel } from "../../../src/formats/onnx/modelTypes.ts";
import { readTensor } from "../../../src/formats/onnx/tensor.ts";
import { FormatError, Session, ShapeError, Tensor } from "../../../src/index.ts";

const DATA = "/usr/share/libonnx-testdata/data";
const FOLDERS = ["node", "pytorch-converted", "pytorch-operator", "simple"];

/** Kinds that the import is for. Of other kinds too, everything that runs must be right. */
const OURS = /conv|pool|batchnorm|relu|clip|sigmoid|swish|softmax|linear|gemm/i;

/** Why a test of those kinds may be refused. */
const REASONS = [
  /^the operator \w+ of node ".*" is not supported$/,
  /takes [\d×]+, needs (images of rank 4|rank 4 or 2)$/,
  /^the input ".*" has the type \d+, needs float32$/,
  /has a second output ".*", which is not supported$/,
  /is taken over images, needs another axis$/,
  /^Gemm ".*" (transposes its input|adds 3×4)/,
  /does not depend on the input$/,
  /states its output_shape, needs pads$/,
  /reduces the axis of images, which stay apart$/,
  /reduceMax: axes is \[\], needs a list of axes$/,
  /is known only when it runs/,
  /has a constant 10×10 beside 1×10, needs one that broadcasts to it$/,
  /has slopes 3×4×5 beside 1×4×5, needs one for each channel$/,
  /has (levels of the type undefined|3 numbers as scale)/,
];

/**
 * Tests where the data deviate from the text of the specification, and onnxruntime does not follow them: align_corners
 * with a scale that leaves a fraction of a pixel.
 */
const DEVIATIONS = new Set(["node/test_resize_downsample_scales_linear_align_corners"]);

function tensorIn(file: string): Tensor {
  const { shape, data } = readTensor(rootMessage(file, readFileSync(file)));
  return new Tensor(data instanceof Float32Array ? data : Float32Array.from(data), shape);
}

async function outcome(folder: string): Promise<string> {
  const bytes = readFileSync(join(folder, "model.onnx"));
  let model: OnnxModel;
  try {
    model = readModel("model.onnx", bytes);
  } catch (error) {
    if (error instanceof FormatError) return error.message;
    throw error;
  }
  const set = join(folder, "test_data_set_0");
  const known = new Set(model.initializers.map(({ name }) => name));
  const given = model.inputs.filter(({ name }) => !known.has(name));
  try {
    const tensors = given.map((_, i) => tensorIn(join(set, `input_${i}.pb`)));
    const constants = new Map(given.slice(1).map(({ name }, i) => [name, tensors[i + 1]]));
    const { graph, weights, turned } = await importOnnx(bytes, { constants });
    const [x] = tensors;
    const expected = tensorIn(join(set, "output_0.pb"));
    const ourInput = turned.input ? x.transpose([0, 2, 3, 1]) : x;
    for (const backend of ["naive", "simd"] as const) {
      const session = await Session.create(graph, weights, { backend });
      const answer = await session.run(ourInput);
      const inFile = turned.output ? answer.transpose([0, 3, 1, 2]).contiguous() : answer;
      // An output whose axis of images the file has merged or moved has one more in front.
      const isBehind = inFile.shape.length > expected.shape.length && inFile.shape[0] === 1;
      const y = isBehind ? inFile.reshape(inFile.shape.slice(1)) : inFile;
      if (y.shape.join() !== expected.shape.join()) return `WRONG on ${backend}: ${y.shape}, needs ${expected.shape}`;
      const isEqual = (a: number, b: number): boolean =>
        Object.is(a, b) || Math.abs(a - b) <= 1e-4 + 1e-4 * Math.abs(a);
      const wrong = y.data.findIndex((v, i) => !isEqual(v, expected.data[i]));
      if (wrong >= 0) return `WRONG on ${backend}: [${wrong}] is ${y.data[wrong]}, needs ${expected.data[wrong]}`;
    }
    return "passed";
  } catch (error) {
    if (error instanceof FormatError || error instanceof ShapeError) return error.message;
    throw error;
  }
}

describe.skipIf(!existsSync(DATA))("libonnx-testdata", () => {
  test("what runs is right, what does not is refused by name", async () => {
    const refused = new Map<string, string>();
    let passed = 0;
    for (const folder of FOLDERS) {
      for (const name of readdirSync(join(DATA, folder))) {
        const result = await outcome(join(DATA, folder, name));
        if (result === "passed") passed++;
        else refused.set(`${folder}/${name}`, result.replace(/^bytes: /, ""));
      }
    }
    const ours = [...refused].filter(([name]) => OURS.test(name) && !DEVIATIONS.has(name));
    console.log(
      `${passed} passed; refused among what the import is for:\n  ${ours.map((pair) => pair.join(": ")).join("\n  ")}`,
    );
    expect([...refused].filter(([name, why]) => why.startsWith("WRONG") && !DEVIATIONS.has(name))).toEqual([]);
    expect(passed).toBeGreaterThan(260);
    expect(ours.filter(([, why]) => !REASONS.some((reason) => reason.test(why)))).toEqual([]);
  });
});
