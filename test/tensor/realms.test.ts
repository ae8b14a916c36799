/** Arrays of another realm, as Jest, vm and iframes have them, and tensors of another copy of the package. */
import { runInNewContext } from "node:vm";
import { expect, test, vi } from "vitest";
import {
  conv2d,
  fashionNet,
  loadWeights,
  randomWeights,
  Session,
  ShapeError,
  Tensor,
  tensor,
  writeSafetensors,
} from "../../src/index.ts";

test("typed arrays, maps and buffers of another realm are taken", async () => {
  const foreign: Float32Array = runInNewContext("new Float32Array([1, 2, 3, 4])");
  expect(foreign instanceof Float32Array).toBe(false);
  const x = new Tensor(foreign, [1, 2, 2, 1]);
  expect(tensor(foreign, [2, 2]).toArray()).toEqual([
    [1, 2],
    [3, 4],
  ]);
  for (const backend of ["naive", "im2col", "simd"] as const) {
    expect(conv2d(x, tensor([2], [1, 1, 1, 1]), { backend }).toArray()).toEqual([
      [
        [[2], [4]],
        [[6], [8]],
      ],
    ]);
  }
  const graph = fashionNet({ alpha: 0.25 });
  const map: Map<string, Tensor> = runInNewContext("new Map()");
  for (const [name, weight] of randomWeights(graph, 1)) map.set(name, weight);
  const session = await Session.create(graph, map, { backend: "im2col" });
  expect((await session.run(Tensor.zeros([1, 28, 28, 1]))).shape).toEqual([1, 10]);
  const bytes = writeSafetensors(new Map([["w", x]]));
  const buffer: ArrayBuffer = runInNewContext(`new ArrayBuffer(${bytes.length})`);
  new Uint8Array(buffer).set(bytes);
  expect((await loadWeights(buffer)).get("w")?.toArray()).toEqual(x.toArray());
});

test("tensors of another copy of the package are tensors", async () => {
  vi.resetModules();
  const other = await import("../../src/index.ts?copy" as "../../src/index.ts");
  expect(other.Tensor).not.toBe(Tensor);
  const x = new other.Tensor(Float32Array.of(1, 2), [1, 1, 2, 1]);
  expect(x instanceof Tensor).toBe(true);
  expect(conv2d(x, tensor([3], [1, 1, 1, 1])).toArray()).toEqual([[[[3], [6]]]]);
});

test("what only looks like one is refused", () => {
  const liar = { [Symbol.toStringTag]: "Float32Array", length: 1, 0: 1, buffer: new ArrayBuffer(4) };
  expect(() => new Tensor(liar as never, [1])).toThrow(ShapeError);
  expect(() => conv2d({ shape: [1, 1, 1, 1] } as never, Tensor.zeros([1, 1, 1, 1]))).toThrow(
    /input is an Object, needs a Tensor/,
  );
});

test("every hole of a shape and of strides is seen, and what the caller changes later is not", () => {
  expect(() => new Tensor(new Float32Array(4), [2, 2], new Array(2) as number[])).toThrow(
    "Tensor: strides[0] is undefined, needs an integer >= 0",
  );
  expect(() => new Tensor(new Float32Array(4), new Array(2) as number[])).toThrow("Tensor: shape[0] is undefined");
  expect(() => new Tensor(new Float32Array(0), [...Array(40).fill(2 ** 31 - 1), 0])).toThrow(/shape has 41 axes/);
  expect(() => new Tensor(new Float32Array(0), [...Array(31).fill(2 ** 31 - 1), 0].map(Number))).not.toThrow();
  expect(() => new Tensor(new Float32Array(4), [2, 2], "11" as never)).toThrow(/strides are "11", needs an array/);
  const shape = [2, 2];
  const t = new Tensor(new Float32Array(4), shape);
  shape[0] = 1000;
  expect([t.shape, t.toArray()]).toEqual([
    [2, 2],
    [
      [0, 0],
      [0, 0],
    ],
  ]);
});
