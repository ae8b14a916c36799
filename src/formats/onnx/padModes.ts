/** @file ONNX's names of the modes of padding. */
import type { PadMode } from "../../geometry/picks.ts";

export const ONNX_PAD_MODES: Readonly<Record<PadMode, string>> = {
  constant: "constant",
  reflection: "reflect",
  edge: "edge",
};
