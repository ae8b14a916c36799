/** @file The public fully connected layer. */
import { ACTIVATIONS, type Activation } from "../geometry/activation.ts";
import { CONVOLUTIONS } from "../kernels/convolutions.ts";
import { type Backend, chooseTier } from "../kernels/tiers.ts";
import { knownKeys, oneOf, ShapeError } from "../tensor/errors.ts";
import { formatShape } from "../tensor/shape.ts";
import { Tensor } from "../tensor/tensor.ts";
import { checkTensor, checkVector, run } from "./operands.ts";

/** Options of `dense`. */
export interface DenseOptions {
  /** One number per output, [out]. Default none. */
  readonly bias?: Tensor | null | undefined;
  /** Default "none". */
  readonly activation?: Activation | undefined;
  /** Default "auto". */
  readonly backend?: Backend | undefined;
}

/**
 * Fully connected layer: y[n, o] = f( b[o] + Σ i x[n, i] · w[i, o] )
 *
 * @param input  [n, in], any view
 * @param filter [in, out], any view
 * @returns [n, out], fresh and contiguous
 * @throws ShapeError naming the operand, the value found and the value needed
 *
 * @example
 * const filter = tensor([[1, 10], [100, 1000]]);
 * dense(tensor([[1, 2]]), filter, { bias: tensor([0.5, 0]) }).toArray(); // [[201.5, 2010]]
 */
export function dense(input: Tensor, filter: Tensor, options: DenseOptions = {}): Tensor {
  const op = "dense";
  knownKeys(op, options, ["bias", "activation", "backend"]);
  checkTensor(op, "input", input, [2]);
  checkTensor(op, "filter", filter, [2]);
  const [N, I] = input.shape;
  const [rows, O] = filter.shape;
  if (rows !== I) {
    const where = `(input ${formatShape(input.shape)}, filter ${formatShape(filter.shape)})`;
    throw new ShapeError(`${op}: filter takes ${rows} inputs, the input has ${I} ${where}`);
  }
  const bias = checkVector(op, "bias", options.bias, O);
  const activation = oneOf(op, "activation", options.activation ?? "none", ACTIVATIONS);
  const output = Tensor.zeros([N, O]);
  run(CONVOLUTIONS[chooseTier(op, options.backend)].dense({ N, I, O }, activation), [input], output, { filter, bias });
  return output;
}
