/**
 * @file The threads of a session: this one and its workers, which share a memory and meet after each phase.
 *
 * A worker is made from the text of {@link member}: there is no file of it to be hosted or found.
 */
import { type Member, member } from "./member.ts";
import type { Program } from "./program.ts";

export const MOST_THREADS = 64;

export interface Team {
  /** Threads that compute: one where no workers can be made. */
  readonly threads: number;
  /**
   * One run. Work is done before this returns, unless a worker takes long: then a promise waits, so that news of its death can
   * get through.
   *
   * @param done told after each call of this thread, with the phase and the call in it
   * @throws Error if a worker has died
   */
  run(done?: (phase: number, call: number) => void): void | Promise<void>;
  dispose(): void;
}

/** A worker thread, of Node or of a browser. */
interface Hand {
  /** Resolves when the worker is ready. */
  readonly ready: Promise<void>;
  /** Called if the worker ends or fails without having been told to. */
  onDeath: (reason: string) => void;
  /** Whether the process must go on while the worker lives. */
  hold(isHeld: boolean): void;
  terminate(): void;
}

/** How many of the threads asked for there can be; a warning says why there are fewer, or too many. */
export function usableThreads(wanted: number): number {
  if (wanted === 1) return 1;
  if (typeof SharedArrayBuffer === "undefined" || globalThis.crossOriginIsolated === false) {
    warn(
      "threads need a page that is isolated, by the headers Cross-Origin-Opener-Policy: same-origin and " +
        "Cross-Origin-Embedder-Policy: require-corp; one thread computes",
    );
    return 1;
  }
  const here = processors();
  if (wanted > here) warn(`${wanted} threads on ${here} processors wait for one another; ${here} are faster`);
  return wanted;
}

function processors(): number {
  return isNode ? process.getBuiltinModule("node:os").availableParallelism() : navigator.hardwareConcurrency;
}

const warned = new Set<string>();

/** Says it once. */
function warn(message: string): void {
  if (!warned.has(message)) console.warn(`separable: ${message}`);
  warned.add(message);
}

/** @param hosted what this thread does itself at the start of a phase */
export async function createTeam(
  program: Program,
  memory: WebAssembly.Memory,
  threads: number,
  hosted: ReadonlyMap<number, () => void>,
): Promise<Team> {
  const { phases } = program;
  const module = await WebAssembly.compile(program.bytes);
  const { exports } = await WebAssembly.instantiate(module, { env: { memory } });
  const looks = threads > processors() ? LOOKS_OF_MANY : LOOKS;
  const hands = await employAll(threads, (thread) => ({ module, memory, phases, thread, threads, looks }));
  const count = hands.length + 1;
  const me = member(exports, new Int32Array(memory.buffer, 0, 64), phases, 0, count, looks);
  let death: string | null = null;
  const dispose = (): void => {
    for (const hand of hands) hand.terminate();
  };
  for (const hand of hands) {
    hand.onDeath = (reason) => {
      death ??= reason;
      dispose();
    };
  }

  const checkAlive = (): void => {
    if (death !== null) throw new Error(`a thread of the session has ended (${death}); make a new session`);
  };
  const from = (first: number, done?: (phase: number, call: number) => void): void | Promise<void> => {
    for (let phase = first; phase < phases.length; phase++) {
      hosted.get(phase)?.();
      me.work(phase, done && ((call) => done(phase, call)));
      if (count > 1) {
        me.arrive();
        if (!meet(me)) return later(phase, done);
      }
    }
  };
  const later = async (phase: number, done?: (phase: number, call: number) => void): Promise<void> => {
    for (const hand of hands) hand.hold(true);
    try {
      do {
        await new Promise((resolve) => setTimeout(resolve));
        checkAlive();
      } while (!meet(me));
    } finally {
      for (const hand of hands) hand.hold(false);
    }
    return from(phase + 1, done);
  };
  return {
    threads: count,
    run: (done) => {
      checkAlive();
      if (count > 1) me.start();
      return from(0, done);
    },
    dispose,
  };
}

/** Workers for all threads but this one, ready; none of them if one cannot be made, and a warning says why. */
async function employAll(threads: number, jobOf: (thread: number) => Job): Promise<readonly Hand[]> {
  const hands: Hand[] = [];
  try {
    for (let thread = 1; thread < threads; thread++) hands.push(employ(jobOf(thread)));
    await Promise.all(hands.map(({ ready }) => ready));
    return hands;
  } catch (error) {
    for (const hand of hands) hand.terminate();
    warn(`no worker could be made (${(error as Error).message}); one thread computes`);
    return [];
  }
}

/** A millisecond or so; and less where threads have to share processors, and looking keeps another one from working. */
const LOOKS = 500_000;
const LOOKS_OF_MANY = 2_000;

/** Milliseconds for which this thread waits at a stretch. */
const PATIENCE_MS = 50;

/** Waits until all are done with a phase, for a while. */
function meet(me: Member): boolean {
  const end = performance.now() + PATIENCE_MS;
  let isDone = me.wait();
  while (!isDone && performance.now() < end) isDone = isNode ? me.sleep(PATIENCE_MS) : me.wait();
  return isDone;
}

/** Node's main thread may sleep, a page's may not. */
const isNode: boolean = typeof process === "object" && typeof process.versions?.node === "string";

interface Job {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly phases: Program["phases"];
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

function employ(job: Job): Hand {
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
