/**
 * The same bits on every engine: `npm run test:engines`. Node 20 or whatever runs this, Node 22, 24 and 26, these three
 * also with V8's flag that joins vectors, Bun, Deno, and Chromium (/usr/bin/chromium, or the file that CHROMIUM names) on an
 * isolated page. Exit code 1 if a bit differs anywhere.
 */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { chromium } from "playwright-core";

const HERE = new URL(".", import.meta.url).pathname;
const ROOT = join(HERE, "../..");

/** V8 joins two vectors to one of eight numbers, in the code of its optimizing compiler, which then is the only one. */
const JOINED = ["--experimental-wasm-revectorize", "--no-liftoff"];

function inNode(binary, flags = []) {
  const program = `import * as separable from ${JSON.stringify(`${ROOT}/dist/index.js`)};
    import { digests } from ${JSON.stringify(`${HERE}digest.mjs`)};
    console.log(JSON.stringify([process.version, await digests(separable)]));`;
  const output = execFileSync(binary, [...flags, "--input-type=module", "-e", program], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const [version, found] = JSON.parse(output);
  return [`Node ${version}${flags === JOINED ? ", joined" : ""}`, found];
}

/** Bun has JavaScriptCore, Deno V8 again, with other bindings. */
function inOther(name, binary, command) {
  const file = join(HERE, "other.mjs");
  const output = execFileSync(binary, [...command, file], { stdio: ["ignore", "pipe", "inherit"] });
  return [name, JSON.parse(output)];
}

async function inChromium() {
  const server = createServer(({ url }, response) => {
    const isPage = url === "/" || url === "/plain";
    const isThere = isPage || existsSync(join(ROOT, url));
    response.writeHead(isThere ? 200 : 404, {
      "content-type": isPage ? "text/html" : "text/javascript",
      ...(url !== "/plain" && {
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-embedder-policy": "require-corp",
      }),
    });
    response.end(isPage || !isThere ? "<!doctype html><title>digests</title>" : readFileSync(join(ROOT, url)));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
  });
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  const found = await page.evaluate(async () => {
    const [separable, { digests }] = [await import("/dist/index.js"), await import("/test/engines/digest.mjs")];
    return digests(separable);
  });
  await page.goto(`http://127.0.0.1:${server.address().port}/plain`);
  const warnings = [];
  page.on("console", (message) => warnings.push(message.text()));
  const threads = await page.evaluate(async () => {
    const { mobilenetV1, randomWeights, Session } = await import("/dist/index.js");
    const graph = mobilenetV1({ alpha: 0.25, resolution: 32, classes: 2 });
    const make = async () => (await Session.create(graph, randomWeights(graph, 1), { threads: 2 })).threads;
    return [await make(), await make()];
  });
  const alone = await page.evaluate(async () => {
    const program = `import * as separable from "${location.origin}/dist/index.js";
      import { integerDigests } from "${location.origin}/test/engines/digest.mjs";
      postMessage(await integerDigests(separable, [1]));`;
    const worker = new Worker(URL.createObjectURL(new Blob([program], { type: "text/javascript" })), {
      type: "module",
    });
    const inWorker = new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = ({ message }) => reject(new Error(message));
    });
    const [separable, { integerDigests }] = [await import("/dist/index.js"), await import("/test/engines/digest.mjs")];
    return {
      "the same, integers on its only thread": await integerDigests(separable, [1]),
      "a worker of it": await inWorker,
    };
  });
  const version = browser.version();
  console.log(
    `Chromium, a page that is not isolated: ${threads.join(" and ")} thread(s), told: ${warnings.join(" | ")}`,
  );
  if (threads.some((count) => count !== 1) || warnings.length !== 1) process.exitCode = 1;
  await browser.close();
  server.close();
  return [[`Chromium ${version}`, found], ...Object.entries(alone)];
}

const nodes = [22, 24, 26].map((version) => join(HERE, `node_modules/node-${version}/bin/node`));
const engines = [
  inNode(process.execPath),
  ...nodes.map((binary) => inNode(binary)),
  ...nodes.map((binary) => inNode(binary, JOINED)),
  inOther("Bun", join(HERE, "node_modules/@oven/bun-linux-x64/bin/bun"), ["run"]),
  inOther("Deno", join(HERE, "node_modules/@deno/linux-x64-glibc/deno"), [
    "run",
    "--allow-read",
    "--allow-env",
    "--allow-sys",
  ]),
  ...(await inChromium()),
];
const [[, expected]] = engines;
let differences = 0;
const networks = new Map();
for (const [key, digest] of Object.entries(expected)) {
  const [network] = key.split(", ");
  networks.set(network, networks.get(network) ?? digest);
}
for (const [engine, found] of engines) {
  const wrong = Object.entries(found).filter(([key, digest]) => digest !== networks.get(key.split(", ")[0]));
  differences += wrong.length;
  console.log(
    `${engine.padEnd(24)} ${Object.keys(found).length} answers, ${wrong.length} differ ${wrong.map(([key]) => key).join("; ")}`,
  );
}
for (const [network, digest] of networks) console.log(`  ${digest}  ${network}`);
process.exit(differences === 0 ? process.exitCode : 1);
