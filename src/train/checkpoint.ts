/** @file Checkpoints: everything needed to resume training, as a safetensors file. */

import { openSafetensors, writeSafetensors } from "../formats/safetensors/safetensors.ts";
import type { WeightsSource } from "../formats/source.ts";
import { FormatError, show } from "../tensor/errors.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { TrainingState } from "./train.ts";

const MEMORY = "optimizer:";

/** @param about describes the training, by name: network, data, options */
export function writeCheckpoint(state: TrainingState, about: Readonly<Record<string, string>>): Uint8Array {
  const memory = [...state.memory].map(([name, tensor]): [string, Tensor] => [MEMORY + name, tensor]);
  return writeSafetensors(new Map([...state.weights, ...memory]), { ...about, step: String(state.step) });
}

/**
 * @param about  describes this training
 * @param called maps a name in `about` to the user's word for it
 * @throws FormatError if the file is not a checkpoint, or belongs to another training; the message says what differs
 */
export async function readCheckpoint(
  source: WeightsSource,
  about: Readonly<Record<string, string>>,
  called: (name: string) => string = (name) => name,
): Promise<TrainingState> {
  const file = await openSafetensors(source);
  try {
    const step = Number(file.metadata.get("step") ?? Number.NaN);
    if (!(Number.isSafeInteger(step) && step >= 0)) {
      const found = show(file.metadata.get("step"));
      throw new FormatError(`checkpoint: the file's step is ${found}, needs an integer >= 0; it is no checkpoint`);
    }
    for (const [name, value] of Object.entries(about)) {
      const found = file.metadata.get(name) ?? "not given";
      if (found === value) continue;
      const advice = "use the earlier value, or delete the checkpoint to start over";
      throw new FormatError(`checkpoint: ${called(name)} was ${found}, is ${value} now; ${advice}`);
    }
    const [weights, memory] = [new Map<string, Tensor>(), new Map<string, Tensor>()];
    for (const name of file.tensors.keys()) {
      const tensor = await file.read(name);
      if (name.startsWith(MEMORY)) memory.set(name.slice(MEMORY.length), tensor);
      else weights.set(name, tensor);
    }
    return { weights, memory, step };
  } finally {
    await file.close();
  }
}
