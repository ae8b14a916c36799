import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  averagePool2d,
  batchNormalization,
  clamp,
  conv2d,
  depthwiseConv2d,
  maxPool2d,
  type Padding,
  type Padding4,
  separableConv2d,
  softmax,
  Tensor,
} from "../src/index.ts";
import { withFolder } from "./support/external.ts";

interface Refusal {
  readonly test: string;
  readonly op: string;
  // biome-ignore lint/suspicious/noExplicitAny: anything at all, that is what a refusal is about
  readonly args: any[];
  readonly message: string;
}

/** Why a call that TensorFlow.js refuses is none of ours, or is legal here; null if it must be refused here too. */
function reasonToSkip({ op, message, args }: Refusal): string | null {
  if (!OPERATIONS.includes(op)) return `the library has no ${op}`;
  if (/int32|string tensor/.test(message)) return "there is one type of numbers here, and tensor() refuses strings";
  if (/got pad (same|valid)/.test(message)) return "no dimRoundingMode to contradict the padding";
  if (/Either strides or dilations/.test(message)) return "strides and dilations above 1 at once are legal here";
  if (/non-last dimension/.test(message)) return "softmax runs along any axis here";
  if (op === "batchNorm" && args.length === 6) return "an epsilon in the place of a tensor";
  return null;
}

const OPERATIONS = [
  "conv2d",
  "depthwiseConv2d",
  "separableConv2d",
  "avgPool",
  "maxPool",
  "batchNorm",
  "clipByValue",
  "softmax",
];

/** A tensor of zeros, with the leading 1 that TensorFlow.js adds to an image of rank 3; anything else as it is. */
function operand(value: unknown, isImage: boolean = false): Tensor {
  const shape = (value as { shape?: number[] }).shape;
  if (shape === undefined) return value as Tensor;
  return Tensor.zeros(isImage && shape.length === 3 ? [1, ...shape] : shape);
}

function paddingOf(pad: unknown): Padding {
  if (!Array.isArray(pad)) return pad as Padding;
  const [, [top, bottom], [left, right]] = pad;
  return [top, bottom, left, right] as Padding4;
}

function call({ op, args }: Refusal): unknown {
  const x = operand(args[0], true);
  switch (op) {
    case "conv2d":
    case "depthwiseConv2d": {
      const [, , strides, pad, format = "NHWC", dilations] = args;
      const layout = format === "NCHW" ? "nchw" : "nhwc";
      const options = { strides, padding: paddingOf(pad), layout, dilations } as const;
      return (op === "conv2d" ? conv2d : depthwiseConv2d)(x, operand(args[1]), options);
    }
    case "separableConv2d":
      return separableConv2d(x, operand(args[1]), operand(args[2]), { strides: args[3], padding: args[4] });
    case "avgPool":
    case "maxPool": {
      const options = { windowDimensions: args[1], strides: args[2], padding: paddingOf(args[3]) };
      return (op === "avgPool" ? averagePool2d : maxPool2d)(x, options);
    }
    case "batchNorm":
      return batchNormalization(x, {
        mean: operand(args[1]),
        variance: operand(args[2]),
        bias: args[3],
        scale: args[4],
      });
    case "clipByValue":
      return clamp(operand(args[0]), { minValue: args[1], maxValue: args[2] });
    default:
      return softmax(operand(args[0]));
  }
}

withFolder("SEPARABLE_CONFORMANCE", "what TensorFlow.js refuses", (folder) => {
  const refusals: Refusal[] = JSON.parse(readFileSync(join(folder, "tfjs-errors.json"), "utf8"));
  const asked = refusals.filter((refusal) => reasonToSkip(refusal) === null);

  test.each(asked)("$test", (refusal) => {
    expect(() => call(refusal)).toThrow(/^\w+: /);
  });

  test("every refusal that is not asked has a reason", () => {
    const skipped = refusals.flatMap((refusal) => {
      const reason = reasonToSkip(refusal);
      return reason === null ? [] : [`${refusal.test}: ${reason}`];
    });
    console.log(`${asked.length} refusals asked, ${skipped.length} skipped:\n  ${skipped.join("\n  ")}`);
    expect(asked.length + skipped.length).toBe(102);
    expect(asked.length).toBeGreaterThan(25);
  });
});
