/** Command lines for tests. */
import { vi } from "vitest";
import { runCli } from "../../src/cli/run.ts";

/** Runs a command line in this process and catches what it prints. */
export async function runHere(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  let out = "";
  let err = "";
  const write = (add: (text: string) => void) => (text: string | Uint8Array) => {
    add(String(text));
    return true;
  };
  const spies = [
    vi.spyOn(process.stdout, "write").mockImplementation(
      write((text) => {
        out += text;
      }),
    ),
    vi.spyOn(process.stderr, "write").mockImplementation(
      write((text) => {
        err += text;
      }),
    ),
  ];
  const code = await runCli(args);
  for (const spy of spies) spy.mockRestore();
  return { code, out, err };
}
