/** @file Numbers of an ONNX model that lie in a file beside it. Only there: a model must not read what it likes. */
import { FormatError } from "../../tensor/errors.ts";
import { openSource, type WeightsSource } from "../source.ts";
import type { ExternalData } from "./tensor.ts";

/** Reads the bytes of a tensor, of which so many are needed. @throws FormatError unless the model is a file and the data a plain file in its folder */
export function externalReader(
  model: WeightsSource,
  place: string,
): (tensor: string, data: ExternalData, needed: number) => Promise<Uint8Array> {
  return async (tensor, { location, offset, length }, needed) => {
    const own = `${place}: ${JSON.stringify(tensor)}`;
    const isPath =
      typeof model === "string" ? !/^https?:/.test(model) : model instanceof URL && model.protocol === "file:";
    if (!isPath) throw new FormatError(`${own} lies in ${JSON.stringify(location)}, needs the model as a file`);
    const [{ lstat }, { dirname, join }, { fileURLToPath }] = await Promise.all([
      import("node:fs/promises"),
      import("node:path"),
      import("node:url"),
    ]);
    const path = join(dirname(model instanceof URL ? fileURLToPath(model) : String(model)), location);
    const stat = await lstat(path).catch((cause: Error) => {
      throw new FormatError(`${own} lies in ${JSON.stringify(location)}, which cannot be read (${cause.message})`, {
        cause,
      });
    });
    if (!stat.isFile()) throw new FormatError(`${own} lies in ${JSON.stringify(location)}, which is not a plain file`);
    const wanted = length ?? stat.size - offset;
    if (wanted < 0 || offset + wanted > stat.size) {
      throw new FormatError(
        `${own} takes bytes ${offset} to ${offset + wanted} of ${JSON.stringify(location)}, which has ${stat.size}`,
      );
    }
    if (wanted !== needed) throw new FormatError(`${own} takes ${wanted} bytes, its shape and type need ${needed}`);
    const source = await openSource(path);
    try {
      return await source.read(offset, offset + wanted);
    } finally {
      await source.close();
    }
  };
}
