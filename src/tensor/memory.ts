/** @file Checks that an array's memory can be relied on. */
import { isFloat32Array } from "./brands.ts";
import { ShapeError, show } from "./errors.ts";

/** @throws ShapeError unless `data` is a Float32Array whose memory is neither detached nor resizable */
export function checkMemory(data: unknown): void {
  if (!isFloat32Array(data)) throw new ShapeError(`Tensor: data is ${show(data)}, needs a Float32Array`);
  const buffer = data.buffer as ArrayBufferLike & { resizable?: boolean; growable?: boolean; detached?: boolean };
  if (buffer.resizable || buffer.growable)
    throw new ShapeError("Tensor: data lies in a resizable buffer, needs a fixed one");
  // Node 20 has no `detached`; a detached buffer differs from an empty one in that it cannot be viewed.
  if (buffer.detached ?? (buffer.byteLength === 0 && !isViewable(buffer))) {
    throw new ShapeError("Tensor: data lies in a detached buffer, needs one that is still here");
  }
}

function isViewable(buffer: ArrayBufferLike): boolean {
  try {
    return new Uint8Array(buffer).length === 0;
  } catch {
    return false;
  }
}
