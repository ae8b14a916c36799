import { expect, test } from "vitest";
import { luma } from "../../src/image/luma.ts";
import { Tensor, tensor } from "../../src/index.ts";

test("grey levels are Pillow's: red, green, blue, white and a grey that stays", () => {
  const colours = [
    [255, 0, 0],
    [0, 255, 0],
    [0, 0, 255],
    [255, 255, 255],
    [77, 77, 77],
  ];
  const grey = luma(tensor(colours.flat(), [1, 5, 3]));
  expect(grey.shape).toEqual([1, 5, 1]);
  expect([...grey.data]).toEqual([76, 150, 29, 255, 77]); // Image.convert("L")
});

test("a view is read in its own order", () => {
  const planes = tensor([10, 200, 20, 100, 30, 50], [3, 1, 2]); // [c, h, w]
  const image = planes.transpose([1, 2, 0]);
  expect([...luma(image).data]).toEqual([...luma(new Tensor(image.toFloat32Array(), [1, 2, 3])).data]);
});
