/** Weights and images that Python makes too, to the bit: see test/oracles/torchvision.py. */
import { type Shape, Tensor } from "../../src/index.ts";
import { sizeOf } from "../../src/tensor/shape.ts";

/** Numbers from 0 to 1: the lowbias32 hash of i + salt · 2^20. */
function uniform(size: number, salt: number): Float64Array {
  return Float64Array.from({ length: size }, (_, i) => {
    let h = (i + (salt << 20)) >>> 0;
    h ^= h >>> 16;
    h = Math.imul(h, 0x7feb352d);
    h ^= h >>> 15;
    h = Math.imul(h, 0x846ca68b);
    h ^= h >>> 16;
    return (h >>> 0) / 2 ** 32;
  });
}

/** The tensor of a state_dict that has this name and place. */
export function hashedWeight(name: string, shape: Shape, position: number): Tensor {
  const isNorm = name.endsWith("running_var") || (name.endsWith("weight") && shape.length === 1);
  const isFilter = name.endsWith("weight") && !isNorm;
  const bound = Math.sqrt((shape.length === 2 ? 1 : 6) / sizeOf(shape.slice(1)));
  const of = (u: number): number => (isNorm ? 0.75 + u / 2 : isFilter ? (2 * u - 1) * bound : (2 * u - 1) / 5);
  return new Tensor(Float32Array.from(uniform(sizeOf(shape), position).map(of)), shape);
}

/** Two images, [2, h, w, 3], of numbers from -1 to 1. */
export function hashedImages(resolution: number): Tensor {
  const shape = [2, 3, resolution, resolution];
  const values = uniform(sizeOf(shape), 99999).map((u) => 2 * u - 1);
  return new Tensor(Float32Array.from(values), shape).transpose([0, 2, 3, 1]).contiguous();
}

export function stateDict(listed: readonly (readonly [name: string, shape: Shape])[]): Map<string, Tensor> {
  return new Map(listed.map(([name, shape], position) => [name, hashedWeight(name, shape, position)]));
}
