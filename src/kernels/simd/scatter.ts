/** @file Emitted code that scatters rows of a matrix into panels. */

import { instantiate } from "../../runtime/memory.ts";
import { func, integers } from "../../wasm/control.ts";
import type { Func } from "../../wasm/expression.ts";
import { local, v128 } from "../../wasm/instructions.ts";
import { VECTOR_BYTES } from "../../wasm/sizes.ts";
import { advance, countDown, range } from "./loops.ts";

/**
 * `scatter(rows, panels, count, rowBytes, panelCount, panelBytes)`: `count` rows, some vectors to each of the panels.
 */
type Scatterer = (...args: number[]) => void;

const compiled = new WeakMap<WebAssembly.Memory, Map<number, Scatterer>>();

/** The function for panels of `vectors` vectors, compiled once for a memory. */
export function scatterer(memory: WebAssembly.Memory, vectors: number): Scatterer {
  const known = compiled.get(memory) ?? new Map<number, Scatterer>();
  compiled.set(memory, known);
  const scatter =
    known.get(vectors) ?? (instantiate({ scatter: scatterFunction(vectors) }, memory).scatter as Scatterer);
  known.set(vectors, scatter);
  return scatter;
}

function scatterFunction(vectors: number): Func {
  const params = integers(["x", "y", "count", "xRow", "panels", "panelBytes"]);
  return func("scatter", params, ({ x, y, count, xRow, panels, panelBytes }, declare) => {
    const [from, to, k] = declare.i32("from", "to", "k");
    const offsets = range(vectors, (v) => v * VECTOR_BYTES);
    return [
      countDown(panels, [
        local.set(from, x),
        local.set(to, y),
        local.set(k, count),
        countDown(k, [
          offsets.map((offset) => v128.store(to, v128.load(from, offset), offset)),
          advance(from, xRow),
          advance(to, vectors * VECTOR_BYTES),
        ]),
        advance(x, vectors * VECTOR_BYTES),
        advance(y, panelBytes),
      ]),
    ];
  });
}
