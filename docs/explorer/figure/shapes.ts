/** @file The parts of the figures: cells with numbers, arrows, sums in brackets, and a block, a stamp, a needle. */
import { integer } from "../view/numbers.ts";
import { clamped, type Drawing, mixed, path, rect, type Shape, words } from "./drawing.ts";

/** Colours of the three kinds of convolution. */
export const STANDARD = "var(--standard)";
export const DEPTHWISE = "var(--depthwise)";
export const POINTWISE = "var(--pointwise)";

/** Colour and dash pattern of each channel; with its name, three ways to tell channels apart. */
export const CHANNEL_COLOURS = ["var(--c1)", "var(--c2)", "var(--c3)"] as const;
export const CHANNEL_DASHES = ["none", "7 4", "2 4"] as const;

/** Whole numbers with a true minus sign. */
export function whole(value: number): string {
  return integer(Math.round(value) || 0).replace("-", "−");
}

/** At most one decimal, without the leading zero in narrow cells. */
export function decimal(value: number, isNarrow = false): string {
  const rounded = Math.round(value * 10) / 10;
  if (rounded === 0) return "0";
  const text = Math.abs(rounded).toFixed(1).replace(/\.0$/, "");
  return (rounded < 0 ? "−" : "") + (isNarrow && text.startsWith("0.") ? text.slice(1) : text);
}

export interface CellLook {
  readonly size?: number;
  readonly fill: string;
  readonly line: string;
  readonly ink?: string;
  readonly bold?: boolean;
  readonly style?: string;
}

/** A pixel has the same grey in both colour schemes. @param share 0 black to 1 white */
export function pixelLook(share: number): CellLook {
  const level = Math.round(38 + share * 205);
  const grey = `rgb(${level},${level},${level})`;
  return { fill: grey, line: grey, ink: level > 125 ? "#14171b" : "#fff" };
}

/** A weight is tinted by its kind; a negative one is grey. @param share -1 to 1 of the largest */
export function weightLook(share: number, colour: string): CellLook {
  const strength = Math.min(1, Math.abs(share));
  const fill =
    share > 0
      ? mixed(colour, 12 + 32 * strength)
      : share < 0
        ? mixed("var(--soft)", 8 + 20 * strength)
        : "var(--paper)";
  return { fill, line: mixed(colour, 45), bold: true };
}

export const PLAIN_CELL: CellLook = { fill: "var(--raised)", line: "var(--line)" };

/** Pixels: a side, or width and height. */
type CellSize = number | readonly [width: number, height: number];

/** @param text its content; "" for none */
export function cell(key: string, x: number, y: number, sides: CellSize, text: string, look: CellLook): Drawing {
  const [width, height] = typeof sides === "number" ? [sides, sides] : sides;
  const { fill, line, ink = "var(--ink)", bold = false, style = "", size = clamped(height * 0.5, 14, 40) } = look;
  return [
    rect(key, x + 0.75, y + 0.75, width - 1.5, height - 1.5, `fill:${fill};stroke:${line};stroke-width:1.2;${style}`),
    text !== "" &&
      words(`${key}n`, x + width / 2, y + height / 2 + 0.5, text, { size, bold, anchor: "middle", fill: ink, style }),
  ];
}

/** Cells in rows. */
export function grid<T>(
  key: string,
  x: number,
  y: number,
  sides: CellSize,
  columns: number,
  values: readonly T[],
  cellOf: (value: T, i: number) => readonly [text: string, look: CellLook],
): Drawing {
  return values.map((value, i) => {
    const [text, look] = cellOf(value, i);
    const [width, height] = typeof sides === "number" ? [sides, sides] : sides;
    return cell(`${key}${i}`, x + (i % columns) * width, y + Math.floor(i / columns) * height, sides, text, look);
  });
}

export function arrow(key: string, x1: number, y1: number, x2: number, y2: number, colour = "var(--soft)"): Shape {
  const turn = Math.atan2(y2 - y1, x2 - x1);
  const barb = (by: number): string => `${x2 - 8 * Math.cos(turn + by)} ${y2 - 8 * Math.sin(turn + by)}`;
  return path(
    key,
    `M${x1} ${y1}L${x2} ${y2}M${barb(-0.5)}L${x2} ${y2}L${barb(0.5)}`,
    `fill:none;stroke:${colour};stroke-width:2;stroke-linecap:round;stroke-linejoin:round`,
  );
}

/** A curve that is horizontal at both ends. */
export function thread(key: string, x1: number, y1: number, x2: number, y2: number, colour: string, more = ""): Shape {
  const bend = (x2 - x1) / 2;
  return path(
    key,
    `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`,
    `fill:none;stroke:${colour};stroke-width:2.6;${more}`,
  );
}

/** The sum of one channel, in brackets of its colour above its rule. @param text null before the sum is computed */
export function bracket(
  key: string,
  x: number,
  y: number,
  channel: number,
  text: string | null,
  size: number,
): Drawing {
  const colour = CHANNEL_COLOURS[channel];
  const width = size * 0.58 * Math.max(3, (text ?? "").length + 1.2);
  return [
    words(key, x, y, text === null ? "(  )" : `(${text})`, {
      size,
      bold: true,
      anchor: "middle",
      fill: colour,
      style: `white-space:pre;opacity:${text === null ? 0.4 : 1}`,
    }),
    path(
      `${key}u`,
      `M${x - width / 2} ${y + size * 0.72}h${width}`,
      `stroke:${colour};stroke-width:2.5;stroke-dasharray:${CHANNEL_DASHES[channel]}`,
    ),
  ];
}

/** The rule that marks a channel's parts. */
export function channelRule(key: string, x: number, y: number, length: number, channel: number): Shape {
  return path(
    key,
    `M${x} ${y}v${length}`,
    `stroke:${CHANNEL_COLOURS[channel]};stroke-width:5;stroke-dasharray:${CHANNEL_DASHES[channel]}`,
  );
}

/** A result: a filled box, or a dashed one while it is pending. */
export function answer(
  key: string,
  x: number,
  y: number,
  width: number,
  height: number,
  text: string | null,
  colour: string,
): Drawing {
  return [
    rect(
      key,
      x,
      y,
      width,
      height,
      `fill:${text === null ? "none" : colour};stroke:${colour};stroke-width:2.5;stroke-dasharray:${text === null ? "6 5" : "none"}`,
      { rx: 8 },
    ),
    text !== null &&
      words(`${key}t`, x + width / 2, y + height / 2, text, {
        size: Math.max(15, height * (text.length > 3 ? 0.36 : 0.46)),
        bold: true,
        anchor: "middle",
        fill: "var(--on)",
      }),
  ];
}

/**
 * A box of cells seen from the front: a block is deep, a stamp flat, a needle thin and deep.
 *
 * @param side of a cell of its front @param deep pixels @param isLit filled with its colour, or only its outline
 */
export function solid(
  key: string,
  x: number,
  y: number,
  side: number,
  cells: number,
  deep: number,
  colour: string,
  isLit: boolean,
): Drawing {
  const wide = cells * side;
  const [dx, dy] = [deep * 0.74, -deep * 0.5];
  const line = `stroke:${colour};stroke-width:1.4;stroke-linejoin:round`;
  const face = (percent: number): string => `${line};fill:${mixed(colour, percent)}`;
  let inner = "";
  for (let i = 1; i < cells; i++) inner += `M${x + i * side} ${y}v${wide}M${x} ${y + i * side}h${wide}`;
  if (deep > 12) for (let i = 1; i < 3; i++) inner += `M${x + (dx * i) / 3} ${y + (dy * i) / 3}h${wide}v${wide}`;
  return [
    path(`${key}t`, `M${x} ${y}l${dx} ${dy}h${wide}l${-dx} ${-dy}z`, face(isLit ? 62 : 12)),
    path(`${key}r`, `M${x + wide} ${y}l${dx} ${dy}v${wide}l${-dx} ${-dy}z`, face(isLit ? 82 : 22)),
    rect(`${key}f`, x, y, wide, wide, face(isLit ? 100 : 5)),
    inner !== "" &&
      path(`${key}g`, inner, `fill:none;stroke:${isLit ? "var(--paper)" : colour};stroke-width:1;opacity:0.6`),
  ];
}

/** About how wide a text is, in ems of a bold sans serif: Chinese characters are square. */
export function widthOf(text: string): number {
  let ems = 0;
  for (const one of text)
    ems += one > "\u2e80" ? 1 : " ,.:;()[]|ilj".includes(one) ? 0.32 : one === "m" || one === "w" ? 0.83 : 0.54;
  return ems;
}
