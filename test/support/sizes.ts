/** The sizes of tiles that suit each engine, for whatever engine runs the tests: the bits do not depend on them. */
import { ENGINES, type Sizes, sizesFor } from "../../src/kernels/simd/support.ts";

export const ALL_SIZES: readonly { readonly name: string; readonly sizes: Sizes }[] = [
  ...ENGINES.map((engine) => ({ name: `sizes of ${engine}`, sizes: sizesFor("exact", engine) })),
  { name: "sizes of precision fast", sizes: sizesFor("fast") },
];
