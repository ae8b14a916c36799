/**
 * @file Whether an engine's dot product of bytes takes unsigned ones exactly: tested, not inferred from the engine's
 * name.
 */
import { canAllocate } from "../../../runtime/memory.ts";
import { func } from "../../../wasm/control.ts";
import { v128 } from "../../../wasm/instructions.ts";
import { i32x4 } from "../../../wasm/integerVectors.ts";
import { encodeModule } from "../../../wasm/module.ts";

/**
 * The specification leaves it to the engine what bytes from 128 up mean, and whether two products may saturate at 16
 * bits. Processors with VNNI or a similar extension add four products of unsigned by signed bytes exactly.
 */
export function hasExactDot(): boolean {
  known ??= probe();
  return known;
}

let known: boolean | undefined;

function probe(): boolean {
  const dot = func("dot", { at: "i32" }, ({ at }) => [
    v128.store(at, i32x4.relaxed_dot_i8x16_i7x16_add_s(v128.load(at, 16), v128.load(at, 32), v128.load(at, 48))),
  ]);
  const bytes = encodeModule({ dot }, { pages: 1, shared: false });
  if (typeof WebAssembly === "undefined" || !WebAssembly.validate(bytes)) return false;
  if (!canAllocate()) return false;
  const memory = new WebAssembly.Memory({ initial: 1 });
  const run = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } }).exports.dot as (
    at: number,
  ) => void;
  const [w, u] = [new Int8Array(memory.buffer, 16, 16), new Uint8Array(memory.buffer, 32, 16)];
  return [127, -128].every((weight) =>
    [127, 128, 255].every((number) => {
      w.fill(weight);
      u.fill(number);
      run(0);
      return new Int32Array(memory.buffer, 0, 4).every((sum) => sum === 4 * weight * number);
    }),
  );
}
