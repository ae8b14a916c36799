/** @file Arrays read or written in the wrong layout. */
import { rowMajorStrides } from "../../tensor/shape.ts";
import type { Position } from "../problem.ts";
import { type Mistake, mistake } from "./kernel.ts";

type Extents = Readonly<Record<string, number>>;

/**
 * Returns a function from the indices of an element to the index that a kernel accesses if it takes an array of axis
 * order `lies` for one of `takenFor`.
 *
 * @param extents   by the letters of the axes
 * @param canonical the axis order of the indices passed in and of the index returned
 */
function mistaken(extents: Extents, canonical: string, lies: string, takenFor: string): (...at: number[]) => number {
  const stridesIn = (order: string): Record<string, number> => {
    const strides = rowMajorStrides([...order].map((axis) => extents[axis]));
    return Object.fromEntries([...order].map((axis, i) => [axis, strides[i]]));
  };
  const meant = [...canonical].map((axis) => stridesIn(takenFor)[axis]);
  const found = [...lies].map((axis) => ({ extent: extents[axis], stride: stridesIn(canonical)[axis] })).reverse();
  return (...at) => {
    let offset = 0;
    for (let axis = 0; axis < at.length; axis++) offset += at[axis] * meant[axis];
    let index = 0;
    for (const { extent, stride } of found) {
      const next = Math.floor(offset / extent);
      index += (offset - next * extent) * stride;
      offset = next;
    }
    return index;
  };
}

const swapRowsAndColumns = (order: string): string => order.replace(/[hw]/g, (axis) => (axis === "h" ? "w" : "h"));

const filterReadAs = (name: string, readAs: (lies: string) => string): Mistake =>
  mistake(name, (_, { g, filterLayout }) => {
    const extents = { h: g.KH, w: g.KW, i: g.C / g.G, o: g.O };
    return [{ filter: mistaken(extents, "hwio", filterLayout, readAs(filterLayout)) }];
  });

const inputReadAs = (name: string, readAs: (lies: string) => string): Mistake =>
  mistake(name, (_, { g, layout }) => {
    return [{ input: mistaken({ n: g.N, h: g.H, w: g.W, c: g.C }, "nhwc", layout, readAs(layout)) }];
  });

const outputWrittenAs = (name: string, writtenAs: (lies: string) => string): Mistake =>
  mistake(name, (_, { g, layout }) => {
    // Written in one order and read in `layout`: the roles are swapped.
    const index = mistaken({ n: g.N, h: g.OH, w: g.OW, c: g.O }, "nhwc", writtenAs(layout), layout);
    const position = (at: Position): Position => {
      const flat = index(...at);
      const pixel = Math.floor(flat / g.O);
      const row = Math.floor(pixel / g.OW);
      return [Math.floor(row / g.OH), row % g.OH, pixel % g.OW, flat % g.O];
    };
    return [{ position }];
  });

export const LAYOUT_MISTAKES: readonly Mistake[] = [
  filterReadAs("filter read as HWIO", () => "hwio"),
  filterReadAs("filter read as OIHW", () => "oihw"),
  filterReadAs("filter read as OHWI", () => "ohwi"),
  filterReadAs("filter read as IHWO", () => "ihwo"),
  filterReadAs("filter rows and columns swapped", swapRowsAndColumns),
  inputReadAs("input read as NHWC", () => "nhwc"),
  inputReadAs("input read as NCHW", () => "nchw"),
  inputReadAs("input rows and columns swapped", swapRowsAndColumns),
  outputWrittenAs("output written as NHWC", () => "nhwc"),
  outputWrittenAs("output written as NCHW", () => "nchw"),
  outputWrittenAs("output rows and columns swapped", swapRowsAndColumns),
];
