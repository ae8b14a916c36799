/** @file One block of linear memory, and the addresses in it. */
import { ShapeError } from "../tensor/errors.ts";
import { type Exports, encodeModule } from "../wasm/module.ts";

export const PAGE_BYTES = 65536;
const MAX_BYTES = 2 ** 32;

/** Bytes after everything else: a vector may be loaded whole even if only its first lanes are used. */
const SLACK_BYTES = 64;

/** Addresses are multiples of a cache line. */
const LINE_BYTES = 64;

/** Assigns addresses, from 0 up. */
export interface Allocator {
  /** @returns the address of `bytes` bytes */
  take(bytes: number): number;
  /** Pages of memory for everything taken. @throws ShapeError if WebAssembly has no memory that large */
  pages(op: string): number;
}

export function allocator(): Allocator {
  let end = 0;
  return {
    take: (bytes) => {
      const at = end;
      end = Math.ceil((at + bytes) / LINE_BYTES) * LINE_BYTES;
      return at;
    },
    pages: (op) => {
      const bytes = end + SLACK_BYTES;
      if (bytes > MAX_BYTES) throw tooLarge(op, bytes);
      return Math.ceil(bytes / PAGE_BYTES);
    },
  };
}

function tooLarge(op: string, bytes: number, cause?: unknown): ShapeError {
  const limit =
    cause === undefined ? "WebAssembly has at most 4 GiB" : `${NO_ADDRESS_SPACE} (${(cause as Error).message})`;
  const size = bytes < 2 ** 30 ? `${(bytes / 2 ** 20).toFixed(1)} MiB` : `${(bytes / 2 ** 30).toFixed(1)} GiB`;
  return new ShapeError(`${op}: needs ${size} of memory, ${limit}`);
}

/** V8 reserves this much for every memory, so that a 32-bit address plus an offset always stays inside. */
export const NO_ADDRESS_SPACE =
  "this process may not reserve the 10 GiB of address space that an engine takes for each";

/** @throws ShapeError if the engine cannot allocate that much */
export function allocate(op: string, pages: number, shared: boolean): WebAssembly.Memory {
  try {
    return new WebAssembly.Memory(shared ? { initial: pages, maximum: pages, shared } : { initial: pages });
  } catch (cause) {
    throw tooLarge(op, pages * PAGE_BYTES, cause);
  }
}

/** @throws ShapeError if the memory cannot grow by that many pages */
export function grow(op: string, memory: WebAssembly.Memory, pages: number): void {
  try {
    memory.grow(pages);
  } catch (cause) {
    throw tooLarge(op, memory.buffer.byteLength + pages * PAGE_BYTES, cause);
  }
}

/** Whether the process can allocate even the smallest memory: a limit on address space may rule it out. */
export function canAllocate(): boolean {
  try {
    return new WebAssembly.Memory({ initial: 1 }).buffer.byteLength > 0;
  } catch {
    return false;
  }
}

/** Functions compiled synchronously for a memory. */
export function instantiate(functions: Exports, memory: WebAssembly.Memory): WebAssembly.Exports {
  const { buffer } = memory;
  const shared = typeof SharedArrayBuffer !== "undefined" && buffer instanceof SharedArrayBuffer;
  return exportsOf(encodeModule(functions, { pages: buffer.byteLength / PAGE_BYTES, shared }), memory);
}

/** A module's exports, compiled synchronously for a memory. */
export function exportsOf(bytes: Uint8Array<ArrayBuffer>, memory: WebAssembly.Memory): WebAssembly.Exports {
  return new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } }).exports;
}
