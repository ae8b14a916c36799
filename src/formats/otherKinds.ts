/** @file Recognises unsupported formats by the first bytes or the name, with advice on converting them. */
import { FROM_PYTORCH, FROM_TENSORFLOW, NEEDED } from "./source.ts";

const KINDS: readonly (readonly [begin: RegExp, what: string, advice?: string])[] = [
  [/^\x80/, "a Python pickle", FROM_PYTORCH],
  [/^.{4}TFL[12]/s, "a TensorFlow Lite model of an older schema"],
  [/^.{4}ORTM/s, "a model in onnxruntime's own format (.ort)"],
  [/^version https/, "a pointer of Git LFS, not the file itself"],
  [/^\x93NUMPY/, "a single array of NumPy"],
  [/^\s*</, "a web page"],
  [
    /^\s*\[\s*\{\s*"(paths|weights)"/,
    "a manifest of weights without a topology, as face-api.js has them",
    "the network is in that program's code",
  ],
];

/** @returns null if the file may be ONNX or is damaged */
export function otherKind(name: string, head: Uint8Array): string | null {
  const begin = String.fromCharCode(...head);
  const isGraph = /saved_model\.pb$/i.test(name) || (/\.pb$/i.test(name) && head[0] !== 0x08);
  const found = isGraph
    ? (["", "a TensorFlow SavedModel or graph", FROM_TENSORFLOW] as const)
    : KINDS.find(([pattern]) => pattern.test(begin));
  if (found === undefined) return null;
  const [, what, advice] = found;
  return `${what}, ${NEEDED}${advice === undefined ? "" : ` (${advice})`}`;
}
