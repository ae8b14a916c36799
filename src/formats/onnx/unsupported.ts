/** @file Descriptions of unsupported operators, so that an error says more than a name. */
import { BOXES, CONTROL, RECURRENT } from "../importer/unsupported.ts";

const OPTIMIZED = "onnxruntime's, of an optimised model: take the one that it was made from";

const OPERATORS: ReadonlyMap<string, string> = new Map([
  ...["If", "Loop", "Scan", "SequenceMap"].map((op) => [op, CONTROL] as const),
  ...["GRU", "LSTM", "RNN"].map((op) => [op, RECURRENT] as const),
  ...["NonMaxSuppression", "EfficientNMS_TRT", "BatchedNMS_TRT", "TRT.EfficientNMS_TRT", "TRT.BatchedNMS_TRT"].map(
    (op) => [op, BOXES] as const,
  ),
  ["com.microsoft.FusedConv", `a convolution with its activation, ${OPTIMIZED}`],
  ["com.microsoft.FusedMatMul", `a scaled matrix product, ${OPTIMIZED}`],
  ["com.microsoft.FusedGemm", `a dense layer with its activation, ${OPTIMIZED}`],
]);

/** Descriptions for all operators of a domain. */
const DOMAINS: ReadonlyMap<string, string> = new Map([
  ["com.microsoft.nchwc", `a layout in blocks of channels, ${OPTIMIZED}`],
  ["com.microsoft", "onnxruntime's own"],
  ["ai.onnx.ml", "of trees and tables, not of networks"],
  ["ai.onnx.contrib", "of onnxruntime-extensions, around a network: cut it off (--output)"],
  ["ai.onnx.training", "a step of training: export the network for inference"],
  ["ai.onnx.preview.training", "a step of training: export the network for inference"],
  ["org.pytorch.aten", "PyTorch's own: export without its fallback to ATen"],
  ["aten", "PyTorch's own: export without its fallback to ATen"],
  ["prim", "PyTorch's own: export without its fallback to ATen"],
  ["mmdeploy", "a plugin of MMDeploy"],
  ["TRT", "a plugin of TensorRT"],
]);

/** An operator with its domain, unless that is ONNX's own. */
export function fullName({ op, domain }: { readonly op: string; readonly domain: string }): string {
  return domain === "" || domain === "ai.onnx" ? op : `${domain}.${op}`;
}

/** Describes an operator, ": …"; empty if nothing is known about it. */
export function knownAs(domain: string, full: string): string {
  const known = OPERATORS.get(full) ?? DOMAINS.get(domain);
  return known === undefined ? "" : `: ${known}`;
}
