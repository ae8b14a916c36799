/** @file ONNX's names for padding modes. */
import type { PadMode } from "../../geometry/picks.ts";

export const ONNX_PAD_MODES: Readonly<Record<PadMode, string>> = {
  constant: "constant",
  reflection: "reflect",
  edge: "edge",
};
