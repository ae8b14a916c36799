/** @file Tensors of an ONNX model whose data is in a separate file. */
import { FormatError } from "../../tensor/errors.ts";
import { fileBeside, isLocal } from "../beside.ts";
import { openSource, type WeightsSource } from "../source.ts";
import type { ExternalData } from "./tensor.ts";

/**
 * Returns a function that reads the `needed` bytes of a tensor.
 *
 * @throws FormatError (from it) unless the model is a local file and the data a regular file in its folder
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
