/**
 * @file Workers of Node and of browsers under one face.
 *
 * A worker is made from the text of {@link member}: there is no file of it to be hosted or found.
 */

import type { Phase } from "./program.ts";
import { member } from "./thread.ts";

/** A worker thread, of Node or of a browser. */
export interface Hand {
  /** Resolves when the worker is ready. */
  readonly ready: Promise<void>;
  /** Called if the worker ends or fails without having been told to. */
  onDeath: (reason: string) => void;
  /** Whether the process must go on while the worker lives. */
  hold(isHeld: boolean): void;
  terminate(): void;
}

export const isNode: boolean = typeof process === "object" && typeof process.versions?.node === "string";

/** Whether this thread may sleep: Node's and a page's workers may, a page itself may not. */
export const maySleep: boolean = isNode || "DedicatedWorkerGlobalScope" in globalThis;

export interface Job {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly phases: readonly Phase[];
  readonly thread: number;
  readonly threads: number;
  readonly looks: number;
}

/** The worker's script: a member of the team that serves. */
const SCRIPT = (): string => `
const member = ${member};
const port = typeof require === "function" ? require("node:worker_threads").parentPort : self;
port.onmessage = ({ data: { module, memory, phases, thread, threads, looks } }) => {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  const me = member(exports, new Int32Array(memory.buffer, 0, 64), phases, thread, threads, looks);
  port.postMessage("ready");
  me.serve();
};`;

export function employ(job: Job): Hand {
  return isNode ? nodeWorker(job) : webWorker(job);
}

function nodeWorker(job: Job): Hand {
  const { Worker } = process.getBuiltinModule("node:worker_threads");
  const worker = new Worker(SCRIPT(), { eval: true, execArgv: [] });
  return handOf(
    (resolve, fail) => {
      worker.once("message", () => {
        worker.unref();
        resolve();
      });
      worker.on("error", (error) => fail(error.message));
      worker.on("exit", (code) => fail(`exit code ${code}`));
      worker.postMessage(job);
    },
    (isHeld) => (isHeld ? worker.ref() : worker.unref()),
    () => worker.terminate(),
  );
}

function webWorker(job: Job): Hand {
  const url = URL.createObjectURL(new Blob([SCRIPT()], { type: "text/javascript" }));
  const worker = new Worker(url);
  return handOf(
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

function handOf(
  begin: (resolve: () => void, fail: (reason: string) => void) => void,
  hold: (isHeld: boolean) => void,
  terminate: () => void,
): Hand {
  const hand: Hand = {
    ready: new Promise((resolve, reject) => {
      begin(resolve, (reason) => {
        hand.onDeath(reason);
        reject(new Error(reason));
      });
    }),
    onDeath: () => {},
    hold,
    terminate: () => {
      hand.onDeath = () => {};
      terminate();
    },
  };
  hand.ready.catch(() => {}); // told where it is awaited
  return hand;
}
