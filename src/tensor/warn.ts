/** @file Warnings: what a caller should know although nothing failed. */
const given = new Set<string>();

/** Writes a warning to the console, once in a process. */
export function warn(message: string): void {
  if (!given.has(message)) console.warn(`separable: ${message}`);
  given.add(message);
}
