/** @file Checks that a network's weights are not NaN. */

import { FormatError } from "../tensor/errors.ts";
import { areFinite } from "../tensor/finite.ts";
import { Tensor } from "../tensor/tensor.ts";
import type { Weight } from "../tensor/weight.ts";

/** Maximum names listed. */
const SHOWN = 5;

/**
 * @param names the file's own, for weights that were renamed
 * @throws FormatError that lists the weights containing NaN: a single one makes a network's output useless
 */
export function checkNumbers(
  file: string,
  weights: ReadonlyMap<string, Weight>,
  names: ReadonlyMap<string, string> = new Map(),
): void {
  const bad = [...weights].flatMap(([name, tensor]): string[] => {
    if (!(tensor instanceof Tensor)) return [];
    const values = tensor.size === tensor.data.length ? tensor.data : tensor.toFloat32Array(); // order does not matter
    const count = areFinite(values) ? 0 : values.filter(Number.isNaN).length;
    return count === 0 ? [] : [`${names.get(name) ?? name}, ${count} of ${values.length}`];
  });
  if (bad.length === 0) return;
  const more = bad.length > SHOWN ? `\n  and ${bad.length - SHOWN} more` : "";
  throw new FormatError(`${file}: weights that are NaN:\n  ${bad.slice(0, SHOWN).join("\n  ")}${more}`);
}
