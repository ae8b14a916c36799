/**
 * @file What the address says: `#split?o=8&any=1&lang=zh` is a scene, what differs there from the page as it comes, and
 * the language if somebody chose one. Entries of the history keep everything else, so that Back and reload find it.
 */

export type Parameters = ReadonlyMap<string, string>;

export interface Address {
  /** Of a scene or section; "" for none. */
  readonly id: string;
  readonly parameters: Parameters;
}

/** What a section keeps in the address and in the history. */
export interface Keeper {
  write(): Parameters;
  /** What is given is set, as far as it is sensible; what is not given is as the page comes. */
  read(parameters: Parameters): void;
}

const keepers = new Map<string, Keeper>();

/** @param id under which the history keeps it */
export function keeps(id: string, keeper: Keeper): void {
  keepers.set(id, keeper);
}

/** What a section that keeps itself gives for the address. */
export function write(id: string): Parameters {
  return keepers.get(id)?.write() ?? new Map();
}

/** Sets what an address gives. @returns whether the section has anything to set */
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
    return ""; // nonsense such as %zz
  }
}

export function written({ id, parameters }: Address): string {
  const query = [...parameters].map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`);
  return `#${id}${query.length > 0 ? `?${query.join("&")}` : ""}`;
}

/** What an entry of the history remembers. */
interface Entry {
  readonly kept: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** The section that was read, and how far below its top. */
  readonly id: string;
  readonly below: number;
}

/** The entry that the page was left at; null for a new one. */
export function entry(): Entry | null {
  const found = history.state as Partial<Entry> | null;
  return found?.kept && typeof found.id === "string" && typeof found.below === "number" ? (found as Entry) : null;
}

export function restore({ kept }: Entry): void {
  for (const [id, values] of Object.entries(kept)) keepers.get(id)?.read(new Map(Object.entries(values)));
}

/** @param address what stands there from now on */
export function remember(address: Address, below: number): void {
  const kept = Object.fromEntries([...keepers].map(([id, keeper]) => [id, Object.fromEntries(keeper.write())]));
  try {
    history.replaceState({ kept, id: address.id, below } satisfies Entry, "", written(address));
  } catch {
    // A browser may refuse it to a file on the disk, or when asked too often: then the address stays as it is.
  }
}
