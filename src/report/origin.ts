/** @file Where a measurement comes from: machine and day. */
import { isNode } from "../runtime/worker.ts";

/** Machine and day of a measurement. */
export interface Measured {
  /** Processor, engine and its flags. */
  readonly machine: string;
  /** The day, as 2026-03-01. */
  readonly date: string;
}

export function measuredHere(): Measured {
  return { machine: machineName(), date: new Date().toISOString().slice(0, 10) };
}

/** Processor and engine, with the engine's flags: some affect every measured time. A browser reveals less. */
export function machineName(): string {
  if (!isNode) return navigator.userAgent;
  const { cpus } = process.getBuiltinModule("node:os");
  return [`${cpus()[0]?.model.trim() ?? "unknown processor"}, Node ${process.version}`, ...process.execArgv].join(" ");
}

/** The origin of a report: the command that reproduces it, and for a measurement the machine and day. */
export function originOf(command: string, measured?: Measured): string {
  return [`separable ${command}`, ...(measured ? [measured.machine, measured.date] : [])].join(", ");
}
