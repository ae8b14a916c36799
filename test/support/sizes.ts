/** The sizes of tiles that suit each engine, for whatever engine runs the tests: the bits do not depend on them. */
import { ENGINES, PRECISIONS, type Sizes, sizesFor } from "../../src/kernels/simd/engines.ts";

export const ALL_SIZES: readonly { readonly name: string; readonly sizes: Sizes }[] = ENGINES.flatMap((engine) =>
  PRECISIONS.map((precision) => ({ name: `sizes of ${engine}, ${precision}`, sizes: sizesFor(precision, engine) })),
);
