#!/usr/bin/env node
import { runCli } from "./run.ts";
/** @file The executable. */
import { listenForInterrupts } from "./terminal/interrupt.ts";
import { tell } from "./terminal/terminal.ts";

// A reader that closes the pipe, as in `separable summary | head`, is not a failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  tell(`the output cannot be written (${error.message})`);
  process.exit(1);
});

listenForInterrupts();
process.exitCode = await runCli(process.argv.slice(2));
