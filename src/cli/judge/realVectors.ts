/** @file Real-valued vectors: recomputes their convolution from the operands. */
import { CONV_ALGORITHMS } from "../../geometry/winograd.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { convOracle } from "../../testing/oracle.ts";
import { PRECISIONS, type Precision } from "../../testing/precision.ts";
import { asNumbers } from "./decode.ts";
import type { ReadVectors } from "./readVectors.ts";
import { describedBy, type VectorsReader } from "./vectorsReader.ts";

export function realVectors(reader: VectorsReader, precision: Precision | undefined): ReadVectors {
  const { arrays, numbers, array, choice } = reader;
  const decode = asNumbers(numbers.get("INTEGERS") === 1);
  const { op, shapes, options, activation } = describedBy(reader);
  const tensorOf = (name: keyof typeof shapes): Tensor =>
    new Tensor(Float32Array.from(decode(array(name, shapes[name]))), shapes[name]);
  const oracle = convOracle(op, tensorOf("input"), tensorOf("filter"), {
    ...options,
    bias: arrays.has("bias") ? tensorOf("bias") : null,
    activation,
    precision: precision ?? choice("precision", "PRECISION", PRECISIONS),
    ...(op === "conv2d" && { algorithm: choice("algorithm", "ALGORITHM", CONV_ALGORITHMS) }),
  });
  return { oracle, output: oracle.output.data, decode };
}
