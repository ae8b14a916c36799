/** @file Writes Protocol Buffers fields. */
import { BYTES, FIXED32, VARINT } from "./protobuf.ts";

/** Encoded bytes of messages, in the order of the calls. Parts may be large and are not copied until the end. */
export type Parts = readonly Uint8Array[];

export function varintField(number: number, value: number | bigint): Parts {
  return [Uint8Array.from([...varintBytes(BigInt(number * 8 + VARINT)), ...varintBytes(BigInt(value))])];
}

export function bytesField(number: number, parts: Parts): Parts {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return [Uint8Array.from([...varintBytes(BigInt(number * 8 + BYTES)), ...varintBytes(BigInt(length))]), ...parts];
}

export function textField(number: number, text: string): Parts {
  return bytesField(number, [new TextEncoder().encode(text)]);
}

export function floatField(number: number, value: number): Parts {
  const bytes = new Uint8Array(5);
  bytes[0] = number * 8 + FIXED32; // fields up to 15
  new DataView(bytes.buffer).setFloat32(1, value, true);
  return [bytes];
}

function varintBytes(value: bigint): readonly number[] {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, value);
  while (rest >= 128n) {
    bytes.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  return [...bytes, Number(rest)];
}
