/**
 * @file Runs one layer by itself: its operands are copied into linear memory, its launches run, its result is copied
 * out.
 *
 * A compiled module is kept for the next call with the same code, and so is the memory, unless it is large.
 */

import type { EmittedKernel } from "../kernels/contract/kernels.ts";
import type { IntegerKernel } from "../kernels/contract/quantized.ts";
import { bytesOf, copyNumbers, numbersLike } from "../tensor/numbers.ts";
import { encodeModule } from "../wasm/module.ts";
import { VECTOR_BYTES } from "../wasm/sizes.ts";
import { addressesOf } from "./addresses.ts";
import { allocate, allocator, exportsOf, grow, PAGE_BYTES } from "./memory.ts";

type Entry = (...addressesAndRange: number[]) => void;

/** Max pages of memory kept for the next call: 64 MiB. */
const KEPT_PAGES = 1024;
/** Max compiled modules kept. */
const KEPT_MODULES = 256;

/** Memory with the modules that were compiled for it. */
interface Arena {
  readonly memory: WebAssembly.Memory;
  readonly modules: Map<string, WebAssembly.Exports>;
}

let arena: Arena | null = null;

/** @param parts number of pieces of each launch's range; more than 1 only to test that it makes no difference */
export function runAlone(op: string, kernel: EmittedKernel, parts: number = 1): IntegerKernel {
  const names = kernel.launches.map((_, i) => `launch${i}`);
  const bytes = encodeModule(Object.fromEntries(kernel.launches.map(({ func }, i) => [names[i], func])), {
    pages: 1,
    shared: false,
  });
  return (weights) => (inputs, output) => {
    const { take, pages } = allocator();
    const packed = take(kernel.packed?.bytes ?? 0);
    const xs = inputs.map((input) => take(bytesOf(input)));
    const y = take(bytesOf(output) + VECTOR_BYTES);
    const scratch = take(kernel.scratchBytes ?? 0);
    const { memory, exports } = instantiated(bytes, pages(op), op);

    kernel.packed?.write(weights, { memory, at: packed, scratch });
    inputs.forEach((x, i) => void copyNumbers(x, numbersLike(x, memory.buffer, xs[i])));
    const operands = { input: (i: number) => xs[i], output: y, packed, scratch };
    kernel.launches.forEach((launch, i) => {
      const { units } = launch;
      const addresses = addressesOf(launch, operands);
      const run = exports[names[i]] as Entry;
      for (let part = 0; part < parts; part++) {
        const [from, to] = [Math.floor((units * part) / parts), Math.floor((units * (part + 1)) / parts)];
        run(...addresses, from, to);
      }
    });
    copyNumbers(numbersLike(output, memory.buffer, y), output);
  };
}

/** A module's exports and their memory, of `pages` pages or more. */
function instantiated(
  bytes: Uint8Array<ArrayBuffer>,
  pages: number,
  op: string,
): { readonly memory: WebAssembly.Memory; readonly exports: WebAssembly.Exports } {
  if (pages > KEPT_PAGES) {
    const memory = allocate(op, pages, false);
    return { memory, exports: exportsOf(bytes, memory) };
  }
  // At the limit, the memory is dropped with its modules: an engine keeps a list of a memory's modules.
  if (arena === null || arena.modules.size >= KEPT_MODULES) {
    arena = { memory: allocate(op, pages, false), modules: new Map() };
  }
  const { memory, modules } = arena;
  const missing = pages - memory.buffer.byteLength / PAGE_BYTES;
  if (missing > 0) grow(op, memory, missing);
  const key = new TextDecoder("latin1").decode(bytes);
  const exports = modules.get(key) ?? exportsOf(bytes, memory);
  modules.set(key, exports);
  return { memory, exports };
}
