/** What `npm install` of an engine puts on the disk, dependencies included. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const PACKAGES = {
  "LiteRT.js": ["@litertjs/core"],
  "tfjs-wasm": ["@tensorflow/tfjs-backend-wasm", "@tensorflow/tfjs-core"],
  "tfjs-cpu": ["@tensorflow/tfjs-backend-cpu", "@tensorflow/tfjs-core"],
  "onnxruntime-web": ["onnxruntime-web"],
  "onnxruntime-node": ["onnxruntime-node"],
  "jax-js": ["@jax-js/jax"],
};

export async function installedBytes(here) {
  const sizes = { separable: packedAndUnpacked(join(here, "../..")) };
  for (const [name, packages] of Object.entries(PACKAGES)) sizes[name] = sizeWithDependencies(here, packages);
  return sizes;
}

/** Bytes of the files in our own package, once unpacked. */
function packedAndUnpacked(root) {
  const folder = mkdtempSync(join(tmpdir(), "separable-pack-"));
  const output = execFileSync("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", folder], {
    cwd: root,
    stdio: ["ignore", "pipe", "ignore"],
  });
  rmSync(folder, { recursive: true });
  const answer = JSON.parse(output);
  const [{ unpackedSize }] = Array.isArray(answer) ? answer : Object.values(answer);
  return unpackedSize;
}

function sizeWithDependencies(here, packages) {
  const found = new Set();
  const visit = (name) => {
    const folder = join(here, "node_modules", name);
    if (found.has(name) || !existsSync(folder)) return;
    found.add(name);
    const { dependencies = {} } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    for (const dependency of Object.keys(dependencies)) visit(dependency);
  };
  for (const name of packages) visit(name);
  let bytes = 0;
  for (const name of found) {
    const folder = join(here, "node_modules", name);
    for (const file of readdirSync(folder, { recursive: true })) {
      const stat = statSync(join(folder, file), { throwIfNoEntry: false });
      if (stat?.isFile()) bytes += stat.size;
    }
  }
  return bytes;
}
