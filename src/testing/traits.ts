/** @file Traits that convolutions may have in common. */
import { ACTIVATIONS } from "../geometry/activation.ts";
import { CONV_KINDS } from "./oracle.ts";
import type { Convolution } from "./problem.ts";

interface Trait {
  readonly words: string;
  has(problem: Convolution): boolean;
}

/** Traits, each with its opposite. */
const PAIRS: readonly (readonly [is: string, isNot: string, has: Trait["has"]])[] = [
  ["strides > 1", "strides 1", ({ g }) => g.strideH > 1 || g.strideW > 1],
  ["row stride > 1", "row stride 1", ({ g }) => g.strideH > 1],
  ["column stride > 1", "column stride 1", ({ g }) => g.strideW > 1],
  ["unequal strides", "equal strides", ({ g }) => g.strideH !== g.strideW],
  ["dilations > 1", "dilations 1", ({ g }) => g.dilationH > 1 || g.dilationW > 1],
  ["unequal dilations", "equal dilations", ({ g }) => g.dilationH !== g.dilationW],
  ["padding", "no padding", ({ g }) => g.padTop + g.padBottom + g.padLeft + g.padRight > 0],
  ["padding before the image", "no padding before the image", ({ g }) => g.padTop + g.padLeft > 0],
  ["padding after the image", "no padding after the image", ({ g }) => g.padBottom + g.padRight > 0],
  ["odd padding", "even padding", ({ g }) => (g.padTop + g.padBottom) % 2 === 1 || (g.padLeft + g.padRight) % 2 === 1],
  ["asymmetric padding", "symmetric padding", ({ g }) => g.padTop !== g.padBottom || g.padLeft !== g.padRight],
  ["a kernel that is not square", "a square kernel", ({ g }) => g.KH !== g.KW],
  ["more kernel rows than columns", "no more kernel rows than columns", ({ g }) => g.KH > g.KW],
  ["more kernel columns than rows", "no more kernel columns than rows", ({ g }) => g.KW > g.KH],
  ["an even kernel", "an odd kernel", ({ g }) => g.KH % 2 === 0 || g.KW % 2 === 0],
  ["a 1×1 kernel", "a kernel larger than 1×1", ({ g }) => g.KH * g.KW === 1],
  ["an image that is not square", "a square image", ({ g }) => g.H !== g.W],
  ["a batch", "a single image", ({ g }) => g.N > 1],
  ["groups", "no groups", ({ op, g }) => op === "conv2d" && g.G > 1],
  ["a multiplier > 1", "no multiplier", ({ op, g }) => op === "depthwiseConv2d" && g.O > g.C],
  ["input channels no multiple of 4", "input channels a multiple of 4", ({ g }) => g.C % 4 !== 0],
  ["output channels no multiple of 4", "output channels a multiple of 4", ({ g }) => g.O % 4 !== 0],
  ["output columns no multiple of 4", "output columns a multiple of 4", ({ g }) => g.OW % 4 !== 0],
  ["several input channels", "one input channel", ({ g }) => g.C > 1],
  ["several output channels", "one output channel", ({ g }) => g.O > 1],
  ["a bias", "no bias", ({ bias }) => bias !== null],
  ["an activation", "no activation", ({ activation }) => activation !== "none"],
];

const TRAITS: readonly Trait[] = [
  ...PAIRS.flatMap(([is, isNot, has]) => [
    { words: is, has },
    { words: isNot, has: (problem: Convolution) => !has(problem) },
  ]),
  ...ACTIVATIONS.slice(1).map((name) => ({ words: name, has: ({ activation }: Convolution) => activation === name })),
  ...CONV_KINDS.map((kind) => ({ words: `op ${kind}`, has: ({ op }: Convolution) => op === kind })),
];

/** Returns for each trait whether the convolution has it. */
export function traitsOf({ problem }: { readonly problem: Convolution }): readonly boolean[] {
  return TRAITS.map(({ has }) => has(problem));
}

/** One or two traits that all failing cases have. */
export interface Shared {
  /** E.g. "strides > 1 and odd padding". */
  readonly words: string;
  /** Number of passing cases that have them too. */
  readonly passing: number;
}

/**
 * Finds the one or two traits that best separate failing cases from passing ones: all failing cases have them, and as
 * few passing ones as possible. Null if fewer than two cases fail, none passes, or more than a third of the passing
 * ones have them too.
 */
export function sharedTraits(
  failing: readonly (readonly boolean[])[],
  passing: readonly (readonly boolean[])[],
): Shared | null {
  if (failing.length < 2 || passing.length === 0) return null;
  const common = TRAITS.map((_, trait) => trait).filter((trait) => failing.every((traits) => traits[trait]));
  let best: readonly number[] = [];
  let min = passing.length;
  const consider = (traits: readonly number[]): void => {
    const count = passing.filter((has) => traits.every((trait) => has[trait])).length;
    if (count < min) [best, min] = [traits, count];
  };
  for (const trait of common) consider([trait]);
  for (const [i, first] of common.entries()) for (const second of common.slice(i + 1)) consider([first, second]);
  if (3 * min > passing.length) return null;
  return { words: best.map((trait) => TRAITS[trait].words).join(" and "), passing: min };
}
