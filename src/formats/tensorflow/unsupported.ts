/** @file Descriptions of unsupported operators, so that an error says more than a name. */
import { BOXES, CONTROL, RECURRENT, VARIABLE } from "../importer/unsupported.ts";

const LISTS: readonly (readonly [why: string, operators: string])[] = [
  [CONTROL, "If StatelessIf While StatelessWhile Switch Merge Enter Exit NextIteration LoopCond PartitionedCall"],
  [CONTROL, "StatefulPartitionedCall TensorListReserve TensorListFromTensor TensorListStack TensorArrayV3"],
  [RECURRENT, "BlockLSTM CudnnRNN CudnnRNNV3 LSTMBlockCell"],
  [BOXES, "NonMaxSuppressionV2 NonMaxSuppressionV3 NonMaxSuppressionV4 NonMaxSuppressionV5 CombinedNonMaxSuppression"],
  [BOXES, "CropAndResize TopKV2 Where"],
  [VARIABLE, "VarHandleOp ReadVariableOp AssignVariableOp VariableV2"],
];

const KNOWN: ReadonlyMap<string, string> = new Map(
  LISTS.flatMap(([why, operators]) => operators.split(" ").map((operator) => [operator, why] as const)),
);

/** Describes an operator, ": …"; empty if nothing is known about it. */
export function knownAs(op: string): string {
  const known = KNOWN.get(op);
  return known === undefined ? "" : `: ${known}`;
}
