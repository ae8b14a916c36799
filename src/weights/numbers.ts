/** @file Whether weights that belong to a network are numbers. */
import { FormatError } from "../tensor/errors.ts";
import { areFinite } from "../tensor/finite.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** Names that are listed. */
const SHOWN = 5;

/**
 * @param names the file's own, where they are others
 * @throws FormatError that names the weights with NaN in them: a network with one gives no answer
 */
export function checkNumbers(
  file: string,
  weights: ReadonlyMap<string, Tensor>,
  names: ReadonlyMap<string, string> = new Map(),
): void {
  const bad = [...weights].flatMap(([name, tensor]): string[] => {
    const values = tensor.size === tensor.data.length ? tensor.data : tensor.toFloat32Array(); // in any order
    const count = areFinite(values) ? 0 : values.filter(Number.isNaN).length;
    return count === 0 ? [] : [`${names.get(name) ?? name}, ${count} of ${values.length}`];
  });
  if (bad.length === 0) return;
  const more = bad.length > SHOWN ? `\n  and ${bad.length - SHOWN} more` : "";
  throw new FormatError(`${file}: weights that are NaN:\n  ${bad.slice(0, SHOWN).join("\n  ")}${more}`);
}
