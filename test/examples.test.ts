/** The examples of docs/examples, each by its one command; the page is tested with the explorer, in Chromium. */
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fashionSample, mobilenetV2, randomWeights, writeModel } from "../src/index.ts";
import { tempFolder } from "./support/tempFolder.ts";

const EXAMPLES = "docs/examples";
const SKIPPED = 77;

function run(name: string, ...options: readonly string[]): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync("node", [`${EXAMPLES}/${name}/run.mjs`, ...options], {
    encoding: "utf8",
  });
  return { status, output: `${stdout}${stderr}` };
}

test("README lists every example with its command", () => {
  const folders = readdirSync(EXAMPLES, { withFileTypes: true }).filter((one) => one.isDirectory());
  const text = readFileSync(`${EXAMPLES}/README.md`, "utf8");
  for (const { name } of folders) expect(text).toContain(`[${name}](${name})`);
});

describe.each([
  ["c-kernel", "every layer is right", "every output fits this mistake: one size for kernel rows and columns"],
  ["verilog-mac", "exact: all 6272 integers are right", "every output fits this mistake: truncated, not rounded"],
  ["wgsl-kernel", "all 31 cases are within their bounds", "31 of them fit this mistake: window shifted by one"],
])("%s", (name, right, wrong) => {
  test.each([
    { options: [], words: right, expected: 0 },
    { options: ["--bug"], words: wrong, expected: 1 },
  ])("$options", { timeout: 60_000 }, ({ options, words, expected }) => {
    const { status, output } = run(name, ...options);
    if (status === SKIPPED) {
      console.log(`${name} ${output.trim()}`);
      return;
    }
    expect(output).toContain(words);
    expect(status).toBe(expected);
  });
});

test("a network of one's own, made separable, learns again what it lost", { timeout: 60_000 }, () => {
  const { status, output } = run("own-network");
  expect(status, output).toBe(0);
  const right = (words: string): number => Number(new RegExp(`^${words}: (\\d+) of 28 right$`, "m").exec(output)?.[1]);
  expect(right("standard, trained")).toBeGreaterThan(26);
  expect(right("separable, as it is")).toBeLessThan(14);
  expect(right("separable, trained again")).toBeGreaterThan(24);
  expect(output).toContain("separable: 6.25 times fewer multiply-accumulates");
});

const temp = tempFolder();

test("Teachable Machine's folder says what is on a picture", { timeout: 60_000 }, async () => {
  const graph = mobilenetV2({ alpha: 0.35, classes: 3 });
  const folder = join(temp.folder, "my_model");
  mkdirSync(folder, { recursive: true });
  const files = (await writeModel(graph, randomWeights(graph, 1), "tfjs")) as ReadonlyMap<string, Uint8Array | string>;
  for (const [name, content] of files) writeFileSync(join(folder, name), content);
  writeFileSync(join(folder, "metadata.json"), JSON.stringify({ labels: ["cat", "dog", "hen"], imageSize: 224 }));
  const { status, output } = run("teachable-machine", folder, "docs/explorer/scenes/cat.png");
  expect(status, output).toBe(0);
  expect(output).toMatch(/^docs\/explorer\/scenes\/cat\.png: (cat|dog|hen), \d+ %$/m);
});

interface Answer {
  readonly status: number;
  readonly body: { readonly error?: string } & readonly { readonly label: string }[];
}

describe("service", () => {
  let server: import("node:http").Server;
  let url: string;
  let port: number;
  const TIMEOUT = 2000;
  beforeAll(async () => {
    const { service } = await import(join(process.cwd(), EXAMPLES, "service/service.mjs"));
    server = await service({ maxBytes: 200_000, maxPixels: 1e6, timeout: TIMEOUT });
    await new Promise<void>((resolve) => server.listen(0, resolve));
    ({ port } = server.address() as { port: number });
    url = `http://127.0.0.1:${port}/classify`;
  });
  afterAll(() => {
    server?.closeAllConnections();
    server?.close();
  });

  async function upload(body: Uint8Array | string, path = url, method = "POST"): Promise<Answer> {
    const response = await fetch(path, { method, ...(method === "POST" && { body: body as BodyInit }) });
    return { status: response.status, body: await response.json() };
  }

  /** A picture of the test set, larger, as JPEG. */
  async function picture(index: number): Promise<Uint8Array> {
    const { default: sharp } = await import("sharp");
    const { pixels } = await fashionSample();
    const raw = { width: 28, height: 28, channels: 1 } as const;
    return sharp(pixels.slice(index * 784, (index + 1) * 784), { raw })
      .resize(224, 224)
      .jpeg()
      .toBuffer();
  }

  test("classifies a picture", async () => {
    const { status, body } = await upload(await picture(0));
    expect(status).toBe(200);
    expect(body[0].label).toBe("Ankle boot");
  });

  test("fifty uploads at a time, again and again, take no more memory", { timeout: 60_000 }, async () => {
    const pictures = await Promise.all(Array.from({ length: 10 }, (_, i) => picture(i)));
    const first = await Promise.all(pictures.map(async (one) => (await upload(one)).body[0].label));
    const resident: number[] = [];
    for (let round = 0; round < 8; round++) {
      const answers = await Promise.all(Array.from({ length: 50 }, (_, i) => upload(pictures[i % 10])));
      expect(answers.every(({ status }) => status === 200)).toBe(true);
      expect(answers.map(({ body }) => body[0].label)).toEqual(answers.map((_, i) => first[i % 10]));
      resident.push(process.memoryUsage().rss / 2 ** 20);
    }
    // The last four rounds beside the first two: the crowd leaves nothing behind.
    expect(Math.min(...resident.slice(4)) - Math.max(...resident.slice(0, 2))).toBeLessThan(40);
  });

  test("bad uploads are answered, and the next good one too", async () => {
    const cases: readonly (readonly [number, RegExp, () => Promise<Answer>])[] = [
      [415, /not an image/, () => upload("no picture")],
      [415, /not an image/, async () => upload((await picture(1)).slice(0, 300))],
      [400, /empty/, () => upload("")],
      [413, /more than 200000 bytes/, () => upload(new Uint8Array(300_000))],
      [404, /classify/, () => upload("x", url.replace("classify", "other"))],
      [405, /POST/, () => upload("", url, "GET")],
    ];
    for (const [status, words, send] of cases) {
      const answer = await send();
      expect(answer.status).toBe(status);
      expect(answer.body.error).toMatch(words);
    }
    expect((await upload(await picture(2))).status).toBe(200);
  });

  test("a picture of too many pixels is refused before it is unpacked", async () => {
    const { default: sharp } = await import("sharp");
    const large = { create: { width: 2000, height: 2000, channels: 3, background: "white" } } as const;
    const { status, body } = await upload(await sharp(large).png().toBuffer());
    expect([status, body.error]).toEqual([415, expect.stringMatching(/pixel limit/)]);
  });

  test("uploads that stop half way free their sessions", { timeout: 20_000 }, async () => {
    const bytes = await picture(3);
    const started = Array.from({ length: 6 }, () => {
      const socket = connect(port);
      socket.write(`POST /classify HTTP/1.1\r\nHost: x\r\nContent-Length: ${bytes.length}\r\n\r\n`);
      socket.write(bytes.subarray(0, 100));
      return socket;
    });
    const heard = new Promise<string>((resolve) => started[0].once("data", (data) => resolve(data.toString())));
    started[5].destroy(); // and one that goes away
    expect((await upload(bytes)).status).toBe(200);
    expect(await heard).toMatch(/^HTTP\/1\.1 408 /);
    for (const socket of started) socket.destroy();
  });
});
