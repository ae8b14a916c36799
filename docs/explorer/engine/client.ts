/** @file The page's side: a job is a function that takes a while. */

import { change } from "./image.ts";
import type { JobName, Jobs, Tell } from "./jobs.ts";
import { PROGRAM } from "./program.ts";
import type { Answer, Ask } from "./protocol.ts";

type Arguments<J extends JobName> = Parameters<Jobs[J]>[0];
type News<J extends JobName> = Parameters<Jobs[J]>[1] extends Tell<infer T> ? T : never;
type Result<J extends JobName> = Awaited<ReturnType<Jobs[J]>>;

interface Waiting {
  readonly tell: (news: unknown) => void;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

const waiting = new Map<number, Waiting>();
let worker: Worker | null = null;
let asked = 0;

/** The worker, made when it is first needed, from the program of the page. */
function hired(): Worker {
  if (worker !== null) return worker;
  worker = new Worker(PROGRAM);
  worker.onmessage = ({ data }: MessageEvent<Answer>) => {
    const job = waiting.get(data.id);
    if (job === undefined) return;
    if ("news" in data) {
      job.tell(data.news);
      return;
    }
    waiting.delete(data.id);
    if ("error" in data) job.reject(new Error(data.error));
    else job.resolve(data.result);
  };
  worker.onerror = ({ message }) => {
    for (const { reject } of waiting.values()) reject(new Error(message || "the worker ended"));
    waiting.clear();
    worker?.terminate();
    worker = null;
    change({ network: null }); // the next worker knows nothing of it
  };
  return worker;
}

/** @throws Error with the message of what went wrong there */
export function ask<J extends JobName>(
  job: J,
  args: Arguments<J>,
  tell: (news: News<J>) => void = () => {},
): Promise<Result<J>> {
  return new Promise((resolve, reject) => {
    const id = ++asked;
    waiting.set(id, { tell: tell as Waiting["tell"], resolve: resolve as Waiting["resolve"], reject });
    hired().postMessage({ id, job, args } satisfies Ask);
  });
}

/**
 * A measurement, and whether the page slept meanwhile: a hidden tab is given little time, and its figures mean nothing.
 */
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
