/** @file One block of linear memory and what lies where in it. */
import { ShapeError } from "../../tensor/errors.ts";
import { type Exports, encodeModule } from "../../wasm/module.ts";

export const PAGE_BYTES = 65536;
const MOST_BYTES = 2 ** 32;

/** A vector may be loaded whole where only its first lanes are used: behind everything else there is room for that. */
const SLACK_BYTES = 64;

/** Places are multiples of a cache line. */
const LINE_BYTES = 64;

/** Gives out places, from the bottom up. */
export interface Layout {
  /** @returns the address of so many bytes */
  take(bytes: number): number;
  /** Pages of memory for everything taken so far. @throws ShapeError if WebAssembly has no memory so large */
  pages(op: string): number;
}

export function layout(): Layout {
  let end = 0;
  return {
    take: (bytes) => {
      const at = end;
      end = Math.ceil((at + bytes) / LINE_BYTES) * LINE_BYTES;
      return at;
    },
    pages: (op) => {
      const bytes = end + SLACK_BYTES;
      if (bytes > MOST_BYTES) throw tooLarge(op, bytes);
      return Math.ceil(bytes / PAGE_BYTES);
    },
  };
}

function tooLarge(op: string, bytes: number, cause?: unknown): ShapeError {
  const most = cause === undefined ? "WebAssembly has at most 4 GiB" : `this machine gives none (${cause})`;
  return new ShapeError(`${op}: needs ${(bytes / 2 ** 30).toFixed(1)} GiB of memory, ${most}`);
}

/** @throws ShapeError if the machine gives no memory so large */
export function allocate(op: string, pages: number, shared: boolean): WebAssembly.Memory {
  try {
    return new WebAssembly.Memory(shared ? { initial: pages, maximum: pages, shared } : { initial: pages });
  } catch (cause) {
    throw tooLarge(op, pages * PAGE_BYTES, (cause as Error).message);
  }
}

/** Functions compiled for a memory at once. */
export function instantiate(functions: Exports, memory: WebAssembly.Memory): WebAssembly.Exports {
  const { buffer } = memory;
  const shared = typeof SharedArrayBuffer !== "undefined" && buffer instanceof SharedArrayBuffer;
  return exportsOf(encodeModule(functions, { pages: buffer.byteLength / PAGE_BYTES, shared }), memory);
}

/** What a module exports, compiled for a memory at once. */
export function exportsOf(bytes: Uint8Array<ArrayBuffer>, memory: WebAssembly.Memory): WebAssembly.Exports {
  return new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } }).exports;
}
