/** @file Numbers of an ONNX model that lie in a file beside it. */
import { FormatError } from "../../tensor/errors.ts";
import { fileBeside, isLocal } from "../beside.ts";
import { openSource, type WeightsSource } from "../source.ts";
import type { ExternalData } from "./tensor.ts";

/**
 * Reads `needed` bytes of a tensor.
 *
 * @throws FormatError unless the model is a file and the data a plain file in its folder
 */
export function externalReader(
  model: WeightsSource,
  file: string,
): (tensor: string, data: ExternalData, needed: number) => Promise<Uint8Array> {
  return async (tensor, { location, offset, length }, needed) => {
    const own = `${file}: ${JSON.stringify(tensor)}`;
    if (!isLocal(model)) throw new FormatError(`${own} lies in ${JSON.stringify(location)}, needs the model as a file`);
    const { path, size } = await fileBeside(own, model, location);
    const wanted = length ?? size - offset;
    if (wanted < 0 || offset + wanted > size) {
      throw new FormatError(
        `${own} takes bytes ${offset} to ${offset + wanted} of ${JSON.stringify(location)}, which has ${size}`,
      );
    }
    if (wanted !== needed) throw new FormatError(`${own} takes ${wanted} bytes, its shape and type need ${needed}`);
    const source = await openSource("importOnnx", path);
    try {
      return await source.read(offset, offset + wanted);
    } finally {
      await source.close();
    }
  };
}
