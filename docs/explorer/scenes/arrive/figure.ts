/** @file Scene 6: the promise, and beside it the time measured here. */
import { TIERS } from "../../../../src/index.ts";
import type { BlockTime } from "../../engine/measure.ts";
import type { Spread } from "../../engine/timing.ts";
import { clamped, type Drawing, path, rect, words } from "../../figure/drawing.ts";
import { type Figure, STILL, type View } from "../../figure/figure.ts";
import { DEPTHWISE, POINTWISE, STANDARD, whole } from "../../figure/shapes.ts";
import { milliseconds } from "../../view/numbers.ts";
import { arrivedOf, fastest, promiseOf } from "./promise.ts";

/** Steps of the text: the promise, the time, the rival, all tiers. */
const [PROMISE, , RIVAL, ALL] = [0, 1, 2, 3];

/** A bar: its parts from the left, and the range of its length. */
interface Row {
  readonly key: string;
  readonly name: string;
  readonly fill: string;
  /** Parts and their colours; null while unknown. */
  readonly parts: readonly (readonly [value: number, colour: string])[] | null;
  readonly shown: string;
  readonly spread?: Spread | undefined;
}

interface Group {
  readonly key: string;
  readonly title: string;
  /** How many times shorter the last bar is than the first. */
  readonly ratio: string;
  readonly rows: readonly Row[];
  /** The value of the full width. */
  readonly full: number;
}

const rivalName = ({ width, text }: View): string => (width > 400 ? text.arrive.rival : text.arrive.rivalShort);

function promised(view: View): Group {
  const { state, step, text } = view;
  const { standard, best, depthwise, pointwise, separable } = promiseOf(state);
  const row = (key: string, name: string, fill: string, parts: NonNullable<Row["parts"]>): Row => ({
    key,
    name,
    fill,
    parts,
    shown: whole(parts.reduce((sum, [value]) => sum + value, 0)),
  });
  return {
    key: "promised",
    title: text.arrive.promised,
    ratio: text.times((standard / separable).toFixed(1)),
    full: standard,
    rows: [
      row("standard", text.standard, STANDARD, [[standard, STANDARD]]),
      ...(step === RIVAL && best !== null ? [row("best", rivalName(view), STANDARD, [[best, STANDARD]])] : []),
      row("separable", text.separable, POINTWISE, [
        [depthwise, DEPTHWISE],
        [pointwise, POINTWISE],
      ]),
    ],
  };
}

function measured(view: View, time: BlockTime | null, key: string, title: string): Group {
  const { state, step, text } = view;
  const row = (of: string, name: string, fill: string, spread: Spread | null, first?: Spread): Row => ({
    key: of,
    name,
    fill,
    parts:
      spread &&
      (first
        ? [
            [first.ms, DEPTHWISE],
            [Math.max(0, spread.ms - first.ms), fill],
          ]
        : [[spread.ms, fill]]),
    shown: spread === null ? "" : milliseconds(spread.ms),
    spread: spread ?? undefined,
  });
  const hasRival = step === RIVAL && (time === null ? promiseOf(state).best !== null : time.best !== null);
  return {
    key,
    title,
    ratio: time === null ? "" : text.times(arrivedOf(time.standard, time.separable).ratio.toFixed(1)),
    full:
      time === null
        ? 1
        : Math.max(time.standard.threeQuarters, time.best?.threeQuarters ?? 0, time.separable.threeQuarters),
    rows: [
      row("standard", text.standard, STANDARD, time?.standard ?? null),
      ...(hasRival ? [row("best", rivalName(view), STANDARD, time?.best ?? null)] : []),
      row("separable", text.separable, POINTWISE, time?.separable ?? null, time?.depthwise),
    ],
  };
}

function groupsOf(view: View): readonly Group[] {
  const { state, step, text } = view;
  const times = state.times?.rows ?? [];
  if (step !== ALL) {
    const time = step === PROMISE ? null : fastest(times);
    return [promised(view), measured(view, time, "measured", text.arrive.measured(time?.tier ?? null))];
  }
  // From the plain formula to the fastest, as everywhere; without SIMD there are two.
  return TIERS.flatMap((tier) => {
    const time = times.find((one) => one.tier === tier) ?? null;
    return time === null && state.times?.share === 1 ? [] : [measured(view, time, tier, tier)];
  });
}

function draw(view: View): Drawing {
  return [...bars(view), progress(view)];
}

function bars(view: View): Drawing {
  const { width, height, caption } = view;
  const groups = groupsOf(view);
  const count = groups.reduce((sum, { rows }) => sum + rows.length, 0);
  const isWide = width > 520;
  const [title, label] = [caption * 2.9, caption * 1.25];
  const room = (height - groups.length * title) / count;
  const bar = clamped(room - label - caption * 0.6, 8, isWide ? 64 : 24);
  const step = Math.min(room, label + bar + caption * 0.9);
  let y = Math.max(0, (height - groups.length * title - count * step) / 2);
  return groups.map((group): Drawing => {
    const top = y;
    y += title;
    const rows = group.rows.map((row): Drawing => {
      const own = y;
      y += step;
      return drawRow(view, group, row, own + label * 0.5, own + label, bar);
    });
    return [
      words(`${group.key}-title`, 0, top + title * 0.42, group.title, { size: caption * 1.1, bold: true }),
      words(`${group.key}-ratio`, width, top + title * 0.42, group.ratio, {
        size: clamped(caption * 1.9, 22, 46),
        bold: true,
        anchor: "end",
      }),
      rows,
    ];
  });
}

/** Progress of a measurement, as a thin line below. */
function progress({ width, height, state }: View): Drawing {
  const share = state.times?.share ?? 1;
  return share < 1 ? [rect("share", 0, height - 3, width * share, 3, "fill:var(--ink)")] : [];
}

function drawRow({ width, caption }: View, group: Group, row: Row, label: number, y: number, bar: number): Drawing {
  const key = `${group.key}-${row.key}`;
  const at = (value: number): number => (width * value) / group.full;
  let x = 0;
  const spread = row.spread;
  return [
    words(`${key}-name`, 0, label, row.name, { size: caption, fill: row.fill, bold: true }),
    words(`${key}-value`, width, label, row.shown, { size: caption, anchor: "end", fill: "var(--soft)" }),
    rect(`${key}-room`, 0, y, width, bar, "fill:var(--faint)"),
    row.parts === null
      ? rect(
          `${key}-wait`,
          1,
          y + 1,
          width - 2,
          bar - 2,
          `fill:none;stroke:${row.fill};stroke-width:1.6;stroke-dasharray:6 5`,
        )
      : row.parts.map(([value, colour], i): Drawing => {
          const from = x;
          x += at(value);
          // The rival is the same convolution by another method: the same colour, hollow.
          const look = row.key === "best" ? `fill:none;stroke:${colour};stroke-width:3` : `fill:${colour}`;
          const inset = row.key === "best" ? 1.5 : 0;
          return [rect(`${key}-part${i}`, from + inset, y + inset, at(value) - 2 * inset, bar - 2 * inset, look)];
        }),
    spread !== undefined &&
      row.parts !== null &&
      path(
        `${key}-spread`,
        `M${at(spread.quarter)} ${y + bar / 2}H${at(spread.threeQuarters)}M${at(spread.quarter)} ${y + bar * 0.25}v${bar / 2}M${at(spread.threeQuarters)} ${y + bar * 0.25}v${bar / 2}`,
        "stroke:var(--ink);stroke-width:2.4",
      ),
  ];
}

export const arriveFigure: Figure = {
  timeline: () => STILL,
  draw,
  says: (view) =>
    groupsOf(view)
      .map(
        ({ title, rows, ratio }) =>
          `${title}: ${rows.map(({ name, shown }) => `${name} ${shown}`).join(", ")} ${ratio}`,
      )
      .join("; "),
  numbers: (view) => [
    [view.text.arrive.block(view.state.k, view.state.c, view.state.o, view.state.side)],
    ...groupsOf(view).flatMap(({ title, rows }) => rows.map(({ name, shown }) => [`${title}: ${name}`, shown])),
  ],
};
