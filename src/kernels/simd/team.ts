/**
 * @file The threads of a session: this one and its workers, which share a memory and meet after each phase.
 *
 * A worker is made from the text of {@link member}: there is no file of it to be hosted or found.
 */
import { type Member, member } from "./member.ts";
import type { Program } from "./program.ts";

export const MOST_THREADS = 64;

export interface Team {
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
  /** Called once if the worker ends or fails. */
  onDeath: (reason: string) => void;
  /** Whether the process may end while the worker lives. */
  hold(isHeld: boolean): void;
  terminate(): void;
}

/**
 * @param hosted what this thread does itself at the start of a phase
 * @throws Error if workers cannot be made
 */
export async function createTeam(
  program: Program,
  memory: WebAssembly.Memory,
  threads: number,
  hosted: ReadonlyMap<number, () => void>,
): Promise<Team> {
  const { phases } = program;
  const module = await WebAssembly.compile(program.bytes);
  const { exports } = await WebAssembly.instantiate(module, { env: { memory } });
  const me = member(exports, new Int32Array(memory.buffer, 0, 64), phases, 0, threads);
  const hands = Array.from({ length: threads - 1 }, (_, i) =>
    employ({ module, memory, phases, thread: i + 1, threads }),
  );
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
  try {
    await Promise.all(hands.map(({ ready }) => ready));
  } catch (error) {
    dispose();
    throw error;
  }

  const checkAlive = (): void => {
    if (death !== null) throw new Error(`a thread of the session has ended (${death}); make a new session`);
  };
  const from = (first: number, done?: (phase: number, call: number) => void): void | Promise<void> => {
    for (let phase = first; phase < phases.length; phase++) {
      hosted.get(phase)?.();
      me.work(phase, done && ((call) => done(phase, call)));
      if (threads > 1) {
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
    run: (done) => {
      checkAlive();
      if (threads > 1) me.start();
      return from(0, done);
    },
    dispose,
  };
}

/** Milliseconds for which this thread waits at a stretch. */
const PATIENCE_MS = 50;

/** Waits until all are done with a phase, for a while. */
function meet(me: Member): boolean {
  const end = performance.now() + PATIENCE_MS;
  let isDone = me.wait();
  while (!isDone && performance.now() < end) isDone = canSleep ? me.sleep(PATIENCE_MS) : me.wait();
  return isDone;
}

/** Node's main thread may sleep, a page's may not. */
const canSleep: boolean = typeof process === "object" && typeof process.versions?.node === "string";

interface Job {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly phases: Program["phases"];
  readonly thread: number;
  readonly threads: number;
}

/** The worker's script: a member of the team that serves. */
const SCRIPT = (): string => `
const member = ${member};
const port = typeof require === "function" ? require("node:worker_threads").parentPort : self;
port.onmessage = ({ data: { module, memory, phases, thread, threads } }) => {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  const me = member(exports, new Int32Array(memory.buffer, 0, 64), phases, thread, threads);
  port.postMessage("ready");
  me.serve();
};`;

function employ(job: Job): Hand {
  return canSleep ? nodeWorker(job) : webWorker(job);
}

function nodeWorker(job: Job): Hand {
  const { Worker } = process.getBuiltinModule("node:worker_threads");
  const worker = new Worker(SCRIPT(), { eval: true, execArgv: [] });
  const hand: Hand = {
    ready: new Promise((resolve, reject) => {
      worker.once("message", () => resolve());
      worker.on("error", (error) => end(error.message, reject));
      worker.on("exit", (code) => end(`exit code ${code}`, reject));
    }),
    onDeath: () => {},
    hold: (isHeld) => (isHeld ? worker.ref() : worker.unref()),
    terminate: () => {
      worker.removeAllListeners();
      worker.terminate();
    },
  };
  const end = (reason: string, reject: (error: Error) => void): void => {
    hand.onDeath(reason);
    reject(new Error(reason));
  };
  worker.postMessage(job);
  hand.ready.then(
    () => worker.unref(),
    () => {},
  );
  return hand;
}

function webWorker(job: Job): Hand {
  const url = URL.createObjectURL(new Blob([SCRIPT()], { type: "text/javascript" }));
  const worker = new Worker(url);
  const hand: Hand = {
    ready: new Promise((resolve, reject) => {
      worker.onmessage = () => resolve();
      worker.onerror = (event) => {
        hand.onDeath(event.message);
        reject(new Error(event.message || "the page's policy allows no workers"));
      };
    }),
    onDeath: () => {},
    hold: () => {},
    terminate: () => worker.terminate(),
  };
  worker.postMessage(job);
  hand.ready.then(
    () => URL.revokeObjectURL(url),
    () => {},
  );
  return hand;
}
