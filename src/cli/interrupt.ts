/** @file Ctrl-C: a command ends with 130, leaves nothing half written, and says what was kept. */
import { rmSync } from "node:fs";
import { progress, tell } from "./terminal.ts";

/** What a shell makes of a program that SIGINT ended: 128 + 2. */
export const INTERRUPTED = 130;

/** Says what was kept, or null where the command ends itself. The last one counts. */
type Handler = () => string | null;

const handlers: Handler[] = [];
const temporary = new Set<string>();
const written: string[] = [];

/** @returns a function that removes the handler */
export function onInterrupt(handler: Handler): () => void {
  handlers.push(handler);
  return () => void handlers.splice(handlers.lastIndexOf(handler), 1);
}

/** A file or folder that disappears if the command ends before `forget`. */
export function remember(path: string): void {
  temporary.add(path);
}

export function forget(path: string): void {
  temporary.delete(path);
}

/** A file that is there, whole, and stays. */
export function wrote(path: string): void {
  written.push(path);
}

/** To be called once, by the executable. */
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

/** A write that is under way may add one more file to a folder while it is emptied; then it is emptied again. */
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
