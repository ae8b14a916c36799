/** @file Ctrl-C: a command exits with 130, leaves nothing half-written, and says what was kept. */
import { rmSync } from "node:fs";
import { progress, tell } from "./terminal.ts";

/** Exit status that shells report for a program ended by SIGINT: 128 + 2. */
export const INTERRUPTED = 130;

/** Returns what was kept, or null if the command will end itself. Only the last handler is called. */
type Handler = () => string | null;

const handlers: Handler[] = [];
const temporary = new Set<string>();
const written: string[] = [];

/** @returns a function that removes the handler */
export function onInterrupt(handler: Handler): () => void {
  handlers.push(handler);
  return () => void handlers.splice(handlers.lastIndexOf(handler), 1);
}

/** Registers a file or folder to delete if the command is interrupted before `forget`. */
export function remember(path: string): void {
  temporary.add(path);
}

export function forget(path: string): void {
  temporary.delete(path);
}

/** Registers a file that is complete and stays. */
export function wrote(path: string): void {
  written.push(path);
}

/** Called once, by the executable. */
export function listenForInterrupts(): void {
  process.on("SIGINT", () => {
    const kept = handlers.length > 0 ? handlers[handlers.length - 1]() : whatIsThere();
    if (kept === null) return;
    for (const path of temporary) remove(path);
    progress("");
    tell(`stopped; ${kept}`);
    process.exit(INTERRUPTED);
  });
}

/** Retries: a pending write may add a file to a folder while it is being deleted. */
function remove(path: string, attempts = 5): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch (error) {
    if (attempts === 1) throw error;
    remove(path, attempts - 1);
  }
}

function whatIsThere(): string {
  return written.length === 0 ? "nothing was written" : `written: ${written.join(", ")}`;
}
