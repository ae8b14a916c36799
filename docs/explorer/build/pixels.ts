/** @file Imports images as pixels, identical in every browser: `import { bytes } from "./cat.png?pixels"`. */
import sharp from "sharp";
import type { Plugin } from "vite";

const SUFFIX = ".png?pixels";

export function pixels(): Plugin {
  return {
    name: "pixels",
    enforce: "pre",
    async load(id) {
      if (!id.endsWith(SUFFIX)) return null;
      const { data, info } = await sharp(id.slice(0, -"?pixels".length)).raw().toBuffer({ resolveWithObject: true });
      const { width, height } = info;
      // Differences from the previous pixel: small numbers compress better.
      const steps = data.map((level, i) => level - (data[i - 3] ?? 0));
      const text = JSON.stringify(Buffer.from(steps).toString("base64"));
      return [
        `export const [width, height] = [${width}, ${height}];`,
        `export const bytes = Uint8Array.from(atob(${text}), (c) => c.charCodeAt(0));`,
        "for (let i = 3; i < bytes.length; i++) bytes[i] += bytes[i - 3];",
      ].join("\n");
    },
  };
}
