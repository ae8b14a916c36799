import { expect, test } from "vitest";
import { type Pool2dGeometryOptions, pool2dGeometry } from "../../src/geometry/pool2d.ts";
import { ShapeError } from "../../src/index.ts";

test.each<[Pool2dGeometryOptions, [OH: number, OW: number]]>([
  [{}, [1, 1]],
  [{ windowDimensions: 2 }, [6, 7]],
  [{ windowDimensions: [3, 2], strides: [2, 3] }, [3, 3]],
  [{ windowDimensions: [4, 3], strides: [2, 3] }, [2, 2]],
  [{ windowDimensions: [4, 3], strides: [2, 3], rounding: "ceil" }, [3, 3]],
  // rows: 7 + 1 in steps of 3, the third window would begin in the padding below and is dropped; columns: it is kept
  [{ windowDimensions: 2, strides: [4, 3], padding: [1, 1, 0, 0], rounding: "ceil" }, [2, 3]],
  [{ windowDimensions: [2, 3], dilations: [3, 2] }, [4, 4]],
  [{ windowDimensions: 3, strides: 2, padding: "same" }, [4, 4]],
  // larger than the padded image: with ceil one window, as long as it is larger by less than a stride
  [{ windowDimensions: [9, 8], strides: 3, rounding: "ceil" }, [1, 1]],
  [{ windowDimensions: [64, 1280], strides: [64, 1280], rounding: "ceil" }, [1, 1]],
  [{ windowDimensions: 11, strides: 3, padding: 1, rounding: "ceil" }, [1, 1]],
])("7×8 with %j", (options, size) => {
  const { OH, OW, C, O } = pool2dGeometry("maxPool2d", [2, 7, 8, 3], options);
  expect([OH, OW]).toEqual(size);
  expect([C, O]).toEqual([3, 3]);
});

test("taps that no window brings onto the padded image are left out", () => {
  const { KH, KW } = pool2dGeometry("maxPool2d", [2, 7, 8, 3], {
    windowDimensions: [2 ** 20, 4],
    strides: [2 ** 20, 7],
    dilations: [1, 5],
    padding: [0, 1, 2, 0],
    rounding: "ceil",
  });
  expect([KH, KW]).toEqual([8, 2]); // rows 0 to 7, columns -2 and 3
});

test("nchw", () => {
  const g = pool2dGeometry("maxPool2d", [2, 3, 7, 8], { layout: "nchw", windowDimensions: [7, 1] });
  expect([g.C, g.OH, g.OW]).toEqual([3, 1, 8]);
});

test.each<[Pool2dGeometryOptions, string]>([
  [{ windowDimensions: 0 }, "windowDimensions is 0, needs an integer >= 1"],
  [{ windowDimensions: [1, 2, 3] as never }, "windowDimensions is [1, 2, 3], needs a number or [h, w]"],
  [{ windowDimensions: [8, 2] }, "kernel reaches over 8 rows, the padded input has 7 (input 2×7×8×3 nhwc, window 8×2)"],
  [
    { windowDimensions: [10, 2], strides: 3, rounding: "ceil" },
    "kernel reaches over 10 rows, the padded input has 7, fewer by 3 (the stride) or more (input 2×7×8×3 nhwc, window 10×2)",
  ],
  [
    { windowDimensions: [7, 1280], rounding: "ceil" },
    "kernel reaches over 1280 columns, the padded input has 8, fewer by 1 (the stride) or more (input 2×7×8×3 nhwc, window 7×1280)",
  ],
  [{ rounding: "round" as never }, 'rounding is "round", needs one of "floor", "ceil"'],
  [{ layout: "chwn" as never }, 'layout is "chwn", needs one of "nhwc", "nchw"'],
  [{ padding: 2 ** 31 }, "padding is 2147483648, needs at most 2147483647"],
  [
    { windowDimensions: 1, padding: 10_000 },
    "output 2×20007×20008×3 holds 2401800336 elements, needs at most 536870912",
  ],
])("refuses %j", (options, message) => {
  expect(() => pool2dGeometry("maxPool2d", [2, 7, 8, 3], options)).toThrow(new ShapeError(`maxPool2d: ${message}`));
});

test("refuses another rank", () => {
  expect(() => pool2dGeometry("averagePool2d", [7, 8, 3])).toThrow(
    new ShapeError("averagePool2d: input 7×8×3 has rank 3, needs rank 4"),
  );
});
