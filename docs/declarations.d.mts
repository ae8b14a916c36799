export interface Member {
  readonly name: string;
  readonly doc: string;
  readonly text: string;
  readonly isMethod: boolean;
}

export interface Item {
  readonly name: string;
  /** file#name */
  readonly id: string;
  readonly kind: "function" | "const" | "class" | "interface" | "type";
  readonly text: string;
  readonly doc: string;
  readonly members: readonly Member[];
  /** Ids of the declarations that its text refers to. */
  readonly uses: readonly string[];
}

export interface EntryPoint {
  /** "separable", "separable/onnx", … */
  readonly entry: string;
  readonly items: readonly Item[];
}

export declare function emitDeclarations(): string;
export declare function readApi(folder: string): readonly EntryPoint[];
