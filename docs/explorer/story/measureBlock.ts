/** @file Measures the block of scene 6: automatically when it becomes visible, and again on request. */
import { ask, awake, Stopped } from "../engine/client.ts";
import type { State } from "../scenes/state.ts";
import { setState, state } from "./kept.ts";

/** Milliseconds after which a slider counts as at rest. */
const REST = 350;

let control: AbortController | null = null;
let waiting: ReturnType<typeof setTimeout> | undefined;
/** The block whose measurement was stopped: it does not start automatically again. */
let stopped = "";

const keyOf = ({ k, o, c, side }: State): string => [k, o, c, side].join();

/** @param isWanted whether the reader asks for it, rather than the figure */
export function measureBlock(isWanted: boolean): void {
  const key = keyOf(state());
  if (!isWanted && key === stopped) return;
  clearTimeout(waiting);
  if (isWanted) stopped = "";
  waiting = setTimeout(() => void measure(key), isWanted ? 0 : REST);
}

export function stopMeasuring(): void {
  stopped = keyOf(state());
  control?.abort();
}

async function measure(key: string): Promise<void> {
  const { k, o, c, side } = state();
  if (keyOf(state()) !== key || (state().times !== null && state().times?.share !== 1)) return;
  control?.abort(); // another block was being measured
  const own = new AbortController();
  control = own;
  const isMine = (): boolean => control === own && keyOf(state()) === key;
  const show = (times: Partial<NonNullable<State["times"]>>): void => {
    const before = state().times ?? { rows: [], share: 0, slept: false };
    if (isMine()) setState({ ...state(), times: { ...before, ...times } }, null);
  };
  show({ rows: [], share: 0, slept: false });
  try {
    const block = { kernel: k, inputs: c, outputs: o, resolution: side };
    const { slept } = await awake(
      ask("timeBlock", block, {
        signal: own.signal,
        tell: (news) => show(typeof news === "number" ? { share: Math.min(news, 0.999) } : { rows: rowsWith(news) }),
      }),
    );
    show({ share: 1, slept });
  } catch (error) {
    // Stopped, or out of memory: the results so far stay, and the block can be measured again.
    if (isMine())
      setState({ ...state(), times: state().times?.rows.length ? { ...timesNow(), share: 1 } : null }, null);
    if (!(error instanceof Stopped)) stopped = key;
  }
}

type Times = NonNullable<State["times"]>;

function timesNow(): Times {
  return state().times as Times;
}

function rowsWith(row: Times["rows"][number]): Times["rows"] {
  return [...(state().times?.rows ?? []), row];
}
