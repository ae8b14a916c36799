/**
 * @file Puts program and style into the HTML file, so that it works from any place, a folder on the disk included. The
 * program is compressed, because most of a page's weight is its program, and not every server compresses.
 */
import { gzipSync } from "node:zlib";
import type { Plugin } from "vite";

/** Unpacks the program and starts it, from an address that workers can be made of too. */
const LOADER = `(async () => {
  const packed = Uint8Array.from(atob(document.getElementById("packed").textContent), (c) => c.charCodeAt(0));
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
      const packed = gzipSync(program, { level: 9 }).toString("base64");
      page.source = String(page.source)
        .replace(/\s*<script[^>]*src=[^>]*><\/script>/, "")
        .replace(/\s*<link[^>]*rel="stylesheet"[^>]*>/, () => `\n    <style>${style}</style>`)
        .replace(
          "</body>",
          () => `  <script id="packed" type="text/plain">${packed}</script>\n    <script>${LOADER}</script>\n  </body>`,
        );
    },
  };
}
