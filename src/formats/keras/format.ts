/** @file Keras' files as a format; the code is loaded when needed. */
import type { Format } from "../format.ts";

/** Of HDF5: \x89HDF\r\n\x1a\n */
const HDF5 = "\x89HDF";
/** A zip archive whose first entry is one of Keras'. */
const ARCHIVE = /^PK.{28}(metadata\.json|config\.json|model\.weights\.h5)/s;

export const keras: Format = {
  name: "keras",
  extension: ".keras",
  takes: ["shape", "output"],
  holds: ["network", "weights"],
  recognizes: (head) => {
    const text = String.fromCharCode(...head);
    return text.startsWith(HDF5) || ARCHIVE.test(text);
  },
  read: async (source, { shape, output, maxBytes }) => {
    const { readH5, readKeras } = await import("./file.ts");
    const isArchive = (await source.read(0, 1))[0] === 0x50; // P of "PK"
    return isArchive ? readKeras(source, { shape, output }, maxBytes) : readH5(source, { shape, output });
  },
};
