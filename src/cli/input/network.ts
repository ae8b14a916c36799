/** @file Finds the network and weights that a command line names. */
import { suggestion } from "../../tensor/nearest.ts";
import { CHECKPOINT_NAMES } from "../pull/checkpoints.ts";
import { pulled } from "../pull/install.ts";
import { UsageError } from "../usage.ts";
import { type FileOptions, type Network, readNetwork } from "./networkFile.ts";

export type { Network } from "./networkFile.ts";

export interface NetworkOptions extends FileOptions {
  /** A path, or "fashion"; without it, `model` names a checkpoint, which is pulled if it is not cached. */
  readonly weights?: string | undefined;
}

/** The only way from a command line to a network. @throws UsageError, FormatError, ShapeError */
export async function networkFrom(command: string, options: NetworkOptions): Promise<Network> {
  const { weights, model } = options;
  if (weights !== undefined) return readNetwork(command, weights, options);
  if (model === undefined) throw new UsageError(`${command}: needs --weights FILE or --model NAME`);
  const other = { ...options, model: undefined };
  if (model === "fashion") return readNetwork(command, "fashion", other);
  const checkpoint = await pulled(command, model);
  if (checkpoint !== null) return readNetwork(command, checkpoint, other);
  const what = `${JSON.stringify(model)} is no checkpoint that can be pulled${suggestion(model, CHECKPOINT_NAMES)}`;
  throw new UsageError(`${command}: ${what}, needs --weights FILE or one of\n  ${CHECKPOINT_NAMES.join("\n  ")}`);
}
