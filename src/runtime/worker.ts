/**
 * @file One interface over Node's worker threads and web workers.
 *
 * A worker runs the source text of {@link thread}, so there is no extra file to host or locate.
 */
import type { Compiled } from "./program.ts";
import { thread } from "./thread.ts";

export interface WorkerThread {
  /** Resolves when the worker is ready. */
  readonly ready: Promise<void>;
  /** Called if the worker ends or fails without having been terminated. */
  onExit: (reason: string) => void;
  /** Whether the worker keeps the process alive. */
  keepAlive(isKept: boolean): void;
  terminate(): void;
}

export const isNode: boolean = typeof process === "object" && typeof process.versions?.node === "string";

/** Whether this thread may park: Node's threads and a page's workers may, a page itself may not. */
export const mayPark: boolean = isNode || "DedicatedWorkerGlobalScope" in globalThis;

export interface Job {
  readonly programs: readonly Compiled[];
  readonly memory: WebAssembly.Memory;
  /** The words at the start of the memory. */
  readonly control: Int32Array;
  readonly index: number;
  readonly threads: number;
  readonly spins: number;
}

const SCRIPT = (): string => `
const thread = ${thread};
const port = typeof require === "function" ? require("node:worker_threads").parentPort : self;
port.onmessage = ({ data: { programs, memory, control, index, threads, spins } }) => {
  const exportsOf = (module) => new WebAssembly.Instance(module, { env: { memory } }).exports;
  const own = thread(
    programs.map(({ module, phases }) => ({ phases, exports: exportsOf(module) })),
    control,
    index,
    threads,
    spins,
  );
  port.postMessage("ready");
  own.serve();
};`;

export function startWorker(job: Job): WorkerThread {
  return isNode ? nodeWorker(job) : webWorker(job);
}

function nodeWorker(job: Job): WorkerThread {
  const { Worker } = process.getBuiltinModule("node:worker_threads");
  const worker = new Worker(SCRIPT(), { eval: true, execArgv: [] });
  return workerThread(
    (resolve, fail) => {
      worker.once("message", () => {
        worker.unref();
        resolve();
      });
      worker.on("error", (error) => fail(error.message));
      worker.on("exit", (code) => fail(`exit code ${code}`));
      worker.postMessage(job);
    },
    (isKept) => (isKept ? worker.ref() : worker.unref()),
    () => worker.terminate(),
  );
}

function webWorker(job: Job): WorkerThread {
  const url = URL.createObjectURL(new Blob([SCRIPT()], { type: "text/javascript" }));
  const worker = new Worker(url);
  return workerThread(
    (resolve, fail) => {
      worker.onmessage = () => {
        URL.revokeObjectURL(url);
        resolve();
      };
      worker.onerror = ({ message }) => fail(message || "forbidden by the page's policy");
      worker.postMessage(job);
    },
    () => {},
    () => worker.terminate(),
  );
}

function workerThread(
  begin: (resolve: () => void, fail: (reason: string) => void) => void,
  keepAlive: (isKept: boolean) => void,
  terminate: () => void,
): WorkerThread {
  const worker: WorkerThread = {
    ready: new Promise((resolve, reject) => {
      begin(resolve, (reason) => {
        worker.onExit(reason);
        reject(new Error(reason));
      });
    }),
    onExit: () => {},
    keepAlive,
    terminate: () => {
      worker.onExit = () => {};
      terminate();
    },
  };
  worker.ready.catch(() => {}); // reported where it is awaited
  return worker;
}
