/**
 * @file What a service can expect: images per second and how long a request waits, for batches and requests at once, on
 * one session and on one for each, with one thread and two, on a quiet machine and beside work of others; and the
 * memory that many calls take: `npm run bench:service`. With --quick shorter.
 */
import { Worker } from "node:worker_threads";
import {
  conv2d,
  graphBuilder,
  mobilenetV1,
  random,
  randomTensor,
  randomWeights,
  Session,
  Tensor,
} from "../src/index.ts";

const isQuick = process.argv.includes("--quick");
/** Milliseconds of each measurement. */
const LONG = isQuick ? 300 : 2000;
const graph = mobilenetV1({ alpha: 0.5, resolution: 160 });
const weights = randomWeights(graph, 1);

interface Served {
  readonly perSecond: number;
  readonly p50: number;
  readonly p95: number;
}

/** Requests of a batch, so many on their way at once, spread over the sessions. */
async function serve(sessions: readonly Session[], batch: number, atOnce: number): Promise<Served> {
  const input = randomTensor([batch, ...graph.input.shape.slice(1)], random(1));
  const waits: number[] = [];
  let images = 0;
  const begin = performance.now();
  const client = async (session: Session): Promise<void> => {
    while (performance.now() - begin < LONG) {
      const asked = performance.now();
      await session.run(input);
      waits.push(performance.now() - asked);
      images += batch;
      await new Promise((resolve) => setImmediate(resolve)); // as a server does between requests
    }
  };
  await Promise.all(Array.from({ length: atOnce }, (_, i) => client(sessions[i % sessions.length])));
  const seconds = (performance.now() - begin) / 1000;
  waits.sort((a, b) => a - b);
  const quantile = (share: number): number => waits[Math.min(waits.length - 1, Math.floor(share * waits.length))];
  return { perSecond: images / seconds, p50: quantile(0.5), p95: quantile(0.95) };
}

function row(cells: readonly (string | number)[]): void {
  const widths = [22, 8, 6, 8, 10, 10, 10];
  console.log(
    cells.map((cell, i) => (i === 0 ? String(cell).padEnd(widths[i]) : String(cell).padStart(widths[i]))).join(" "),
  );
}

async function table(title: string, threads: number): Promise<void> {
  row([title, "sessions", "batch", "at once", "images/s", "p50, ms", "p95, ms"]);
  for (const count of [1, 4]) {
    const sessions = await Promise.all(
      Array.from({ length: count }, () => Session.create(graph, weights, { threads })),
    );
    await serve(sessions, 1, 1); // warm
    for (const batch of [1, 8, 32]) {
      for (const atOnce of count === 1 ? [1, 2, 4] : [4]) {
        const { perSecond, p50, p95 } = await serve(sessions, batch, atOnce);
        row([
          `${threads} thread${threads > 1 ? "s" : ""}`,
          count,
          batch,
          atOnce,
          perSecond.toFixed(0),
          p50.toFixed(1),
          p95.toFixed(1),
        ]);
      }
    }
    for (const session of sessions) session.dispose();
  }
  console.log("");
}

/** Resident memory in MiB as calls go on: it has to stop growing. */
async function memory(): Promise<void> {
  const resident = (): string => (process.memoryUsage().rss / 2 ** 20).toFixed(0);
  const calls = isQuick ? 300 : 3000;
  const marks = [resident()];
  for (let i = 0; i < calls; i++) {
    const [C, H] = [1 + (i % 60), 4 + (i % 50)];
    conv2d(Tensor.zeros([1, H, H + 1, C]), Tensor.zeros([3, 3, C, 4 + (i % 7)]), { backend: "simd" });
    if ((i + 1) % (calls / 6) === 0) marks.push(resident());
  }
  console.log(`${calls} eager calls of other shapes, resident MiB: ${marks.join(" ")}`);
  const sessions = isQuick ? 30 : 600;
  const after = [resident()];
  for (let i = 0; i < sessions; i++) {
    const session = await Session.create(graph, weights, { backend: "simd" });
    await session.run(Tensor.zeros(graph.input.shape));
    session.dispose();
    if ((i + 1) % (sessions / 6) === 0) after.push(resident());
  }
  console.log(`${sessions} sessions made, run and disposed, resident MiB: ${after.join(" ")}`);
}

/** How long a session of a long chain takes to make: it must grow with the chain, not with its square. */
async function chains(): Promise<void> {
  const times: string[] = [];
  for (const length of [4_000, 20_000]) {
    const g = graphBuilder("chain", [1, 4]);
    let x = g.input;
    for (let i = 0; i < length; i++) x = g.activation(x, "relu");
    const chain = g.build(x);
    const begin = performance.now();
    (await Session.create(chain, new Map(), { backend: "simd" })).dispose();
    times.push(`${length} ReLUs ${((performance.now() - begin) / 1000).toFixed(2)} s`);
  }
  console.log(`making a session of a chain: ${times.join(", ")}`);
}

await memory();
await chains();
console.log("");
for (const threads of [1, 2]) await table("quiet machine", threads);
const busy = new Worker("for (;;);", { eval: true });
for (const threads of [1, 2]) await table("beside a busy process", threads);
await busy.terminate();
