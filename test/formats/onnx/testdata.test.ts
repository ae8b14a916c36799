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
  /has the mode "(reflect|edge)", needs "constant"$/,
];

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
      const y = turned.output ? answer.transpose([0, 3, 1, 2]).contiguous() : answer;
      expect(y.shape, `${folder} on ${backend}`).toEqual(expected.shape);
      const wrong = y.data.findIndex((v, i) => !(Math.abs(v - expected.data[i]) <= 1e-4 + 1e-4 * Math.abs(v)));
      expect(wrong === -1 ? null : [wrong, y.data[wrong], expected.data[wrong]], `${folder} on ${backend}`).toBeNull();
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
    const ours = [...refused].filter(([name]) => OURS.test(name));
    console.log(
      `${passed} passed; refused among what the import is for:\n  ${ours.map((pair) => pair.join(": ")).join("\n  ")}`,
    );
    expect(passed).toBeGreaterThan(120);
    expect(ours.filter(([, why]) => !REASONS.some((reason) => reason.test(why)))).toEqual([]);
  });
});
