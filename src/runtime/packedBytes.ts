/** @file Packed weights of emitted kernels as bytes in memory. */
import type { Kernel, LayerWeights, Packed } from "../kernels/contract/kernels.ts";
import { allocate, allocator } from "./memory.ts";

/** Packs the weights of one kernel at a time into the same memory, for comparison. */
export function packer(op: string, kernels: readonly Kernel[]): (packed: Packed, weights: LayerWeights) => Uint8Array {
  const { take, pages } = allocator();
  const at = take(Math.max(0, ...kernels.map(packedBytesOf)));
  const scratch = take(Math.max(0, ...kernels.map(scratchBytesOf)));
  const memory = allocate(op, pages(op), false);
  return (packed, weights) => {
    const bytes = bytesAt(memory, at, packed.bytes).fill(0);
    packed.write(weights, { memory, at, scratch });
    return bytes;
  };
}

export function bytesAt({ buffer }: WebAssembly.Memory, at: number, bytes: number): Uint8Array {
  return new Uint8Array(buffer, at, bytes);
}

export function packedBytesOf(kernel: Kernel): number {
  return kernel.kind === "host" ? 0 : (kernel.packed?.bytes ?? 0);
}

export function scratchBytesOf(kernel: Kernel): number {
  return kernel.kind === "host" ? 0 : (kernel.scratchBytes ?? 0);
}
