/** @file The verdict on an answer, in real numbers or integers. */
import { ShapeError, show } from "../tensor/errors.ts";
import { type Answer, resolveAnswer } from "./answer.ts";
import type { Judgement } from "./judgement.ts";
import { judgeNumbers } from "./judgeNumbers.ts";
import { misfitMessage } from "./message.ts";
import { CONV_KINDS, type ConvOracle } from "./oracle.ts";
import { judgeIntegers } from "./quantized/judge.ts";
import type { QuantizedConvOracle } from "./quantized/oracle.ts";

/**
 * Compares an answer with an oracle. Integers must equal the oracle's: their bounds are 0.
 *
 * @param answer the output of your kernel, in the layout of the oracle
 * @throws ShapeError if it is neither a tensor nor a list of numbers, or `oracle` is neither from `convOracle` nor from
 *   `quantizedConvOracle`
 *
 * @example
 * const [input, filter] = [Tensor.zeros([1, 4, 4, 1]), Tensor.zeros([3, 3, 1, 1])];
 * judgeConv(conv2d(input, filter), convOracle("conv2d", input, filter)).verdict; // "within"
 */
export function judgeConv(answer: Answer, oracle: ConvOracle | QuantizedConvOracle): Judgement {
  checkOracle(oracle);
  const actual = resolveAnswer(answer, oracle);
  if (typeof actual === "string") return misfit(oracle, actual);
  return "accumulators" in oracle ? judgeIntegers(actual, oracle) : judgeNumbers(actual, oracle);
}

function misfit(oracle: ConvOracle | QuantizedConvOracle, what: string): Judgement {
  const hasStatistics = !("accumulators" in oracle) && oracle.statistics !== null;
  return {
    verdict: "wrong",
    isClose: false,
    used: { proof: Number.POSITIVE_INFINITY, statistics: hasStatistics ? Number.POSITIVE_INFINITY : null },
    wrong: [],
    suspicious: [],
    worst: null,
    mistakes: [],
    notes: [],
    message: misfitMessage(oracle, what),
  };
}

/**
 * Throws unless every output of an answer is as close to the oracle as a correct kernel's.
 *
 * @param answer the output of your kernel: a tensor of the oracle's shape, nested arrays, or the numbers in that order
 * @throws AssertionError that states which output is furthest off, its window, its products, where the wrong outputs
 *   are, and which common mistakes explain all of them
 *
 * @example
 * const [input, filter] = [Tensor.zeros([1, 4, 4, 1]), Tensor.zeros([3, 3, 1, 1])];
 * expectConvClose(conv2d(input, filter), convOracle("conv2d", input, filter));
 */
export function expectConvClose(answer: Answer, oracle: ConvOracle | QuantizedConvOracle): void {
  const { isClose, message } = judgeConv(answer, oracle);
  if (isClose) return;
  const error = new Error(message);
  error.name = "AssertionError";
  throw error;
}

function checkOracle(oracle: unknown): void {
  const { op, indices, problem, ...own } = (oracle ?? {}) as Partial<ConvOracle & QuantizedConvOracle>;
  const numbers = own.accumulators === undefined ? [own.values, own.bounds, indices] : [own.accumulators, indices];
  const isMade = numbers.every(ArrayBuffer.isView) && problem !== undefined && problem.op === op;
  if (op !== undefined && CONV_KINDS.includes(op) && isMade) return;
  const found = op === undefined ? show(oracle) : `one of ${show(op)}`;
  throw new ShapeError(
    `judgeConv: the oracle is ${found}, needs what convOracle or quantizedConvOracle returned for one of ` +
      CONV_KINDS.join(", "),
  );
}
