/** @file Keras' files as a format; the code is loaded when needed. */
import type { Format } from "../format.ts";

/** Start of HDF5's signature: \x89HDF\r\n\x1a\n */
const HDF5 = "\x89HDF";
/** A zip archive whose first entry is one of Keras' files. */
const ARCHIVE = /^PK.{28}(metadata\.json|config\.json|model\.weights\.h5)/s;

export const keras: Format = {
  name: "keras",
  extension: ".keras",
  takes: ["shape", "output"],
  holds: ["network", "weights"],
  recognizes: (head, name) => {
    const text = String.fromCharCode(...head);
    return text.startsWith(HDF5) || ARCHIVE.test(text) || (text.startsWith("PK") && /\.keras$/i.test(name));
  },
  read: async (source, { shape, output, maxBytes }) => {
    return (await import("./file.ts")).readKeras(source, { shape, output }, maxBytes);
  },
  inspect: async (source) => (await import("./inspect.ts")).inspectKeras(source),
};
