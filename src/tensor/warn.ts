/** @file Warnings: what a caller should know even though nothing failed. */
const given = new Set<string>();

/** Writes a warning to the console, once per process. */
export function warn(message: string): void {
  if (!given.has(message)) console.warn(`separable: ${message}`);
  given.add(message);
}
