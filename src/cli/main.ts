#!/usr/bin/env node
/** @file The executable. */
import { listenForInterrupts } from "./interrupt.ts";
import { runCli } from "./run.ts";
import { tell } from "./terminal.ts";

// A reader that closes the pipe, as in `separable summary | head`, is not a failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  tell(`the output cannot be written (${error.message})`);
  process.exit(1);
});

listenForInterrupts();
process.exitCode = await runCli(process.argv.slice(2));
