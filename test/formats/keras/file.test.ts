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

// h5py: create_dataset("/".join(["g"] * 70) + "/kernel", data=numpy.zeros(1, "f4")).
const DEEP =
  "eNrt3H+IG/QZBvDkrsflPI7LcXSX2tWLE2dUnHHijIoz/mjNFNvQSg0VutBpDVW6UKSEIl0oUrIiJRRxwYkLTjS44oKKC05cmDLDlBmo0ECFZlRppBvNKNJIkVvPfAN733ey993wi7Dn+ScmOZ5K8twHXir+PHXHupkLLrwgsJxQKLAiEA78a5ZcDi8GyfPR+1n3GHSPJfdYGxu9HvzyvYh7fc7185+7d+Patcs/vcQy+nO6E8PHUAD5f0xq7a3p5ceMez5aaWuM/txDbI+p//HP/ar9psaHz3MTuv32prBf7FfutzTx9e530/oNdywveLS76DjrZztGbA6kJ4fP81M6B/ozcAAOSAfKU34diE3Sfr5jxOZAZnr4vDCjc2AwBwfggHSgMuPXgfg07ec7RmwOZGeHz4tzOgcC34IDcEA6UJ3z60BilvbzHSM2B3Lz7r5bqXMgdCEcgAPSgdpKvw4k52k/3zFicyC/4O67VToHwhfBATggHaiv8utAaoH28x0jNgcKq919t0bnQOQ7cAAOSAcaa/w6kF5N+/mOEZsDxUV3312scyD6XTgAB6QDzYv9OpBZpP18x4jNgdIl7r67VOdA7Ao4AAf+zX//cqlfB7KX0H6+Y8TmQPkyd99drnMg/j04AAekA+3L/TqQu4z28x0jNgcqV7r77iqdA4nvwwE4IB3oXOXXgfyVtJ/vGLE5UL3a3XfX6BxI/gAOwAHpQPcavw4Urqb9fMeIzYHate6+u07nQOpGOAAHpAO96/w6ULyW9vMdIzYH6te7++4GnQPpH8IBOCAd6N/g14HS9bSf7xixOdC4yd13N+scyNwGB+CAdGBws18HyjfRfr5jxOZA8xZ3392qcyC7Dg7AAelA4Da/DlRuof18x4jNgdbt7r5bq3MgdxccgAPSgdA6vw5Ub6f9fMeIzYH2ne6++5HOgfx6OAAHpAPhu/w6ULuT9vMdIzYHOne7++4enQOFjXAADkgHIuv9OlC/m/bzHSM2B7ob3AsbdQ4UN8MBOCAdiG7060BjA+3nO0ZsDvQ2ud/rzToHSlvgAByQDsQ2+3WguYn28x0jNgf697nvc4vOgfJWOAAHpAPxLX4daN1H+/mOEZsDg/vdfbdV50BlGxyAA9KBxFa/DrTvp/18x4jNgdH/sD+6TedAdTscgAPSgeQ2vw50fkz7+Y4RmwOhB9x9t13nQG0HHIAD0oHUdr8OdH9C+/mOEZsD4Zy773boHKjvhANwQDqQ3uHXgd5DtJ/vGLE5EHnE3Xc7dQ40dsEBOCAdyOz060D/YdrPd4zYHIjm3X23S+dAczccgAPSgewuvw4Mfkr7+Y4RmwOxR933tFvnQGsPHIAD0oHcbr8OBB6l/XzHiM2BeMHdd3t0DrT3wgE4IB3I7/HrQKhA+/mOEZsDicfcfbdX50BnHxyAA9KBwl6/DoQfo/18x4jNgWTR3Xf7dA5098MBOCAdKO7z60CkSPv5jhGbA6nH3X23X+dA7wAcgAPSgdJ+vw5EH2f9bMeIzYF0yd13B3QO9A/CATggHSgf8OtArET7+Y4RmwOZJ9x9d1DnwOAQHIAD0oHKQb8OxJ+g/XzHiM2BbNndd4d0DgR+AQfggHSgesivA4ky7ec7RmwO5J50991TOgdCv4QDcEA6UHvKrwPJJ2k/3zFicyBfcffd0zoHwr+CA3BAOlB/2q8DqQrt5ztGbA4UnnH33bM6ByK/hgNwQDrQeNavA+lnaD/fMWJzoFh1991zOgeiL8IBOCAdaD7n14FMlfbzHSM2B0rPu/vuBZ0Dsd/AATggHWi94NeB7PO0n+8YsTlQrrn77iWdA/HfwgE4IB1ov+TXgVyN9vMdIzYHKofdffeyzoHEq3AADkgHOi/7dSB/mPbzHSM2B6p1d9+9onMg+Ts4AAekA91X/DpQqNN+vmPE5kDtNXffva5zIPV7OAAHpAO91/06UHyN9vMdIzYH6g13372hcyD9BzgAB6QD/Tf8OlBq0H6+Y8TmQONNd9+9pXMg8zYcgAPSgcFbfh0ov0n7+Y4RmwPNprvv/qhzIPsuHIAD0oHA234dqDRpP98xYnOg9Y677/6kcyD3HhyAA9KB0Lt+Hai+Q/v5jhGbA+2Wu+/+rHMg/wEcgAPSgfB7fh2otWg/3zFic6Dzvrvv/qJzoHAEDsAB6UDkA78O1N+n/XzHiM2Bbtu9cETnQPEoHIAD0oHoEb8ONNq0n+8YsTnQ+9D9Xh/VOVA6BgfggHQgdtSvA80PaT/fMWJzoN9x3+cxnQPl43AADkgH4sf8OtDq0H6+Y8TmwOAjd98d1zlQOQEH4IB0IHHcrwPtj2g/3zFicyDwV3ffndA5UD0JB+CAdCB5wq8DnS7t5ztGbA6EPnH33UmdA7VTcAAOSAdSJ/060P2Y9vMdIzYHwp+6++6UzoH6aTgAB6QD6VN+Hej1aD/fMWJzIPJ3d9+d1jnQOAMH4IB0IHParwP9v9F+vmPE5kD0H+6+O6NzoHkWDsAB6UD2jF8HBn3az3eM2ByIfea+p7M6B1rn4AAckA7kzvp1IPAZ7ec7RmwOxD939905nQPtJTgAB6QD+XN+HQh9Tvv5jhGbA4kv3H23pHOgMx6EA3BAOFBY8utA+Avaz3eM2BxIBoefZNb9fv8nB7qTcAAOSAeK40GvDkTcbkf9fMeIzYHUxPBzy03qHOhNwwE4IB0oTfp1IDpBHeA7RmwOpKeGn1t+WudAfxYOwAHpQHnarwOxKeoA3zFicyAzM/zcCrM6BwbzcAAOSAcqs34diM9QB/iOEZsD2bnh51ac1zlw/jCDA3BAOFCd9+tAYo46wHeM2BzIrRx+bqUFnQOhb8MBOCAdqC34dSC5kjrAd4zYHMivGn5u5dU6B7IXwQE4IB2or6a/fw8/uGvng498fQ6kVlEH+I6Rr3JgYviZBUfPhyIE2d+/jB7Hz7+//M9z0cXAii9fiQYWQoGFn7n3J85/I8vvj42NBYcuDPvGg7XFYccK9m9Q+kZ9HnxX6TXYz3+bfwJeObHO";

// A group that is in itself twice: g = create_group("g"); g["a"] = g; g["b"] = g.
const LOOP =
  "eNrr9HBx4+WS4mIAAQ4OBhYGAQZk8B8KCjhQ+TD5BCjNCKU7oPQKJpg4I1hOAiouCDUfXV1IkKsrSPV/NACz5wErhOZgGAUjEXi4OgaA6AgoH5ZKTzChqktHS48eFNoLSr3MWNKvBzOEn8FKXPrVYEd19ygY2ekXlp46WFHVJULpJLR07ECmvcF+/i6gNAwrNxWY0fIHWjoeBfjCkYnocBQYDW+sAADW1ETI";

// Twenty groups, each in the one before twice: g["b"] = g.create_group("a"); g = g["a"].
const FAN =
  "eNrt3D9MWlEUBvAnlgga4iXGihor1li1xqo1Vq2x4h8UNQWCjWWkXcrIyMhIN0ZGRkZGR0dGR0dGRkc3G3oPxntuSU7a5i5+d3l5j5PzyMnnLzmJ4Wfi6Dg0ODHodU4g4L3wlPf0PNBpfjXvu5/n6NpH1zJd677u877fn0XoeZj687ovmXi8U/3ATvc9Lb++Bjyc53gS8f1055ql+25Kmz6z7gfLY+If39srv4l+fZ/3y/LbDprfG+d557ebp7LfrPtG1+8sx7G/fO9FMnXUSXDXzWg/+/tgOcbp7YDvDw6kB/R9IShz4C4EB+CA7UAl6MIB36MDCwNmX55jJayDA3pS2SF9XwzJHLgPwwE4YDtQDbl1YHXI7MtzrIR1cEBPKjes70thmQPeSzgAB2wHamG3DmwNm315jpWwDg7oSeVHaL8blTkQmIADcMB2oD7q1oHYiNmX51gJ6+CAnlRhjPa7cZkD6hUcgAO2A41xtw4kxsy+PMdKWAcH9KSKk7TfTckciLyGA3DAduBqyq0D6UmzL8+xEtbBAT2p0jTtdzMyB6Jv4AAcsB24nnHrQHba7MtzrIR1cID+/2WW9rs5mQMLb+EAHLAdaM65dSA3a/blOVbCOjigJ1WZp/1uUebA6js4AAdsB24W3TqQnzf78hwrYR0c0JOqLtF+tyxzYOs9HIADtgO3y24dKCyZfXmOlbAODuhJ1VZov1uTORD7AAfggO1Aa82tA8UVsy/PsRLWwQE9qfo67XcbMgcSH+EAHLAdaG+4daC0bvblOVbCOjigJ9XYpP1uW+ZA+hMcgAO2A3fbbh0ob5p9eY6VsA4O6Eld7dB+tytzIHsAB+CA7cD9rlsHKjtmX55jJayDA3pS13u03+3LHMgdwwE4YDvgHbh1oLpn9uU5VsI6OKAn1Tyk/S4ucyB/BgfggO1A4NitA7VDsy/PsRLWwQE9qZsT2u9OZQ4UknAADtgOqDO3DtRPzL48x0pYBwf0pG7Pab/7LHOgmIEDcMB2IJJ060Dj3OzLc6yEdXBAT6qVogcZmQOlSzgAB2wHohm3DlylzL48x0pYBwf0pNoXtN9dPnXA6/07JDhw4IkDj78Tdsnzpk/6P72XO3B9Yb6H51gJ657b+QUqG37i";

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
    ["groups in groups", unpacked(DEEP), /has groups over 64 deep/],
    ["groups in themselves", unpacked(LOOP), /has groups over 64 deep/],
    ["a million paths to twenty groups", unpacked(FAN), /has over 20000 groups and datasets/],
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
