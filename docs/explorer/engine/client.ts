/**
 * @file The page's side of the workers. A job is a function that takes a while. Two workers run jobs, so that a click
 * does not wait for a measurement; where workers are forbidden, the page runs them itself.
 */

import { type JobName, type Jobs, LANES, type Lane, laneOf } from "./jobs.ts";
import { PROGRAM } from "./program.ts";
import type { Answer, Ask } from "./protocol.ts";
import { perform } from "./worker.ts";

type Arguments<J extends JobName> = Parameters<Jobs[J]>[0];
type News<J extends JobName> = Parameters<Jobs[J]> extends [unknown, (news: infer T) => void] ? T : never;
type Result<J extends JobName> = Awaited<ReturnType<Jobs[J]>>;

interface Waiting {
  readonly asked: Ask;
  readonly tell: (news: unknown) => void;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** A worker, created with its first job, and its unfinished jobs. */
interface Hand {
  worker: Worker | null;
  readonly waiting: Map<number, Waiting>;
}

const hands = Object.fromEntries(LANES.map((lane) => [lane, { worker: null, waiting: new Map() }])) as Readonly<
  Record<Lane, Hand>
>;
let asked = 0;
/** Whether a worker has ever answered, and whether none can be created here. */
let [hasWorked, isForbidden] = [false, false];

/** The user stopped the job: not a failure. */
export class Stopped extends Error {}

function settle(hand: Hand, answer: Answer): void {
  const job = hand.waiting.get(answer.id);
  if (job === undefined) return;
  if ("news" in answer) {
    job.tell(answer.news);
    return;
  }
  hand.waiting.delete(answer.id);
  if ("error" in answer) job.reject(new Error(answer.error));
  else job.resolve(answer.result);
}

/** The last job on the page itself; these jobs run one after the other. */
let last: Promise<void> = Promise.resolve();

function give(hand: Hand, asked: Ask): void {
  const worker = isForbidden ? null : hired(hand);
  if (worker !== null) worker.postMessage(asked);
  else last = last.then(() => perform(asked, (answer) => settle(hand, answer)));
}

/** Returns the worker, created from the page's own program. @returns null where none can be created */
function hired(hand: Hand): Worker | null {
  if (hand.worker !== null) return hand.worker;
  try {
    hand.worker = new Worker(PROGRAM);
  } catch {
    isForbidden = true;
    return null;
  }
  hand.worker.onmessage = ({ data }: MessageEvent<Answer>) => {
    hasWorked = true;
    settle(hand, data);
  };
  hand.worker.onerror = ({ message }) => {
    dismiss(hand);
    const jobs = [...hand.waiting.values()];
    if (hasWorked) {
      hand.waiting.clear();
      for (const { reject } of jobs) reject(new Error(message || "the worker ended"));
      return;
    }
    isForbidden = true; // no worker ever started: a policy, or an old browser
    for (const job of jobs) give(hand, job.asked);
  };
  return hand.worker;
}

function dismiss(hand: Hand): void {
  hand.worker?.terminate();
  hand.worker = null;
}

export interface AskOptions<J extends JobName> {
  readonly tell?: (news: News<J>) => void;
  /** Stops the job at once: terminates its worker, and a new one runs the remaining jobs. */
  readonly signal?: AbortSignal;
}

/** @throws Error with the worker's message, or Stopped */
export function ask<J extends JobName>(job: J, args: Arguments<J>, options: AskOptions<J> = {}): Promise<Result<J>> {
  const { tell = () => {}, signal } = options;
  const hand = hands[laneOf(job)];
  return new Promise((resolve, reject) => {
    const own = { id: ++asked, job, args } satisfies Ask;
    hand.waiting.set(own.id, {
      asked: own,
      tell: tell as Waiting["tell"],
      resolve: resolve as Waiting["resolve"],
      reject,
    });
    signal?.addEventListener("abort", () => {
      if (!hand.waiting.delete(own.id)) return;
      dismiss(hand);
      for (const job of hand.waiting.values()) give(hand, job.asked);
      reject(new Stopped());
    });
    give(hand, own);
  });
}

/** A measurement, and whether the page was hidden meanwhile: hidden tabs are throttled, so their times mean nothing. */
export async function awake<T>(measurement: Promise<T>): Promise<{ readonly result: T; readonly slept: boolean }> {
  let slept = document.hidden;
  const notice = (): void => {
    slept ||= document.hidden;
  };
  document.addEventListener("visibilitychange", notice);
  try {
    return { result: await measurement, slept };
  } finally {
    document.removeEventListener("visibilitychange", notice);
  }
}
