/** @file The formats, and the detection of a file's format. */
import { FormatError } from "../tensor/errors.ts";
import type { Format, WritableFormat } from "./format.ts";
import { graph } from "./graph/format.ts";
import { keras } from "./keras/format.ts";
import { npz } from "./npz/format.ts";
import { onnx } from "./onnx/format.ts";
import { safetensors } from "./safetensors/format.ts";
import { type ByteSource, NEEDED } from "./source.ts";
import { tfjs } from "./tfjs/format.ts";
import { tflite } from "./tflite/format.ts";

/** In the order in which a file is tried against them: those with more distinctive first bytes come first. */
export const FORMATS: readonly Format[] = [safetensors, keras, npz, graph, tfjs, tflite, onnx];

/** The formats that can be written as one file. */
export const WRITABLE: readonly WritableFormat[] = FORMATS.filter(
  (format): format is WritableFormat => format.write !== undefined,
);

/** @throws FormatError that says what the file is instead */
export async function formatOf({ name, size, read }: ByteSource): Promise<Format> {
  const head = await read(0, Math.min(size, 64));
  const found = FORMATS.find((format) => format.recognizes(head, name));
  if (found !== undefined) return found;
  const { otherKind } = await import("./otherKinds.ts");
  const other = otherKind(name, head);
  if (other !== null) throw new FormatError(`${name}: ${other}`);
  const named = FORMATS.find(({ extension }) => name.toLowerCase().endsWith(extension));
  if (named !== undefined) return named; // its reader reports what is wrong with the file
  throw new FormatError(`${name}: a file of no known kind, or cut short, ${NEEDED}`);
}
