/** @file Embeds the package's weights and images in the program as text; weights as float16, half the size. */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Plugin } from "vite";

/** The network in eight bits is left out: the page quantises its own. */
const QUANTIZED = /new URL\("\.\/[\w-]+\.tflite", import\.meta\.url\)/g;
const PLACE = /new URL\("\.\/([\w-]+\.safetensors)", import\.meta\.url\)/g;

/** Interleaves the bytes of two texts: the upper bytes of numbers are alike and compress better separately. */
const WOVEN = `function woven(even, odd) {
  const [first, second] = [atob(even), atob(odd)];
  let bytes = "";
  for (let i = 0; i < first.length; i++) bytes += first[i] + (second[i] ?? "");
  return btoa(bytes);
}`;

export function embeddedWeights(): Plugin {
  return {
    name: "embedded-weights",
    enforce: "pre",
    transform(code, id) {
      if (!id.endsWith("/src/data/embedded/embedded.ts")) return null;
      const own = code.replace(QUANTIZED, 'new URL("data:,")').replace(PLACE, (_, name: string) => {
        const bytes = halved(new Uint8Array(readFileSync(join(dirname(id), name))));
        const every = (odd: number): string => Buffer.from(bytes.filter((_, i) => i % 2 === odd)).toString("base64");
        return `new URL("data:application/octet-stream;base64," + woven("${every(0)}", "${every(1)}"))`;
      });
      return `${own}\n${WOVEN}`;
    },
  };
}

/** A safetensors file whose F32 tensors are F16. */
export function halved(file: Uint8Array): Uint8Array {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const start = 8 + Number(view.getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(file.subarray(8, start))) as Record<
    string,
    { dtype: string; data_offsets: [number, number] }
  >;
  const parts: Uint8Array[] = [];
  let end = 0;
  for (const [name, entry] of Object.entries(header)) {
    if (name === "__metadata__") continue;
    const [from, to] = entry.data_offsets;
    const bytes = file.subarray(start + from, start + to);
    const part = entry.dtype === "F32" ? halves(new Float32Array(bytes.slice().buffer)) : bytes;
    if (entry.dtype === "F32") entry.dtype = "F16";
    parts.push(part);
    entry.data_offsets = [end, end + part.length];
    end += part.length;
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const length = Math.ceil(json.length / 8) * 8;
  const whole = new Uint8Array(8 + length + end).fill(0x20);
  new DataView(whole.buffer).setBigUint64(0, BigInt(length), true);
  whole.set(json, 8);
  let at = 8 + length;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function halves(floats: Float32Array): Uint8Array {
  return new Uint8Array(Uint16Array.from(floats, half).buffer);
}

/** The nearest float16, ties to even. Source: IEEE 754, binary16. */
export function half(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const magnitude = Math.abs(value);
  if (Number.isNaN(value)) return 0x7e00;
  if (magnitude >= 65520) return sign | 0x7c00;
  const exponent = Math.max(Math.floor(Math.log2(magnitude || 1e-30)), -14);
  const scaled = magnitude / 2 ** (exponent - 10); // in units of the last bit
  const floor = Math.floor(scaled);
  const over = scaled - floor;
  const rounded = over > 0.5 || (over === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
  // Subnormal below 1024 units; a value that rounds up to 2048 carries into the exponent automatically.
  return sign | (rounded < 1024 ? rounded : ((exponent + 15) << 10) + (rounded - 1024));
}
