/**
 * @file A network packed into memory, and the sessions that run it. Sessions of the same network with the same weights
 * share one: they run in turn anyway, since kernels hold their thread until they are done.
 */
import { areEqual } from "../tensor/bytes.ts";
import { copyInto } from "../tensor/lines.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Executor } from "./executor.ts";
import type { Graph, GraphNode } from "./graph.ts";

export interface PackedNetwork {
  /** As it is run. */
  readonly graph: Graph;
  readonly executor: Executor<GraphNode>;
  /** Where the network reads its input and leaves its answer. */
  readonly source: Tensor;
  readonly answer: Tensor;
  /**
   * Does a job when those before it are done. The input is the caller's again when this returns: it is copied, or where
   * nothing waits, one image goes where the network reads it.
   *
   * @param isOne whether the job reads `source` alone, as a run of one image does
   */
  inTurn<T>(input: Tensor, isOne: boolean, job: (own: Tensor) => Promise<T>): Promise<T>;
  /** To be called once by each session that has it. The last one frees the memory. */
  release(): void;
}

/** What two networks must agree in, besides graph and weights, to be one. */
export interface Settings {
  readonly graph: Graph;
  readonly precision: string;
  readonly threads: number;
}

interface Shared {
  readonly network: PackedNetwork;
  readonly settings: Settings;
  sessions: number;
}

/**
 * Networks in use whose packed weights can be compared with others. Held weakly, so that sessions which are never disposed
 * are collected with their network.
 */
const open = new Set<WeakRef<Shared>>();

/**
 * The network of a session that has the same network with the same weights, if there is one.
 *
 * @param holds whether an executor's packed weights are those of the new session
 */
export function sharedNetwork(
  settings: Settings,
  holds: (executor: Executor<GraphNode>) => boolean,
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
    other.precision === settings.precision &&
    other.threads === settings.threads &&
    other.graph.nodes.length === settings.graph.nodes.length &&
    JSON.stringify(other.graph) === JSON.stringify(settings.graph)
  );
}

/**
 * A network for an executor. Sessions with the same weights share it, those too that were being made at the same time.
 */
export function packNetwork(executor: Executor<GraphNode>, settings: Settings): PackedNetwork {
  const { packed } = executor;
  if (packed === undefined) return network(executor, settings.graph, () => executor.dispose());
  const faster = sharedNetwork(settings, (other) =>
    packed.constants.every((own, i) => areEqual(own, constantsOf(other, i))),
  );
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

function constantsOf({ packed }: Executor<GraphNode>, i: number): Uint8Array {
  return packed?.constants[i] ?? NONE;
}

function network(executor: Executor<GraphNode>, graph: Graph, release: () => void): PackedNetwork {
  const [source, answer] = [executor.value(graph.input.name), executor.value(graph.output)];
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  return {
    graph,
    executor,
    source,
    answer,
    inTurn: (given, isOne, job) => {
      const isAtOnce = isOne && waiting === 0;
      const own = isAtOnce ? source : given.copy();
      if (isAtOnce) copyInto(given, source);
      waiting++;
      const turn = last.then(() => job(own));
      last = turn.catch(() => {}).then(() => void waiting--);
      return turn;
    },
    release,
  };
}
