import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import {
  averagePool2d,
  batchNormalization,
  conv2d,
  maxPool2d,
  resolvePadding,
  type Shape,
  ShapeError,
  Tensor,
  TIERS,
} from "../src/index.ts";
import { answersTo, OPERATIONS, paddingOf, reasonToSkip, type Vector } from "./support/conformance.ts";
import { withFolder } from "./support/external.ts";

interface Loader {
  cases(query: object): Iterable<Vector>;
  compare(actual: Tensor, expected: object, tolerance: object): string | null;
}

/** A vector of which only shapes are given: what comes out, or that it must be refused. */
interface ShapeVector {
  readonly name: string;
  readonly op: string;
  readonly attrs: Readonly<Record<string, never>>;
  readonly inputShapes: Readonly<Record<string, Shape>>;
  readonly outputShape: Shape | null;
}

withFolder("SEPARABLE_CONFORMANCE", "vectors of ONNX, WebNN, webnn-baseline and TensorFlow.js", async (folder) => {
  const { cases, compare }: Loader = await import(join(folder, "loader.mjs"));
  const all = [...cases({})].filter(({ op }) => OPERATIONS.includes(op));
  const skipped = all.flatMap((vector) => {
    const reason = reasonToSkip(vector);
    return reason === null ? [] : [{ name: `${vector.source}: ${vector.name}`, op: vector.op, reason }];
  });
  const asked = all.filter((vector) => reasonToSkip(vector) === null);

  describe.each(TIERS)("%s", (backend) => {
    test.each(asked)("$source: $name", (vector) => {
      const [[key, expected]] = Object.entries(vector.expected ?? {});
      for (const answer of answersTo(vector, backend)) {
        expect(compare(answer, expected, vector.tolerance[key])).toBeNull();
      }
    });
  });

  test.each(asked.filter(({ attrs }) => /^same-/.test(String(attrs.autoPad)) && attrs.pads))(
    "the padding rule of $name becomes the same four numbers",
    ({ attrs, inputs, op }) => {
      const { strides, dilations } = attrs as { strides: [number, number]; dilations: [number, number] };
      const nchw = attrs.layout === "nchw";
      const size = nchw ? inputs.input.shape.slice(2) : inputs.input.shape.slice(1, 3);
      const filter = inputs.weight?.shape ?? [];
      const taps =
        op !== "conv2d" ? attrs.kernel : attrs.filterLayout === "oihw" ? filter.slice(2) : filter.slice(0, 2);
      const rule = attrs.autoPad === "same-lower" ? "same-lower" : "same";
      const padding = resolvePadding(rule, size as [number, number], taps as [number, number], { strides, dilations });
      expect(padding).toEqual(paddingOf(attrs.pads as number[]));
    },
  );

  test("most vectors are asked, and every one that is not has a reason", () => {
    const reasons = new Map<string, string[]>();
    for (const { name, reason } of skipped) reasons.set(reason, [...(reasons.get(reason) ?? []), name]);
    const lines = [...reasons].map(([reason, names]) => `${reason} (${names.length}):\n    ${names.join("\n    ")}`);
    console.log(`${asked.length} vectors asked of each tier, ${skipped.length} skipped:\n  ${lines.join("\n  ")}`);
    expect(asked.length).toBeGreaterThan(3 * skipped.length);
  });

  const lines = gunzipSync(readFileSync(join(folder, "wpt-webnn-shapes.jsonl.gz")))
    .toString()
    .trim()
    .split("\n");
  const shapes: ShapeVector[] = lines.map((line) => JSON.parse(line));
  const own = shapes.filter(({ op }) => op === "conv2d" || op === "pool2d" || op === "batchNorm");
  // outputSizes is WebNN's own way to choose the rounding; a wrong one cannot be said here.
  test.each(own.filter(({ attrs, outputShape }) => !("outputSizes" in attrs && outputShape === null)))(
    "shapes: $name",
    ({ op, attrs, inputShapes, outputShape }) => {
      const operands = Object.fromEntries(Object.entries(inputShapes).map(([name, shape]) => [name, zeros(shape)]));
      const layout = (attrs.layout ?? "nchw") as "nchw" | "nhwc";
      const common = { strides: attrs.strides, dilations: attrs.dilations, padding: paddingOf(attrs.pads), layout };
      const run = (): Tensor[] => {
        const { input, weight, bias, mean, variance, scale } = operands;
        if (op === "conv2d") {
          return [conv2d(input, weight, { ...common, bias, groups: attrs.groups, filterLayout: attrs.filterLayout })];
        }
        if (op === "batchNorm") {
          return [
            batchNormalization(input, { mean, variance, scale, bias, axis: attrs.axis ?? 1, epsilon: attrs.epsilon }),
          ];
        }
        const sizes = attrs.outputSizes as [number, number] | undefined;
        const isCeil = sizes ? sizes[0] === 4 : attrs.ceilMode;
        const options = { ...common, windowDimensions: attrs.kernel, rounding: isCeil ? "ceil" : "floor" } as const;
        return [maxPool2d(input, options), averagePool2d(input, options)];
      };
      if (outputShape === null || outputShape === undefined) expect(run).toThrow(ShapeError);
      else for (const answer of run()) expect(answer.shape).toEqual(outputShape);
    },
  );
});

/** A tensor of zeros that takes no memory, for shapes that are to be refused: every stride is 0. */
function zeros(shape: Shape): Tensor {
  return new Tensor(
    new Float32Array(1),
    shape,
    shape.map(() => 0),
  );
}
