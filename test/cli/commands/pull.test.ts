/** Downloads against a server of our own that fails in every way that networks do. */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { CHECKPOINTS, checkpointNamed } from "../../../src/cli/pull/checkpoints.ts";
import { download } from "../../../src/cli/pull/download.ts";
import { pullCheckpoint } from "../../../src/cli/pull/install.ts";
import { weightSpecs } from "../../../src/graph/graph.ts";
import { FormatError, type Graph, Tensor, writeSafetensors } from "../../../src/index.ts";
import { modelNamed } from "../../../src/models/named.ts";
import { runHere as run } from "../../support/cli.ts";
import { stateDict } from "../../support/hashed.ts";

/** A safetensors file of 100,000 bytes. */
const fileOf = (factor: number): Uint8Array => {
  const values = Float32Array.from({ length: 24_982 }, (_, i) => ((i * 37) % 251) * factor);
  return writeSafetensors(new Map([["x", new Tensor(values, [values.length])]]));
};
const BYTES = fileOf(1);
const SHA = createHash("sha256").update(BYTES).digest("hex");

/** The weights of a checkpoint's network, all the same number; of a model.json 0 and 1 as bytes, in two shards. */
const specsOf = (model: string) => weightSpecs(modelNamed(model)?.graph() as Graph);
const filled = (model: string, value: number): Uint8Array =>
  writeSafetensors(
    new Map(
      specsOf(model).map(({ name, shape }) => {
        const size = shape.reduce((product, extent) => product * extent, 1);
        return [name, new Tensor(new Float32Array(size).fill(value), shape)];
      }),
    ),
  );
const SMALL = filled("mobilenet_v3_small_1.0_224_timm", 1);
const SMALL_SHA = createHash("sha256").update(SMALL).digest("hex");

type Answer = (request: IncomingMessage, response: ServerResponse, time: number) => void;
let answer: Answer;
let asked: { url: string; range: string | undefined }[];
let server: Server;
let base: string;
let folder: string;

beforeAll(() => {
  server = createServer((request, response) => {
    asked.push({ url: request.url ?? "", range: request.headers.range });
    answer(request, response, asked.length);
  }).listen(0);
  base = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
});
afterAll(() => void server.close());
beforeEach(() => {
  asked = [];
  folder = mkdtempSync(join(tmpdir(), "separable-pull-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Sends bytes as an honest server does: with a length, a tag, and the rest where it is asked for. */
function send(request: IncomingMessage, response: ServerResponse, bytes: Uint8Array = BYTES, tag = '"one"'): void {
  const begin = Number(/bytes=(\d+)-/.exec(request.headers.range ?? "")?.[1] ?? 0);
  const isRest = begin > 0 && request.headers["if-range"] === tag;
  const rest = isRest ? bytes.subarray(begin) : bytes;
  const position = isRest ? { "content-range": `bytes ${begin}-${bytes.length - 1}/${bytes.length}` } : {};
  response.writeHead(isRest ? 206 : 200, { "content-length": rest.length, etag: tag, ...position }).end(rest);
}

/** Half of the bytes, then nothing more; a busy machine has time to read them before. */
function cut(response: ServerResponse, tag = '"one"'): void {
  response.writeHead(200, { "content-length": BYTES.length, etag: tag });
  response.write(BYTES.subarray(0, 50_000), () => setTimeout(() => response.destroy(), 200));
}

const target = (): string => join(folder, "file");
const fetchIt = (url = "/file") => download(base + url, target(), { pause: 1 });
const refusal = async (url?: string): Promise<string> => {
  const error = await fetchIt(url).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(FormatError);
  return (error as Error).message.replaceAll(base, "");
};

describe("one file", () => {
  test("whole", async () => {
    answer = (request, response) => send(request, response);
    const seen: (readonly [number, number | null])[] = [];
    await download(`${base}/file`, target(), { onProgress: (bytes, of) => seen.push([bytes, of]) });
    expect(new Uint8Array(readFileSync(target()))).toEqual(BYTES);
    expect(seen[0]).toEqual([0, BYTES.length]);
    expect(seen[seen.length - 1]).toEqual([BYTES.length, BYTES.length]);
    expect(readdirSync(folder)).toEqual(["file", "file.etag"]); // the tag goes when the caller has checked the bytes
  });

  test("a cut connection: the rest is asked for", async () => {
    answer = (request, response, time) => (time === 1 ? cut(response) : send(request, response));
    await fetchIt();
    expect(new Uint8Array(readFileSync(target()))).toEqual(BYTES);
    expect(asked.map(({ range }) => range)).toEqual([undefined, expect.stringMatching(/^bytes=\d+-$/)]);
    expect(asked[1].range).not.toBe("bytes=0-");
  });

  test("an earlier process was cut: the next one goes on", async () => {
    answer = (_, response) => cut(response);
    expect(await refusal()).toMatch(
      /cut off at byte \d+ of 100000, after 5 attempts\. Try again, the part that has come is kept/,
    );
    asked = [];
    answer = (request, response) => send(request, response);
    await fetchIt();
    expect(asked[0].range).toMatch(/^bytes=\d{5}-$/);
    expect(new Uint8Array(readFileSync(target()))).toEqual(BYTES);
  });

  test("the file changed meanwhile: it is fetched anew", async () => {
    const other = BYTES.map((byte) => 255 - byte);
    answer = (request, response, time) => (time === 1 ? cut(response) : send(request, response, other, '"two"'));
    await fetchIt();
    expect(new Uint8Array(readFileSync(target()))).toEqual(other);
  });

  test("fewer bytes than promised, every time", async () => {
    answer = (_, response) => {
      response.writeHead(200, { "content-length": BYTES.length });
      response.write(BYTES.subarray(0, 10), () => setTimeout(() => response.destroy(), 5));
    };
    expect(await refusal()).toMatch(/of 100000, after 5 attempts/);
    expect(asked.length).toBe(5);
  });

  test("500, 503, then the file", async () => {
    answer = (request, response, time) =>
      time < 3 ? response.writeHead(time === 1 ? 500 : 503).end("busy") : send(request, response);
    await fetchIt();
    expect(new Uint8Array(readFileSync(target()))).toEqual(BYTES);
  });

  test("500 for ever", async () => {
    answer = (_, response) => response.writeHead(500).end();
    expect(await refusal()).toMatch(/^\/file: .* answered 500 Internal Server Error, after 5 attempts/);
  });

  test.each([
    [404, /answered 404 Not Found: the file is not there any more$/],
    [401, /answered 401 Unauthorized: it is refused$/],
  ])("%d is told at once", async (status, message) => {
    answer = (_, response) => response.writeHead(status).end();
    expect(await refusal()).toMatch(message);
    expect(asked.length).toBe(1);
    expect(existsSync(target())).toBe(false);
  });

  test("other bytes than asked for are not put behind what has come", async () => {
    answer = (_, response, time) => {
      if (time === 1) return cut(response);
      const isRest = time === 2;
      const position = isRest ? { "content-range": `bytes 0-${BYTES.length - 1}/${BYTES.length}` } : {};
      response.writeHead(isRest ? 206 : 200, { "content-length": BYTES.length, etag: '"one"', ...position }).end(BYTES);
    };
    await fetchIt();
    expect(asked.length).toBe(3);
    expect(new Uint8Array(readFileSync(target()))).toEqual(BYTES);
  });

  test("redirects are followed, and what the first server says of the file is kept", async () => {
    answer = (request, response) =>
      request.url === "/file"
        ? response.writeHead(302, { location: "/elsewhere", "x-linked-etag": `"${SHA}"` }).end()
        : send(request, response);
    expect(await fetchIt()).toEqual({ sha256: SHA });
    expect(asked.map(({ url }) => url)).toEqual(["/file", "/elsewhere"]);
  });

  test("a circle of redirects, and one to another kind of place", async () => {
    answer = (_, response) => response.writeHead(302, { location: "/file" }).end();
    expect(await refusal()).toBe("/file: more than 5 redirects");
    answer = (_, response) => response.writeHead(302, { location: "ftp://somewhere/file" }).end();
    expect(await refusal()).toBe("/file: leads to ftp://somewhere/file, needs http://");
  });

  test("nobody there: says what to do, by hand or through a proxy", async () => {
    const gone = createServer().listen(0);
    const { port } = gone.address() as { port: number };
    await new Promise((resolve) => gone.close(resolve));
    const url = `http://127.0.0.1:${port}/file`;
    const message = async () => ((await download(url, target(), { pause: 1 }).catch((e) => e)) as Error).message;
    expect(await message()).toContain(`127.0.0.1:${port} cannot be reached (ECONNREFUSED), after 5 attempts`);
    expect(await message()).toContain(`curl -L -o FILE ${url} and --weights FILE`);
    process.env.HTTPS_PROXY = "http://proxy:3128";
    expect(await message()).toMatch(/There is a proxy \(http:\/\/proxy:3128\), which Node uses from version 24 on/);
    delete process.env.HTTPS_PROXY;
  });
});

describe("checkpoints", () => {
  beforeEach(() => {
    process.env.SEPARABLE_CACHE = join(folder, "cache");
    process.env.HF_ENDPOINT = base;
    process.env.SEPARABLE_TFJS_ENDPOINT = `${base}/tfjs`;
  });
  afterEach(() => {
    for (const name of ["SEPARABLE_CACHE", "HF_ENDPOINT", "SEPARABLE_TFJS_ENDPOINT"]) delete process.env[name];
  });
  const small = checkpointNamed("mobilenetv3_small_100");
  const sendSmall: Answer = (request, response) => send(request, response, SMALL);

  test("every one is of a network here", () => {
    for (const { name, model } of CHECKPOINTS) {
      expect(modelNamed(model)?.graph().name, name).toBe(model);
      expect(checkpointNamed(name)?.name).toBe(name);
    }
  });

  test("kept under the SHA-256, and asked for once", async () => {
    answer = sendSmall;
    const first = await run("pull", "mobilenetv3_small_100");
    expect(first.code).toBe(0);
    const path = join(folder, "cache", `mobilenetv3_small_100.lamb_in1k-${SMALL_SHA}`, "model.safetensors");
    expect(first.out).toBe(`${path}\n`);
    expect(readFileSync(path).equals(SMALL)).toBe(true);
    expect(asked.map(({ url }) => url)).toEqual([
      "/timm/mobilenetv3_small_100.lamb_in1k/resolve/main/model.safetensors",
    ]);
    expect((await run("pull", "mobilenetv3_small_100")).out).toBe(first.out);
    expect(asked.length).toBe(1);
    await run("pull", "mobilenetv3_small_100", "--force");
    expect(asked.length).toBe(2);
    const listed = JSON.parse((await run("pull", "--json")).out);
    expect(listed.filter((one: { path: string | null }) => one.path !== null)).toMatchObject([{ path }]);
    expect((await run("pull")).out).toMatch(
      /^mobilenetv3_small_100.lamb_in1k +mobilenet_v3_small_1.0_224_timm .* yes$/m,
    );
  });

  test("what is not what the server says is removed", async () => {
    answer = (_, response) =>
      response.writeHead(200, { "x-linked-etag": `"${"0".repeat(64)}"`, "content-length": BYTES.length }).end(BYTES);
    const { code, err } = await run("pull", "mobilenetv3_small_100");
    expect(code).toBe(1);
    expect(err).toContain(`the download has the SHA-256 ${SHA}, the server says ${"0".repeat(64)}; it was deleted`);
    expect(readdirSync(join(folder, "cache"))).toEqual([]);
  });

  test("a model.json brings its shards, and only from its folder", async () => {
    const weights = specsOf("mobilenet_v1_0.25_224").map((spec) => {
      return { ...spec, dtype: "float32", quantization: { dtype: "uint8", scale: 1, min: 0 } };
    });
    const bytes = weights.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
    const manifest = (paths: string[]) => JSON.stringify({ weightsManifest: [{ paths, weights }] });
    const files: Readonly<Record<string, Uint8Array>> = {
      "model.json": new TextEncoder().encode(manifest(["a.bin", "b.bin"])),
      "a.bin": new Uint8Array(1000).fill(1),
      "b.bin": new Uint8Array(bytes - 1000).fill(1),
    };
    answer = (request, response) => send(request, response, files[request.url?.split("/").at(-1) ?? ""], "");
    const { code, out } = await run("pull", "tfjs_mobilenet_v1_0.25");
    expect(code).toBe(0);
    expect(readdirSync(join(out.trim(), "..")).sort()).toEqual(["a.bin", "b.bin", "model.json"]);
    expect(asked.map(({ url }) => url)).toEqual(
      ["model.json", "a.bin", "b.bin"].map((name) => `/tfjs/mobilenet_v1_0.25_224/${name}`),
    );
    answer = (request, response) => send(request, response, new TextEncoder().encode(manifest(["../../x"])), "");
    const second = await run("pull", "tfjs_mobilenet_v1_0.5");
    expect(second.code).toBe(1);
    expect(second.err).toContain('a shard is called "../../x", needs a plain path below model.json\'s folder');
    answer = (request, response) => send(request, response, BYTES, "");
    expect((await run("pull", "tfjs_mobilenet_v1_0.75")).err).toMatch(
      /the download is not mobilenet_v1_0.75_224 .*; it was deleted/,
    );
  });

  test.each<[string, string, Uint8Array | string]>([
    ["a web page", "mobilenetv3_small_100", "<!doctype html><title>Sign in</title>"],
    ["8 MB of anything", "mobilenetv3_small_100", new Uint8Array(8e6).fill(7)],
    ["half a file", "mobilenetv3_small_100", SMALL.subarray(0, 50_000)],
    ["another network", "mobilenetv2_050", SMALL],
    ["weights that are nobody's", "mobilenetv3_small_100", BYTES],
    ["JSON that is no model", "tfjs_mobilenet_v1_0.25", '{"error": "no"}'],
  ])("%s is not kept", async (_, name, content) => {
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    answer = (request, response) => send(request, response, bytes, "");
    for (let i = 1; i <= 2; i++) {
      const { code, err } = await run("pull", name);
      expect([code, err]).toEqual([1, expect.stringMatching(/the download is not mobilenet_.*; it was deleted/s)]);
      expect(asked.length).toBe(i);
    }
    expect(readdirSync(join(folder, "cache"))).toEqual([]);
  });

  test("a cache below a folder that takes none ends with an error", async () => {
    process.env.SEPARABLE_CACHE = "/proc/xx/yy";
    const { code, err } = await run("pull", "mobilenetv3_small_100");
    expect([code, err]).toEqual([1, expect.stringMatching(/cannot be written .*SEPARABLE_CACHE names another folder/)]);
  });

  test("--force replaces what is there, and the newer is taken from then on", async () => {
    answer = sendSmall;
    await run("pull", "mobilenetv3_small_100");
    const other = filled("mobilenet_v3_small_1.0_224_timm", 2);
    answer = (request, response) => send(request, response, other, '"two"');
    const { out } = await run("pull", "mobilenetv3_small_100", "--force");
    expect(readdirSync(join(folder, "cache")).filter((name) => !name.endsWith(".known.json")).length).toBe(1);
    expect((await run("pull", "mobilenetv3_small_100")).out).toBe(out);
    expect(readFileSync(out.trim()).equals(other)).toBe(true);
    expect(asked.length).toBe(2);
  });

  test("another content than the first time's is refused, with both, and removed", async () => {
    answer = sendSmall;
    const { out } = await run("pull", "mobilenetv3_small_100");
    rmSync(dirname(out.trim()), { recursive: true });
    const other = filled("mobilenet_v3_small_1.0_224_timm", 2);
    answer = (request, response) => send(request, response, other, '"two"');
    const { code, err } = await run("pull", "mobilenetv3_small_100");
    expect(code).toBe(1);
    expect(err).toMatch(
      /the download has \d+ bytes with the SHA-256 [0-9a-f]{64}, needs \d+ bytes with the SHA-256 [0-9a-f]{64}/,
    );
    expect(readdirSync(join(folder, "cache")).filter((name) => !name.endsWith(".known.json"))).toEqual([]);
    answer = sendSmall;
    expect((await run("pull", "mobilenetv3_small_100")).out).toBe(out);
  });

  test("one process at a time; the lock of one that is gone is taken over", async () => {
    answer = sendSmall;
    const lock = join(folder, "cache", "mobilenetv3_small_100.lamb_in1k.lock");
    await run("pull", "mobilenetv3_small_100"); // makes the folder
    writeFileSync(lock, String(process.ppid));
    const busy = await run("pull", "mobilenetv3_small_100", "--force");
    expect(busy.code).toBe(1);
    expect(busy.err).toContain(`process ${process.ppid} is pulling mobilenetv3_small_100.lamb_in1k, wait for it`);
    const gone = spawnSync(process.execPath, ["-e", ""]).pid;
    writeFileSync(lock, String(gone));
    expect((await run("pull", "mobilenetv3_small_100", "--force")).code).toBe(0);
    expect(existsSync(lock)).toBe(false);
  });

  test.each(["%2e%2e/x", "a\tb", " x", "x?y", "a//b", "..", "a\\b", ""])(
    "a shard called %j is refused",
    async (path) => {
      const manifest = new TextEncoder().encode(JSON.stringify({ weightsManifest: [{ paths: [path], weights: [] }] }));
      answer = (request, response) => send(request, response, manifest, "");
      const { code, err } = await run("pull", "tfjs_mobilenet_v1_0.25");
      expect(code).toBe(1);
      expect(err).toContain(`a shard is called ${JSON.stringify(path)}, needs a plain path`);
      expect(asked.length).toBe(1);
    },
  );

  test("one that fails does not keep the others", async () => {
    answer = (request, response) =>
      request.url?.includes("v2_050") ? response.writeHead(404).end() : send(request, response, SMALL);
    const { code, out, err } = await run("pull", "mobilenetv2_050", "mobilenetv3_small_100");
    expect(code).toBe(1);
    expect(out).toContain("mobilenetv3_small_100.lamb_in1k-");
    expect(err).toMatch(/v2_050.* answered 404/);
  });

  test("a cache that cannot be written, a name that nobody has", async () => {
    writeFileSync(join(folder, "cache"), "a file");
    if (small === null) throw new Error("there is no checkpoint");
    await expect(pullCheckpoint("pull", small)).rejects.toThrow(
      /cannot be written .*SEPARABLE_CACHE names another folder/,
    );
    const { code, err } = await run("pull", "mobilenetv3_smal_100");
    expect(code).toBe(2);
    expect(err).toMatch(
      /^pull: there is no checkpoint "mobilenetv3_smal_100" \(did you mean "mobilenetv3_small_100.lamb_in1k"\?\)|^pull: there is no checkpoint/,
    );
  });

  test("classify --model pulls when it needs to", async () => {
    const { tensors } = JSON.parse(readFileSync("test/facts/weight-names.json", "utf8"));
    const file = writeSafetensors(stateDict(tensors["timm/mobilenetv3_small_100"]));
    answer = (request, response) => send(request, response, file);
    const image = join(folder, "a.ppm");
    writeFileSync(image, Buffer.concat([Buffer.from("P6 40 30 255\n"), Buffer.alloc(3 * 40 * 30, 99)]));
    const first = await run("classify", image, "--model", "mobilenetv3_small_100", "--json");
    expect(first.err).toBe("");
    const [result] = JSON.parse(first.out);
    expect(result).toMatchObject({ model: "mobilenet_v3_small_1.0_224_timm" });
    expect(result.top.length).toBe(5);
    await run("classify", image, "--model", "mobilenetv3_small_100");
    expect(asked.length).toBe(1);
    const { code, err } = await run("classify", image, "--model", "mobilenet_v9");
    expect(code).toBe(2);
    expect(err).toMatch(
      /^classify: "mobilenet_v9" is no checkpoint that can be pulled.*, needs --weights FILE or one of\n {2}mobilenetv1_100/,
    );
  });
});
