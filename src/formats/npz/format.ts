/** @file NumPy's archives as a format; the code is loaded when needed. */
import type { Format } from "../format.ts";

export const npz: Format = {
  name: "npz",
  extension: ".npz",
  takes: [],
  holds: ["weights"],
  recognizes: ([p, k]) => p === 0x50 && k === 0x4b, // "PK", a zip file
  read: async (source, { maxBytes }) => {
    const tensors = await (await import("./npz.ts")).readNpz(source, maxBytes);
    return { producer: "", metadata: new Map(), tensors, network: null, resolution: null };
  },
  write: async ({ weights }) => {
    const arrays = [...weights].map(
      ([name, tensor]) => [name, { shape: tensor.shape, data: tensor.toFloat32Array() }] as const,
    );
    return (await import("./npz.ts")).writeNpz(new Map(arrays));
  },
};
