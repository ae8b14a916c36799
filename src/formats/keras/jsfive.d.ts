/** The part of jsfive that is used here; the package has no types. */
declare module "jsfive" {
  export class Dataset {
    readonly shape: unknown;
    readonly dtype: unknown;
    readonly value: unknown;
    readonly attrs: Readonly<Record<string, unknown>>;
  }
  export class Group {
    readonly keys: readonly string[];
    readonly attrs: Readonly<Record<string, unknown>>;
    get(path: string): Group;
  }
  export class File extends Group {
    constructor(bytes: ArrayBuffer, name: string);
  }
}
