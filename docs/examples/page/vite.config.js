/** `npx vite docs/examples/page`. In a project that installs separable, nothing of this is needed. */
import { defineConfig } from "vite";

export default defineConfig({
  base: "./",
  resolve: { alias: { separable: new URL("../../../dist/index.js", import.meta.url).pathname } },
});
