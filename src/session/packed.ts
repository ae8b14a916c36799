/**
 * @file A network packed into memory, and the sessions that run it. Sessions of the same network with the same weights
 * share one: they run in turn anyway, since kernels block their thread until done.
 */

import type { Rounding } from "../geometry/requantization.ts";
import type { Graph } from "../graph/graph.ts";
import type { Executor } from "../runtime/executor.ts";
import type { NodeStep } from "../runtime/schedule.ts";
import { areEqual } from "../tensor/bytes.ts";
import { bytesOf, copyNumbers, copyOf, type Numbers, numbersLike } from "../tensor/numbers.ts";
import type { IntegerData } from "../tensor/quantizedTensor.ts";
import { Tensor } from "../tensor/tensor.ts";

export interface PackedNetwork {
  /** After the passes. */
  readonly graph: Graph;
  readonly executor: Executor<NodeStep>;
  /** Where the network reads its inputs and writes its outputs, in the graph's order. */
  readonly sources: readonly Numbers[];
  readonly answers: readonly Numbers[];
  /**
   * Queues a job. The inputs have been read when this returns: they are copied, or, if `isOne` and nothing is waiting,
   * written to `sources` at once.
   *
   * @param isOne whether the job reads only `sources`, as a run of one image does
   */
  inTurn<T>(inputs: readonly Numbers[], isOne: boolean, job: (own: readonly Numbers[]) => Promise<T>): Promise<T>;
  /** To be called once by each session using it. The last call frees the memory. */
  release(): void;
}

/** What two networks must have in common, besides weights, to be shared. */
export interface Settings {
  readonly graph: Graph;
  readonly tier: string;
  readonly precision: string;
  readonly rounding: Rounding;
  readonly threads: number;
}

interface Shared {
  readonly network: PackedNetwork;
  readonly settings: Settings;
  sessions: number;
}

/**
 * Networks in use whose packed weights can be compared. Held weakly, so that sessions that are never disposed are
 * garbage-collected with their network.
 */
const open = new Set<WeakRef<Shared>>();

/**
 * Joins the network of an open session with equal settings and weights, if there is one.
 *
 * @param holds whether an executor's packed weights are those of the new session
 */
export function sharedNetwork(
  settings: Settings,
  holds: (executor: Executor<NodeStep>) => boolean,
): PackedNetwork | null {
  for (const reference of open) {
    const shared = reference.deref();
    if (shared === undefined) open.delete(reference);
    if (shared === undefined || !isAlike(shared, settings) || !holds(shared.network.executor)) continue;
    shared.sessions++;
    return shared.network;
  }
  return null;
}

function isAlike({ network, settings: other }: Shared, settings: Settings): boolean {
  return (
    network.executor.isAlive() &&
    other.tier === settings.tier &&
    other.precision === settings.precision &&
    other.rounding === settings.rounding &&
    other.threads === settings.threads &&
    other.graph.nodes.length === settings.graph.nodes.length &&
    JSON.stringify(other.graph) === JSON.stringify(settings.graph)
  );
}

/** Wraps an executor as a network for sessions to share, unless a session created meanwhile has packed the same one. */
export function packNetwork(executor: Executor<NodeStep>, settings: Settings): PackedNetwork {
  const { packed } = executor;
  if (packed === undefined) return network(executor, settings.graph, () => executor.dispose());
  const faster = sharedNetwork(settings, (other) => packed.every((own, i) => areEqual(own, other.packed?.[i] ?? NONE)));
  if (faster !== null) {
    executor.dispose();
    return faster;
  }
  const release = (): void => {
    if (--shared.sessions > 0) return;
    open.delete(reference);
    executor.dispose();
  };
  const shared: Shared = { network: network(executor, settings.graph, release), settings, sessions: 1 };
  const reference = new WeakRef(shared);
  open.add(reference);
  return shared.network;
}

const NONE = new Uint8Array(0);

function network(executor: Executor<NodeStep>, graph: Graph, release: () => void): PackedNetwork {
  const sources = graph.inputs.map(({ name }) => executor.value(name));
  const answers = graph.outputs.map((name) => executor.value(name));
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  const copiers = sources.map(copier);
  return {
    graph,
    executor,
    sources,
    answers,
    inTurn: (given, isOne, job) => {
      const isAtOnce = isOne && waiting === 0;
      const own = isAtOnce ? sources : given.map((input, i) => copiers[i].copy(input));
      if (isAtOnce) given.forEach((input, i) => void copyNumbers(input, sources[i]));
      waiting++;
      const turn = last.then(() => job(own));
      last = turn
        .catch(() => {})
        .then(() => {
          waiting--;
          if (!isAtOnce) own.forEach((copy, i) => void copiers[i].release(copy));
        });
      return turn;
    },
    release,
  };
}

/**
 * Copies that reuse memory: allocating costs more than copying, 10 % of a small network's time. Held weakly, so that an
 * old batch is garbage-collected.
 */
function copier(): { copy(given: Numbers): Numbers; release(copy: Numbers): void } {
  let spare: WeakRef<Float32Array | IntegerData> | null = null;
  return {
    copy: (given) => {
      const memory = spare?.deref();
      if (memory === undefined || memory.byteLength !== bytesOf(given)) return copyOf(given);
      spare = null;
      const copy = numbersLike(given, memory.buffer, memory.byteOffset);
      copyNumbers(given, copy);
      return copy;
    },
    release: (copy) => {
      spare = new WeakRef(copy instanceof Tensor ? copy.data : copy);
    },
  };
}
