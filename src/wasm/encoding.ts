/**
 * @file Encodes numbers and lists as WebAssembly does. Source: webassembly.github.io/spec, chapter 5, Binary Format.
 */

/** An unsigned integer, LEB128: seven bits a byte, the lowest first, the top bit set on all but the last. */
export function unsigned(value: number): number[] {
  if (value < 128) return [value];
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  return [...bytes, rest];
}

/** A signed 32-bit integer, LEB128: the sign is bit 6 of the last byte. */
export function signed(value: number): number[] {
  const bytes: number[] = [];
  let rest = value | 0;
  while (rest < -64 || rest > 63) {
    bytes.push((rest & 127) | 128);
    rest >>= 7;
  }
  return [...bytes, rest & 127];
}

const word = new DataView(new ArrayBuffer(8));

/** The eight bytes of a float64, the lowest first. */
export function float64(value: number): number[] {
  word.setFloat64(0, value, true);
  return Array.from({ length: 8 }, (_, i) => word.getUint8(i));
}

/** The four bytes of a float32, the lowest first. */
export function float32(value: number): number[] {
  word.setFloat32(0, value, true);
  return [word.getUint8(0), word.getUint8(1), word.getUint8(2), word.getUint8(3)];
}

/** A list: its length, then its items. */
export function vector(items: readonly (readonly number[])[]): number[] {
  return [...unsigned(items.length), ...items.flat()];
}

/** A name: its length in bytes, then its UTF-8. */
export function name(text: string): number[] {
  const bytes = new TextEncoder().encode(text);
  return [...unsigned(bytes.length), ...bytes];
}

/** The bytes of a vector with an integer in all of its lanes. */
export function lanesOf(kind: "i8x16" | "i16x8" | "i32x4", value: number): number[] {
  const bytes = 16 / Number(kind.slice(kind.indexOf("x") + 1));
  return Array.from({ length: 16 }, (_, i) => (value >> (8 * (i % bytes))) & 255);
}

/** The bytes that a shuffle picks. */
export function bytesOf({ lanes }: { readonly lanes: readonly number[] }): number[] {
  const size = 16 / lanes.length;
  return lanes.flatMap((lane) => Array.from({ length: size }, (_, byte) => lane * size + byte));
}
