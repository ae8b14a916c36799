/** @file A matcher for vitest and jest. */
import type { Answer } from "./answer.ts";
import { judgeConv } from "./judge.ts";
import type { ConvOracle } from "./oracle.ts";
import type { QuantizedConvOracle } from "./quantized/oracle.ts";

/**
 * Matchers for `expect.extend(convMatchers)`, which adds `expect(answer).toBeConvClose(oracle)`.
 *
 * @example
 * expect.extend(convMatchers);
 */
export const convMatchers: {
  toBeConvClose(
    answer: unknown,
    oracle: ConvOracle | QuantizedConvOracle,
  ): { readonly pass: boolean; message(): string };
} = {
  toBeConvClose: (answer, oracle) => {
    const { isClose, message } = judgeConv(answer as Answer, oracle);
    const opposite = `${oracle.op}: every output is within its bounds, and should not be`;
    return { pass: isClose, message: () => (isClose ? opposite : message) };
  },
};
