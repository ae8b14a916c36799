/**
 * @file Type checks by the engine's internal slots, which no object can fake. `instanceof` checks for this realm's
 * constructor; iframes, vm contexts and test runners have others.
 */

const typedArrayName = Object.getOwnPropertyDescriptor(
  Object.getPrototypeOf(Float32Array.prototype),
  Symbol.toStringTag,
)?.get;

/** The type name of a typed array; undefined for anything else. */
function kindOf(value: unknown): unknown {
  return typedArrayName?.call(value);
}

export function isFloat32Array(value: unknown): value is Float32Array {
  return kindOf(value) === "Float32Array";
}

export function isUint8Array(value: unknown): value is Uint8Array {
  return kindOf(value) === "Uint8Array";
}

export function isMap(value: unknown): value is ReadonlyMap<unknown, unknown> {
  return answers(Map.prototype, "size", value);
}

export function isArrayBuffer(value: unknown): value is ArrayBuffer {
  return answers(ArrayBuffer.prototype, "byteLength", value);
}

/** Whether the getter of a built-in class accepts the value. */
function answers(prototype: object, getter: string, value: unknown): boolean {
  try {
    Object.getOwnPropertyDescriptor(prototype, getter)?.get?.call(value);
    return true;
  } catch {
    return false;
  }
}
