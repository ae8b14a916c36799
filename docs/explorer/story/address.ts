/**
 * @file The address: `#split?o=8&any=1&lang=zh` contains a scene, its settings that differ from the defaults, and the
 * language if it was chosen. History entries keep everything else, so that Back and reload restore it.
 */

export type Parameters = ReadonlyMap<string, string>;

export interface Address {
  /** Id of a scene or section; "" for none. */
  readonly id: string;
  readonly parameters: Parameters;
}

/** Writes a section's settings to the address and the history, and reads them back. */
export interface Keeper {
  write(): Parameters;
  /** Applies valid parameters; the others get their defaults. */
  read(parameters: Parameters): void;
}

const keepers = new Map<string, Keeper>();

/** @param id its key in the history */
export function keeps(id: string, keeper: Keeper): void {
  keepers.set(id, keeper);
}

/** A section's parameters for the address. */
export function write(id: string): Parameters {
  return keepers.get(id)?.write() ?? new Map();
}

/** Applies the parameters of an address. @returns whether the section has any settings */
export function read(id: string, parameters: Parameters): boolean {
  keepers.get(id)?.read(parameters);
  return keepers.has(id);
}

export function parsed(hash: string): Address {
  const [id, query = ""] = hash.replace(/^#/, "").split("?");
  const pairs = query.split("&").flatMap((pair) => {
    const [name, value = ""] = pair.split("=").map(plainText);
    return name === "" ? [] : [[name, value] as const];
  });
  return { id: plainText(id), parameters: new Map(pairs) };
}

function plainText(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return ""; // invalid, such as %zz
  }
}

export function written({ id, parameters }: Address): string {
  const query = [...parameters].map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`);
  return `#${id}${query.length > 0 ? `?${query.join("&")}` : ""}`;
}

/** The content of a history entry. */
interface Entry {
  readonly kept: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** The section being read, and the distance below its top. */
  readonly id: string;
  readonly below: number;
}

/** The history entry that the page was left at; null for a new one. */
export function entry(): Entry | null {
  const found = history.state as Partial<Entry> | null;
  return found?.kept && typeof found.id === "string" && typeof found.below === "number" ? (found as Entry) : null;
}

export function restore({ kept }: Entry): void {
  for (const [id, values] of Object.entries(kept)) keepers.get(id)?.read(new Map(Object.entries(values)));
}

/** @param address the new address */
export function remember(address: Address, below: number): void {
  const kept = Object.fromEntries([...keepers].map(([id, keeper]) => [id, Object.fromEntries(keeper.write())]));
  try {
    history.replaceState({ kept, id: address.id, below } satisfies Entry, "", written(address));
  } catch {
    // A browser may refuse this for a local file, or if called too often: the address then stays as it is.
  }
}
