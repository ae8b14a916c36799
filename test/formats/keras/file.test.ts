/** Files that are not what they are called, or that the reader of HDF5 cannot read. */
import { inflateSync } from "node:zlib";
import { afterEach, describe, expect, test, vi } from "vitest";
import { writeZip } from "../../../src/formats/bytes/zipWriter.ts";
import { loadModel, loadWeights, readWeights } from "../../../src/index.ts";
import { kerasFile } from "../../support/kerasFiles.ts";

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const unpacked = (base64: string): Uint8Array => new Uint8Array(inflateSync(Buffer.from(base64, "base64")));

// By h5py 3.14: create_dataset("dense/kernel", data=numpy.zeros((8, 8), "f4"), compression="lzf"); and a file with
// float16 in gzip with shuffle, int64, and text.
const LZF =
  "eNrr9HBx4+WS4mIAAQ4OBhYGAQZk8B8KDgqj8mHyCVCaEUp3QOkVTDBxRrCcBFRcEGo+urqQIFdXkOr/aABmzwNWCM3BMApGIvBwdQwA0RFQPiyVnmBCVZeSmlecipQePSi0F1f69WCG8DNYiUu/Fhyj6Xc0/WKm3w5WVHXZqUV5qTnUS7/Bfv4uoBQMS3cKzKjlNXo6HgW4ygE2SJgxwvgaEJqJESVf46KZgSUISKWggjywjgXHBIM4B4N4PVSeFagSJM/EDDGQG2g+iMEIi6hakDwzQ05VGpgLMoOVEeEeDmgJxczE3MCJsJoDqpQKKQl/utJgH00j5ABQvcGIpd7gJKBvhzAqHz29sYwG7SgYBaNgFIyCUTAKRsEw648wPPgMIgG7xl+q";
const MIXED =
  "eNrtmM1OAjEQgNutK+saQ4kEUS+c1EfgqBF0D0aMmujJgFKCETmIJhw96s2jj+Aj+AgmvgBHH8E3wHbbstvyo4YLynyXYdrZtkxnp519DAo7C/6KjwSeh2YQRXG6Crpm6rq/rCRW8kHJF0e347Avq9pTanzb7viwWBTWXQs9z4crpYeAaSQobh0Ieap0HaVvjmlXZc0Wi8VjMOa8w+I3IFKvuz+L37wK3CxsJcQvJ6fzpWvaXbGbJmsgdH5ZaQm9Wblm8fya/+W8R/ulgohgnTdzxMzXdhwDw/LArPQZ1vqGlI5s0GlIubNPJ/zNF5apXFL1UeS7yE+qfpfvkOh3iBxwnu80DsfX43lhJmrV72q1BuuNj1V7ldUalVvGz299TspMQxxyPxctiURLy4/lDxlXJMrDi6PtdfxtJEbb6fz4mZ6OuBLnBh5wbtBvnnu1/D0s/gAAAAAAAID/QfvsoozIamJ96QSRdxxgXkGY9Ym8SWOMrTpESxqaUk/fzTfNOsSRdUivjsCd9OAvGE8TWq8Nvhf3+8kz7HWdtsz9RpH8zoRjFUzkH2T5B2WQqutMnie8ruUrzkS/d7dLezj2N7Dlz7b1fCcJ7yIAAAAAAAAAAAAA/DW+AIPob7k=";

test("float16 in gzip with shuffle and int64; text is left out", async () => {
  const weights = await loadWeights(unpacked(MIXED));
  expect([...(weights.get("dense/filter")?.toFloat32Array() ?? [])]).toEqual([0, 1, 2, 3, 4, 5]);
  expect([...(weights.get("dense/bias")?.toFloat32Array() ?? [])]).toEqual([1, 2, 3]);
  expect(weights.size).toBe(2);
});

const parts = (config: string, ...others: readonly string[]) =>
  writeZip(
    new Map([
      ["metadata.json", bytesOf('{"keras_version": "3.1.0"}')],
      ["config.json", bytesOf(config)],
      ...others.map((name): [string, Uint8Array] => [name, kerasFile("only.weights.h5")]),
    ]),
  );

describe("refused", () => {
  test.each<[string, Uint8Array, RegExp]>([
    [
      "a filter that the reader lacks",
      unpacked(LZF),
      /"dense\/kernel" cannot be read \(Filter with id:32000 not supported\)/,
    ],
    ["HDF5 that is cut off", kerasFile("whole.h5").subarray(0, 3000), /cannot be read \(/],
    ["HDF5 of four bytes", Uint8Array.of(0x89, 0x48, 0x44, 0x46), /the HDF5 file cannot be read/],
    ["an archive without weights", parts("{}"), /a zip archive without "model\.weights\.h5", needs Keras' \.keras/],
    [
      "an archive without a topology",
      parts("7", "model.weights.h5"),
      /its topology has no class_name, needs a model's/,
    ],
    ["a topology that is no JSON", parts("{", "model.weights.h5"), /config\.json is not valid JSON/],
    [
      "another model's weights",
      parts(
        '{"class_name": "Sequential", "config": {"name": "x", "layers": [{"class_name": "Dense", "config": {"name": "d", "units": 2, "batch_input_shape": [null, 3]}}]}}',
        "model.weights.h5",
      ),
      /the layer "d" \(Dense\) has no weights in the file: d\/kernel/,
    ],
  ])("%s", async (_, bytes, message) => {
    await expect(loadModel(bytes)).rejects.toThrow(message);
  });

  test("another zip archive that is called .keras", async () => {
    const zip = writeZip(new Map([["readme.txt", bytesOf("hello")]]));
    await expect(readWeights(new File([zip], "own.keras"))).rejects.toThrow(
      /own\.keras: a zip archive without "config\.json", needs Keras' \.keras/,
    );
  });

  test("an option that the file has no use for", async () => {
    await expect(loadModel(kerasFile("whole.keras"), { resolution: 96 })).rejects.toThrow(
      /already contains its network/,
    );
    await expect(loadModel(kerasFile("whole.keras"), { signature: "x" })).rejects.toThrow(
      /keras files leave no signature open/,
    );
  });
});

describe("one of the outputs", () => {
  test("by its name, or a value in the middle by its layer's", async () => {
    const { graph } = await loadModel(kerasFile("whole.keras"), { output: "map" });
    expect(graph.outputs).toEqual(["map"]);
    expect(graph.nodes.map(({ name }) => name)).not.toContain("dense");
    expect((await loadModel(kerasFile("whole.keras"), { output: "inner_bn" })).graph.outputs).toEqual(["inner_bn"]);
    await expect(loadModel(kerasFile("whole.keras"), { output: "mop" })).rejects.toThrow(
      /no operator computes the output "mop"/,
    );
  });
});

describe("without the reader", () => {
  afterEach(() => {
    vi.doUnmock("jsfive");
    vi.resetModules();
  });

  test("the message says what to install", async () => {
    vi.resetModules();
    vi.doMock("jsfive", () => {
      throw new Error("Cannot find package");
    });
    const fresh = await import("../../../src/index.ts");
    await expect(fresh.loadModel(kerasFile("whole.h5"))).rejects.toThrow(
      /HDF5 needs the reader jsfive, which is not installed: npm install jsfive/,
    );
  });
});
