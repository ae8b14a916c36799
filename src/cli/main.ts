#!/usr/bin/env node
import { listenForInterrupts } from "./interrupt.ts";
import { runCli } from "./run.ts";
/** @file The executable. */
import { tell } from "./terminal.ts";

// A reader that goes away, as in `separable summary | head`, is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  tell(`the output cannot be written (${error.message})`);
  process.exit(1);
});

listenForInterrupts();
process.exitCode = await runCli(process.argv.slice(2));
