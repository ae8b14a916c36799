/**
 * @file Sources of bytes: a file, a URL, a Blob or memory, read in pieces so that large files need not fit in memory.
 */
import { isArrayBuffer, isUint8Array } from "../tensor/brands.ts";
import { FormatError, show } from "../tensor/errors.ts";
import type { Patience } from "../tensor/patience.ts";

/** How to convert a Python pickle to a supported format. */
export const FROM_PYTORCH: string = 'in Python: safetensors.torch.save_file(model.state_dict(), "model.safetensors")';

/** How to convert a TensorFlow model that no reader here supports. */
export const FROM_TENSORFLOW: string =
  'in Python: tf.lite.TFLiteConverter.from_saved_model(folder).convert(), or model.save("model.keras"), or tensorflowjs_converter';

/** The supported formats. */
export const NEEDED: string =
  "needs safetensors, a TensorFlow.js model.json, Keras' .h5 or .keras, ONNX, .tflite, .npz or a graph as JSON";

/** Bytes with random access. */
export interface ByteSource {
  /** For messages. */
  readonly name: string;
  readonly size: number;
  /** Reads the bytes from `begin` up to, not including, `end`; both must be within the size. */
  read(begin: number, end: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** A path (Node), a URL, a File or Blob, or bytes in memory. */
export type WeightsSource = string | URL | Blob | ArrayBuffer | Uint8Array;

/**
 * @param op       the public function that was called, for messages
 * @param patience `signal` aborts reading, `onProgress` is called with the bytes read so far and the size
 * @throws FormatError if there is nothing to read
 */
export async function openSource(op: string, source: WeightsSource, patience?: Patience): Promise<ByteSource> {
  const opened = await openedSource(op, source, patience?.signal);
  return patience === undefined ? opened : patient(opened, patience);
}

function patient(source: ByteSource, { signal, onProgress }: Patience): ByteSource {
  let done = 0;
  return {
    ...source,
    read: async (begin, end) => {
      signal?.throwIfAborted();
      const bytes = await source.read(begin, end);
      signal?.throwIfAborted();
      done = Math.max(done, end);
      onProgress?.(done, source.size);
      return bytes;
    },
  };
}

async function openedSource(op: string, source: WeightsSource, signal?: AbortSignal): Promise<ByteSource> {
  if (isArrayBuffer(source)) return fromBytes(new Uint8Array(source));
  if (isUint8Array(source)) return fromBytes(source);
  if (typeof Blob !== "undefined" && source instanceof Blob) return fromBlob(source);
  if (source instanceof URL) return source.protocol === "file:" ? fromFile(source) : fromUrl(source, signal);
  if (typeof source === "string")
    return /^https?:\/\//.test(source) ? fromUrl(new URL(source), signal) : fromFile(source);
  throw new FormatError(`${op}: source is ${show(source)}, needs a path, URL, Blob, ArrayBuffer or Uint8Array`);
}

function fromBytes(bytes: Uint8Array): ByteSource {
  return {
    name: "bytes",
    size: bytes.length,
    read: async (begin, end) => bytes.subarray(begin, end),
    close: async () => {},
  };
}

function fromBlob(blob: Blob): ByteSource {
  return {
    name: "name" in blob ? String(blob.name) : "blob",
    size: blob.size,
    read: async (begin, end) => new Uint8Array(await blob.slice(begin, end).arrayBuffer()),
    close: async () => {},
  };
}

/** Maximum bytes of one file read: Node aborts the process at 2 GiB or more. */
const MAX_AT_ONCE = 2 ** 30;

async function fromFile(path: string | URL): Promise<ByteSource> {
  const { open, stat } = await import("node:fs/promises");
  const name = String(path);
  const refuse = (cause: Error): never => {
    throw new FormatError(`${name}: cannot be read (${cause.message})`, { cause });
  };
  // Checked before it is opened: a named pipe would block forever.
  const there = await stat(path).catch(refuse);
  if (!there.isFile()) throw new FormatError(`${name}: ${await whatElse(path, there.isDirectory())}`);
  const file = await open(path).catch(refuse);
  const read = async (begin: number, end: number): Promise<Uint8Array> => {
    const bytes = new Uint8Array(end - begin);
    for (let done = 0; done < bytes.length; ) {
      const { bytesRead } = await file.read(bytes, done, Math.min(bytes.length - done, MAX_AT_ONCE), begin + done);
      if (bytesRead === 0) throw new FormatError(`${name}: ended at byte ${begin + done}, needs ${end}`);
      done += bytesRead;
    }
    return bytes;
  };
  return { name, size: there.size, read, close: () => file.close() };
}

/** Describes what the path is, if not a file. */
async function whatElse(path: string | URL, isFolder: boolean): Promise<string> {
  if (!isFolder) return "a pipe or a device, not a file";
  const { readdir } = await import("node:fs/promises");
  const names: readonly string[] = await readdir(path).catch(() => []);
  if (names.includes("saved_model.pb")) return `a TensorFlow SavedModel, ${NEEDED} (${FROM_TENSORFLOW})`;
  const inside =
    names.find((name) => name === "model.json") ??
    names.find((name) => /\.(safetensors|onnx|tflite|keras|h5|npz)$/.test(name));
  return inside === undefined ? "a folder, not a file" : `a folder, needs the file in it: ${inside}`;
}

/** Requests ranges if the server supports them; otherwise downloads everything once. */
async function fromUrl(url: URL, signal?: AbortSignal): Promise<ByteSource> {
  const get = async (headers: Record<string, string>): Promise<Response> => {
    const response = await fetch(url, { headers, signal: signal ?? null }).catch((cause: Error) => {
      signal?.throwIfAborted();
      throw new FormatError(`${url}: cannot be fetched (${cause.message})`, { cause });
    });
    if (!response.ok) throw new FormatError(`${url}: answered ${response.status} ${response.statusText}`);
    return response;
  };
  const first = await get({ range: "bytes=0-7" });
  const size = Number(/\/(\d+)$/.exec(first.headers.get("content-range") ?? "")?.[1]);
  if (first.status !== 206 || !Number.isSafeInteger(size)) {
    return { ...fromBytes(new Uint8Array(await first.arrayBuffer())), name: String(url) };
  }
  await first.arrayBuffer();
  const read = async (begin: number, end: number): Promise<Uint8Array> => {
    if (begin === end) return new Uint8Array(0);
    const bytes = new Uint8Array(await (await get({ range: `bytes=${begin}-${end - 1}` })).arrayBuffer());
    if (bytes.length !== end - begin) {
      throw new FormatError(`${url}: sent ${bytes.length} bytes, needs ${end - begin}`);
    }
    return bytes;
  };
  return { name: String(url), size, read, close: async () => {} };
}
