#!/usr/bin/env node
/** @file The executable. */
import { listenForInterrupts } from "./interrupt.ts";
import { runCli } from "./run.ts";

// A reader that goes away, as in `separable summary | head`, is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  process.stderr.write(`the output cannot be written (${error.message})\n`);
  process.exit(1);
});

listenForInterrupts();
process.exitCode = await runCli(process.argv.slice(2));
