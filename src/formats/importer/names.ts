/** @file Derives names of a graph's nodes from those in a file. */

/** Returns a source of node names: as wanted, with a number appended if that is taken. */
export function namesBeside(inputs: readonly string[]): (wanted: string) => string {
  const next = new Map(inputs.map((input) => [input, 2]));
  return (wanted) => {
    let free = wanted;
    for (let i = next.get(wanted) ?? 1; next.has(free); i++) {
      free = `${wanted}_${i}`;
      next.set(wanted, i + 1);
    }
    next.set(free, next.get(free) ?? 2);
    return free;
  };
}
