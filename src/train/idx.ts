/**
 * @file IDX files, in which MNIST and Fashion-MNIST come: two zero bytes, the type of the numbers, the number of extents, the
 * extents as 32 bits each, the highest byte first, then the numbers. Source: yann.lecun.com/exdb/mnist. They may be gzipped.
 */
import { FormatError } from "../tensor/errors.ts";
import { formatShape, type Shape } from "../tensor/shape.ts";
import { openSource, type WeightsSource } from "../weights/source.ts";

const UNSIGNED_BYTE = 8;

/** A file's numbers, unsigned bytes, row-major. */
export interface Idx {
  readonly shape: Shape;
  readonly data: Uint8Array;
}

/** @throws FormatError if the file cannot be read, or is not one of unsigned bytes with as many of them as it says */
export async function readIdx(from: WeightsSource): Promise<Idx> {
  const source = await openSource(from);
  try {
    const bytes = await source.read(0, source.size);
    return parseIdx(source.name, bytes[0] === 0x1f && bytes[1] === 0x8b ? await unzipped(source.name, bytes) : bytes);
  } finally {
    await source.close();
  }
}

async function unzipped(name: string, bytes: Uint8Array): Promise<Uint8Array> {
  const stream = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream().pipeThrough(new DecompressionStream("gzip"));
  const whole = await new Response(stream).arrayBuffer().catch((cause: Error) => {
    throw new FormatError(`${name}: broken gzip (${cause.message})`, { cause });
  });
  return new Uint8Array(whole);
}

function parseIdx(name: string, bytes: Uint8Array): Idx {
  const [zero, zeroAgain, type, rank] = bytes;
  if (bytes.length < 4 || zero !== 0 || zeroAgain !== 0) {
    throw new FormatError(
      `${name}: begins with ${[...bytes.slice(0, 4)].join(" ") || "nothing"}, an IDX file with 0 0`,
    );
  }
  if (type !== UNSIGNED_BYTE)
    throw new FormatError(`${name}: numbers are of type ${type}, needs ${UNSIGNED_BYTE}, unsigned bytes`);
  const start = 4 + 4 * rank;
  if (bytes.length < start) throw new FormatError(`${name}: ends inside its header, ${bytes.length} of ${start} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const shape = Array.from({ length: rank }, (_, i) => view.getUint32(4 + 4 * i));
  const size = shape.reduce((product, extent) => product * extent, 1);
  if (bytes.length - start !== size) {
    throw new FormatError(`${name}: ${bytes.length - start} numbers, ${formatShape(shape)} needs ${size}`);
  }
  return { shape, data: bytes.subarray(start) };
}
