/**
 * Proof that a change of the generators changed nothing: `npm run test:programs`. For every network, precision and
 * number of threads, for a session and a training, two digests: of the bytes of the program, and of its launches, in
 * order: the bytes of each function called, the addresses of its operands, and its range of units. They are compared
 * with programs.json, which `--record` writes anew. Node 20 and 24 have programs of their own: their tiles have other
 * sizes.
 *
 * Nothing here knows a name of the engine's insides: it watches which modules are compiled and
 * how their exports are called.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const HERE = new URL(".", import.meta.url).pathname;
const RECORD = join(HERE, "programs.json");
const ENGINES = { "node-20": process.execPath, "node-24": join(HERE, "node_modules/node-24/bin/node") };

const digest = (bytes) => createHash("sha256").update(bytes).digest("hex").slice(0, 16);

/**
 * The code of each function that a module exports, by its name. Source:
 * webassembly.github.io/spec/core/binary/modules.html
 */
function functionsIn(bytes) {
  let at = 8; // behind magic and version
  const integer = () => {
    for (let value = 0, scale = 1; ; scale *= 128) {
      const byte = bytes[at++];
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  };
  const list = (item) => Array.from({ length: integer() }, item);
  const take = (length) => {
    at += length;
    return bytes.subarray(at - length, at);
  };
  let [exported, codes] = [[], []];
  while (at < bytes.length) {
    const section = bytes[at++];
    const end = integer() + at;
    if (section === 7) {
      exported = list(() => ({ name: new TextDecoder().decode(take(integer())), kind: bytes[at++], index: integer() }));
    }
    if (section === 10) codes = list(() => take(integer()));
    at = end;
  }
  return new Map(exported.filter(({ kind }) => kind === 0).map(({ name, index }) => [name, codes[index]]));
}

/** What is compiled and called while `work` runs. */
async function observed(work) {
  const { compile, instantiate } = WebAssembly;
  const programs = [];
  const launches = createHash("sha256");
  let count = 0;
  WebAssembly.compile = async (bytes) => {
    programs.push(new Uint8Array(bytes));
    return compile(bytes);
  };
  WebAssembly.instantiate = async (module, imports) => {
    const codes = functionsIn(programs[programs.length - 1]);
    const { exports } = await instantiate(module, imports);
    const told = (name, run) => {
      const code = digest(codes.get(name));
      return (...values) => {
        launches.update(`${code} ${values.join(" ")}\n`);
        count++;
        return run(...values);
      };
    };
    return { exports: Object.fromEntries(Object.entries(exports).map(([name, run]) => [name, told(name, run)])) };
  };
  try {
    await work();
  } finally {
    Object.assign(WebAssembly, { compile, instantiate });
  }
  if (programs.length !== 1 || count === 0) throw new Error(`${programs.length} programs, ${count} launches`);
  return `${digest(programs[0])} ${launches.digest("hex").slice(0, 16)} ${count}`;
}

async function digestsHere() {
  const separable = await import(join(HERE, "../../dist/index.js"));
  const { mobilenetV1, mobilenetV2, mobilenetV3Large, mobilenetV3Small, mobilenetV4 } = separable;
  const { gradientSession, randomWeights, Session, Tensor } = separable;
  const graphs = [
    mobilenetV1(),
    mobilenetV1({ alpha: 0.25, resolution: 128 }),
    mobilenetV1({ alpha: 0.5, resolution: [96, 130] }),
    mobilenetV1({ alpha: 0.25, resolution: 64, convolution: "standard" }),
    mobilenetV2(),
    mobilenetV3Large(),
    mobilenetV3Small(),
    ...["small", "medium", "large"].map((size) => mobilenetV4({ size })),
  ];
  const small = [
    mobilenetV1({ alpha: 0.25, resolution: 64, classes: 10 }),
    mobilenetV2({ resolution: 64, classes: 10 }),
    mobilenetV3Small({ resolution: 64, classes: 10 }),
    mobilenetV4({ resolution: 64, classes: 10 }),
  ];
  const found = {};
  for (const threads of [1, 4]) {
    for (const graph of graphs) {
      const weights = randomWeights(graph, 1);
      for (const precision of ["exact", "fast"]) {
        found[`${graph.name} [${graph.input.shape}] ${precision}, ${threads} threads`] = await observed(async () => {
          const session = await Session.create(graph, weights, { backend: "simd", precision, threads });
          await session.run(Tensor.zeros(graph.input.shape));
          session.dispose();
        });
      }
    }
    for (const graph of small) {
      found[`${graph.name} [${graph.input.shape}] training, ${threads} threads`] = await observed(async () => {
        const session = await gradientSession(graph, randomWeights(graph, 1), 3, { backend: "simd", threads });
        await session.run();
        session.dispose();
      });
    }
  }
  return found;
}

if (process.argv.includes("--here")) {
  console.log(JSON.stringify(await digestsHere()));
} else {
  const found = Object.fromEntries(
    Object.entries(ENGINES).map(([engine, binary]) => {
      const output = execFileSync(binary, [import.meta.filename, "--here"], { stdio: ["ignore", "pipe", "ignore"] });
      return [engine, JSON.parse(output)];
    }),
  );
  if (process.argv.includes("--record")) writeFileSync(RECORD, `${JSON.stringify(found, null, 2)}\n`);
  const recorded = JSON.parse(readFileSync(RECORD, "utf8"));
  for (const [engine, programs] of Object.entries(found)) {
    const changed = Object.keys({ ...recorded[engine], ...programs }).filter(
      (key) => programs[key] !== recorded[engine]?.[key],
    );
    for (const key of changed) console.log(`${engine} ${key}: ${recorded[engine]?.[key]} is ${programs[key]}`);
    console.log(`${engine}: ${Object.keys(programs).length} programs, ${changed.length} changed`);
    if (changed.length > 0) process.exitCode = 1;
  }
}
