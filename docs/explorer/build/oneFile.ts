/**
 * @file Puts program and style into the HTML file, so that it works from any location, including a local folder. The
 * program is compressed because it is most of the page's size, and not every server compresses.
 */
import { gzipSync } from "node:zlib";
import type { Plugin } from "vite";

/** 91 characters with no meaning in HTML; the 91 · 91 pairs encode 13 bits. */
const DIGITS = [...Array(95).keys()].map((i) => String.fromCharCode(32 + i)).filter((one) => !" <&\\".includes(one));

/** Bytes as text, 13 bits in two characters: an eighth shorter than base64. */
export function packedText(bytes: Uint8Array): string {
  const pairs: string[] = [];
  let [bits, count] = [0, 0];
  const put = (value: number): void => {
    pairs.push(DIGITS[value % 91] + DIGITS[Math.floor(value / 91)]);
  };
  for (const byte of bytes) {
    bits |= byte << count;
    count += 8;
    if (count >= 13) {
      put(bits & 8191);
      bits >>>= 13;
      count -= 13;
    }
  }
  put(bits);
  return pairs.join("");
}

/** Inverse of {@link packedText}. The page runs it before the program exists. */
export function unpacked(text: string, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  const digit = (at: number): number => {
    const code = text.charCodeAt(at) - 33;
    return code - Number(code > 5) - Number(code > 27) - Number(code > 59); // no "&", "<" and "\\" among them
  };
  let [bits, count, at] = [0, 0, 0];
  for (let i = 0; at < length; i += 2) {
    bits |= (digit(i) + 91 * digit(i + 1)) << count;
    count += 13;
    for (; count >= 8 && at < length; count -= 8) {
      bytes[at++] = bits & 255;
      bits >>>= 8;
    }
  }
  return bytes;
}

/** Unpacks the program and starts it from a URL that workers can also load. */
const loader = (length: number): string => `${unpacked}
(async () => {
  const packed = unpacked(document.getElementById("packed").textContent, ${length});
  const text = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  const program = new Blob([await new Response(text).blob()], { type: "text/javascript" });
  document.head.append(Object.assign(document.createElement("script"), { src: URL.createObjectURL(program) }));
})();`;

export function oneFile(): Plugin {
  return {
    name: "one-file",
    enforce: "post",
    generateBundle(_, bundle) {
      let [program, style] = ["", ""];
      for (const [name, file] of Object.entries(bundle)) {
        if (file.type === "chunk") program += file.code;
        else if (name.endsWith(".css")) style += String(file.source);
        else continue;
        delete bundle[name];
      }
      const page = bundle["index.html"];
      if (page?.type !== "asset") throw new Error("the explorer has no index.html");
      const packed = gzipSync(program, { level: 9 });
      page.source = String(page.source)
        .replace(/\s*<script[^>]*src=[^>]*><\/script>/, "")
        .replace(/\s*<link[^>]*rel="stylesheet"[^>]*>/g, "")
        .replace("</head>", () => `  <style>${style}</style>\n  </head>`)
        .replace(
          "</body>",
          () =>
            `  <script id="packed" type="text/plain">${packedText(packed)}</script>\n    <script>${loader(packed.length)}</script>\n  </body>`,
        );
    },
  };
}
