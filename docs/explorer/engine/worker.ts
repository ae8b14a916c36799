/** @file A worker's side: one job after the other. */
import { JOBS, type JobName } from "./jobs.ts";
import type { Answer, Ask } from "./protocol.ts";

type Run = (args: unknown, tell: (news: unknown) => void) => Promise<unknown>;

/** Does a job, and says what it told and what came of it. */
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
