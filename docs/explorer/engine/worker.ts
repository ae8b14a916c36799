/** @file The worker's side: runs one job after the other. */
import { JOBS, type JobName } from "./jobs.ts";
import type { Answer, Ask } from "./protocol.ts";

type Run = (args: unknown, tell: (news: unknown) => void) => Promise<unknown>;

/** Runs a job, and sends its progress and its result. */
export async function perform({ id, job, args }: Ask, say: (answer: Answer) => void): Promise<void> {
  try {
    const run = JOBS[job as JobName] as Run;
    say({ id, result: await run(args, (news) => say({ id, news })) });
  } catch (error) {
    say({ id, error: error instanceof Error ? error.message : String(error) });
  }
}

export function serve(): void {
  let last: Promise<void> = Promise.resolve();
  self.onmessage = ({ data }: MessageEvent<Ask>) => {
    last = last.then(() => perform(data, (answer) => postMessage(answer)));
  };
}
