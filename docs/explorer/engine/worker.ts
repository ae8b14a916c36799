/** @file The worker's side: one job after the other, so that two measurements never share a processor. */
import { JOBS, type JobName } from "./jobs.ts";
import type { Answer, Ask } from "./protocol.ts";

export function serve(): void {
  let last: Promise<void> = Promise.resolve();
  const say = (answer: Answer): void => postMessage(answer);
  self.onmessage = ({ data: { id, job, args } }: MessageEvent<Ask>) => {
    last = last.then(async () => {
      try {
        const run = JOBS[job as JobName] as (args: unknown, tell: (news: unknown) => void) => Promise<unknown>;
        say({ id, result: await run(args, (news) => say({ id, news })) });
      } catch (error) {
        say({ id, error: error instanceof Error ? error.message : String(error) });
      }
    });
  };
}
