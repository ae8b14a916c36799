/** @file Scene 2: the stamp gets deep. Each slice sums over its own channel, and the three sums become one number. */
import { clamped, type Drawing, mixed, rect, words } from "../../figure/drawing.ts";
import { type Figure, STILL, type View } from "../../figure/figure.ts";
import type { Timeline } from "../../figure/player.ts";
import {
  answer,
  bracket,
  CHANNEL_COLOURS,
  CHANNEL_DASHES,
  cell,
  channelRule,
  grid,
  PLAIN_CELL,
  pixelLook,
  STANDARD,
  thread,
  weightLook,
  whole,
  widthOf,
} from "../../figure/shapes.ts";
import { blocksFor, CHANNELS, CORNER, pixelsAt, sliceOf, sumsOf, TAPS } from "../example.ts";
import { DETAIL, DETAIL_SIDE } from "../photo.ts";
import { MAX_OUTPUTS } from "../state.ts";

/** Steps of the text: the block, its sums, its price. */
const [BLOCK, SUMS, PRICE] = [0, 1, 2];

const FILTER = blocksFor(1);
const { parts, output } = sumsOf(DETAIL, FILTER, 0);
const OUT = DETAIL_SIDE - 2;
const CORNER_PLACE = CORNER.row * OUT + CORNER.column;
const LARGEST = Math.max(...output.data.map(Math.abs));

/** The corner of the eye comes first, sum by sum; then the other places, each at once. */
const ORDER = [CORNER_PLACE, ...Array.from({ length: OUT * OUT }, (_, i) => i).filter((i) => i !== CORNER_PLACE)];
const [READING, TOTAL] = [[0.9, 1.1, 1.1, 1.1, 2.6], 4];

const SUMS_TIMELINE: Timeline = {
  count: READING.length + ORDER.length,
  seconds: (at) => READING[at] ?? (at === READING.length + ORDER.length - 1 ? 4 : 0.3),
  loops: true,
};

/** What the figure shows: the place, the sums computed so far, and the places computed. */
function sceneOf({ step, at, spot }: View) {
  const isReading = step === SUMS && at <= TOTAL;
  const last = READING.length + ORDER.length - 1;
  const order = at >= last ? 0 : Math.max(0, at - TOTAL);
  const place = spot ?? (step === SUMS ? ORDER[order] : CORNER_PLACE);
  const isThere = (c: number): boolean => spot !== null || !isReading || at > c;
  const computed = step !== SUMS || at >= last ? ORDER : ORDER.slice(0, isReading ? (at === TOTAL ? 1 : 0) : order + 1);
  const [row, column] = [Math.floor(place / OUT), place % OUT];
  return {
    place,
    row,
    column,
    isThere,
    isWhole: spot !== null || !isReading || at === TOTAL,
    isComputed: (one: number) => computed.includes(one) || one === spot,
    sums: Array.from({ length: CHANNELS }, (_, c) => parts.at(0, row, column, c)),
    total: output.at(0, row, column, 0),
  };
}
type Scene = ReturnType<typeof sceneOf>;

function layoutOf({ width, height, caption, step }: View) {
  const isWide = width > 520 && height > 420;
  const bottom = isWide ? caption * 4.6 : caption * 3.8;
  const gap = isWide ? 26 : 18;
  const side = isWide
    ? Math.floor(Math.min((width - 230) / 19, (height - bottom - gap * 2 - 34) / 18))
    : Math.floor(clamped(Math.min((height - bottom - 76) / 9, (width - 76) / 8.6), 20, 30));
  const rowHeight = isWide ? side * 6 : side * 3;
  const image = isWide ? side * 6 : Math.min(side * 3, width - side * 6 - 84);
  const left = isWide ? 30 : 12;
  const weight = isWide ? Math.floor(side * 1.46) : side;
  const free = isWide ? Math.max(0, width - left - image - weight * 6 - side * 9.4) / 4 : 0;
  const pixels = left + image + 12;
  const slices = isWide ? left + image + side + free : pixels + side * 3 + 16;
  const products = slices + weight * 3 + side + free * 0.8;
  const sums = isWide ? products + weight * 3 + side * 1.5 + free * 0.7 : slices + side * 3 + 32;
  const top = isWide ? 34 : 26;
  const isApart = step !== BLOCK;
  const front = isWide ? Math.min(side * 2.6, (width - image) * 0.13) : Math.min(40, (width - image) * 0.14);
  const outputLeft = sums + side * 2.75 + free * 0.5;
  const box = clamped(side * 2.5, 48, 120);
  return {
    isWide,
    isApart,
    side,
    rowHeight,
    image,
    left,
    pixels,
    slices,
    products,
    sums,
    weight,
    free,
    rowTop: (c: number) => top + c * (rowHeight + gap),
    front,
    meet: outputLeft,
    box,
    output: {
      x: outputLeft,
      y: top + rowHeight * 1.5 + gap + box / 2 + 34,
      side: Math.min(side * 1.3, (width - outputLeft - (step === PRICE ? 38 : 2)) / 4.05),
    },
    stack: {
      x: left + image + (width - left - image - front * 3) * 0.56,
      y: top + (rowHeight + gap) + rowHeight / 2 - front * 1.5,
    },
  };
}
type Layout = ReturnType<typeof layoutOf>;

/** One channel of the detail, and the window on it. */
function channel({ text, caption }: View, own: Layout, { row, column }: Scene, c: number): Drawing {
  const { isWide, isApart, image, left, rowTop } = own;
  const [y, side] = [rowTop(c), image / DETAIL_SIDE];
  const colour = CHANNEL_COLOURS[c];
  const pixels = Array.from({ length: DETAIL_SIDE ** 2 }, (_, i) =>
    DETAIL.at(0, Math.floor(i / DETAIL_SIDE), i % DETAIL_SIDE, c),
  );
  const move = `transform:translate(${left + column * side}px,${y + row * side}px);fill:none;`;
  return [
    grid(`image${c}`, left, y, side, DETAIL_SIDE, pixels, (pixel) => [
      isWide ? String(pixel) : "",
      { ...pixelLook(pixel / 9), size: Math.max(14, side * 0.46) },
    ]),
    isApart && [
      rect(`window${c}w`, 0, 0, side * 3, side * 3, `${move}stroke:var(--paper);stroke-width:7`, { class: "moves" }),
      rect(`window${c}`, 0, 0, side * 3, side * 3, `${move}stroke:${colour};stroke-width:3.4`, { class: "moves" }),
    ],
    channelRule(`rule${c}`, left - 8, y, image, c),
    isWide
      ? words(`name${c}`, 0, 0, text.channels.names[c], {
          size: caption,
          bold: true,
          anchor: "middle",
          fill: colour,
          more: { transform: `translate(${left - 22} ${y + image / 2}) rotate(-90)` },
        })
      : words(`name${c}`, left - 12, y - 10, text.channels.names[c], { size: caption, bold: true, fill: colour }),
  ];
}

/** A slice of the block, inside the block or beside its channel. */
function slice(view: View, own: Layout, c: number): Drawing {
  const { isApart, slices, stack, front, weight, rowTop, rowHeight, image, left } = own;
  const side = isApart ? weight : front;
  const x = isApart ? slices : stack.x + (1 - c) * front * 0.62;
  const y = isApart ? rowTop(c) + (rowHeight - weight * 3) / 2 : stack.y - (1 - c) * front * 0.5;
  const values = sliceOf(FILTER, c, 0);
  const isHidden = !isApart && c < CHANNELS - 1;
  const largest = Math.max(...values.map(Math.abs));
  const entry = y + side * (c === CHANNELS - 1 ? 1.5 : 0.25);
  return [
    !isApart &&
      thread(
        `thread${c}`,
        left + image + 8,
        rowTop(c) + image / 2,
        x - 4,
        entry,
        CHANNEL_COLOURS[c],
        `stroke-dasharray:${CHANNEL_DASHES[c]};`,
      ),
    values.map((value, i): Drawing => {
      const look = weightLook(value / largest, STANDARD);
      return cell(
        `slice${c}-${i}`,
        x + (i % 3) * side,
        y + Math.floor(i / 3) * side,
        side,
        isHidden ? "" : whole(value),
        {
          ...look,
          line: STANDARD,
          size: clamped(side * 0.44, 14, 34),
        },
      );
    }),
    view.step === BLOCK &&
      c === CHANNELS - 1 &&
      own.isWide && [
        words(
          "block-title",
          stack.x - front * 0.62,
          stack.y - front * 0.75 - view.caption * 1.3,
          view.text.channels.block,
          {
            size: view.caption,
            fill: "var(--soft)",
          },
        ),
        words(
          "block-count",
          stack.x + front * 1.2,
          stack.y + front * 3.9 + view.caption,
          view.text.channels.weights(TAPS * CHANNELS),
          {
            size: view.caption * 1.2,
            bold: true,
            anchor: "middle",
            fill: STANDARD,
          },
        ),
      ],
  ];
}

/** The nine products of a channel, and their sum. */
function row({ caption }: View, own: Layout, { row, column, sums, isThere }: Scene, c: number): Drawing {
  const { isWide, rowTop, rowHeight, weight, slices, products, image, left, pixels, side } = own;
  const middle = rowTop(c) + rowHeight / 2;
  const under = pixelsAt(row, column, c);
  const sign = (key: string, x: number, what: string): Drawing => [
    words(`${key}${c}`, x, middle, what, { size: caption * 1.3, bold: true, anchor: "middle" }),
  ];
  const sum = isThere(c) ? whole(sums[c]) : null;
  if (!isWide) {
    return [
      grid(`under${c}`, pixels, rowTop(c), side, 3, under, (pixel) => [
        String(pixel),
        { ...pixelLook(pixel / 9), size: 14 },
      ]),
      sign("times", slices - 8, "×"),
      bracket(`sum${c}`, own.sums, middle, c, sum, 19),
    ];
  }
  return [
    sign("times", (left + image + slices) / 2, "×"),
    sign("equals", (slices + weight * 3 + products) / 2, "="),
    grid(`product${c}`, products, middle - weight * 1.5, weight, 3, sliceOf(FILTER, c, 0), (value, i) => {
      const product = value * under[i];
      return [
        isThere(c) ? whole(product) : "",
        { ...PLAIN_CELL, ink: product < 0 ? "var(--bad)" : "var(--ink)", size: clamped(weight * 0.42, 14, 32) },
      ];
    }),
    bracket(`sum${c}`, own.sums, middle, c, sum, clamped(side * 0.95, 20, 46)),
  ];
}

/** Adds the three sums into one number, a pixel of the output. */
function total(view: View, own: Layout, scene: Scene): Drawing {
  if (!own.isWide) return [];
  const { side, sums, meet, box, rowTop, rowHeight, output: place } = own;
  const from = sums + side * 1.25;
  const middle = rowTop(1) + rowHeight / 2;
  return [
    Array.from({ length: CHANNELS }, (_, c) =>
      thread(
        `meet${c}`,
        from,
        rowTop(c) + rowHeight / 2,
        meet,
        middle,
        CHANNEL_COLOURS[c],
        `stroke-dasharray:${CHANNEL_DASHES[c]};opacity:${scene.isThere(c) ? 1 : 0.3}`,
      ),
    ),
    answer("total", meet, middle - box / 2, box * 1.1, box, scene.isWhole ? whole(scene.total) : null, STANDARD),
    view.step === PRICE ? manyOutputs(place.x, place.y + 26, place.side) : outputGrid(view, scene, place),
  ];
}

function outputGrid({ text, caption }: View, { place, isComputed }: Scene, { x, y, side }: Layout["output"]): Drawing {
  return [
    words("output-title", x, y - 15, text.channels.output, { size: caption, fill: "var(--soft)" }),
    Array.from({ length: OUT * OUT }, (_, i) => {
      const share = Math.abs(output.data[i]) / LARGEST;
      const fill = isComputed(i) ? mixed(STANDARD, 10 + 90 * share) : "var(--raised)";
      const line = i === place ? "stroke:var(--ink);stroke-width:3" : "stroke:var(--soft);stroke-width:1";
      return rect(
        `output${i}`,
        x + (i % OUT) * side,
        y + Math.floor(i / OUT) * side,
        side - 2,
        side - 2,
        `fill:${fill};${line}`,
      );
    }),
  ];
}

/** The outputs of a whole layer, stacked one behind the other. */
function manyOutputs(x: number, y: number, side: number): Drawing {
  return [
    Array.from({ length: 8 }, (_, i) =>
      rect(
        `sheet${i}`,
        x + (7 - i) * 5,
        y - (7 - i) * 4,
        side * 4,
        side * 4,
        `fill:var(--raised);stroke:${STANDARD};stroke-width:1.4`,
      ),
    ),
    words("sheets", x + side * 2, y + side * 2, MAX_OUTPUTS, {
      size: side * 1.4,
      bold: true,
      anchor: "middle",
      fill: STANDARD,
    }),
  ];
}

/** The sum on a separate line, and its cost. */
function price(view: View, own: Layout, { sums, isThere, isWhole, total: sum }: Scene): Drawing {
  const { width, height, caption, text, step } = view;
  const isPrice = step === PRICE;
  const cost = isPrice ? text.channels.layer(TAPS * CHANNELS, MAX_OUTPUTS) : text.channels.products(TAPS, CHANNELS);
  const costLook = {
    size: isPrice && own.isWide ? caption * 1.2 : caption,
    bold: isPrice,
    fill: isPrice ? STANDARD : "var(--soft)",
  };
  const size = own.isWide ? caption * 1.5 : 21;
  const y = height - (own.isWide ? caption * 1.5 : caption * 2.7);
  let x = 0;
  const line = [
    ...sums.flatMap((value, c) => [
      { text: isThere(c) ? `(${whole(value)})` : "(  )", fill: CHANNEL_COLOURS[c] },
      { text: c < CHANNELS - 1 ? "+" : "=", fill: "var(--ink)" },
    ]),
    { text: isWhole ? whole(sum) : "…", fill: STANDARD },
  ].map(({ text: what, fill }, i) => {
    const shape = words(`line${i}`, x, y, what, { size, bold: true, fill, style: "white-space:pre" });
    x += size * (widthOf(what) + 0.25);
    return shape;
  });
  const isBeside = own.isWide && x + widthOf(cost) * costLook.size + 20 < width;
  return [
    (isBeside || !isPrice || !own.isWide) && line,
    isBeside || own.isWide
      ? words("cost", width, y, cost, { ...costLook, anchor: "end" })
      : words("cost", 0, height - caption * 0.9, cost, costLook),
  ];
}

export const channelsFigure: Figure = {
  timeline: (_, step) => (step === SUMS ? SUMS_TIMELINE : STILL),
  draw: (view) => {
    const [own, scene] = [layoutOf(view), sceneOf(view)];
    const { isWide, isApart } = own;
    const title = (key: string, x: number, what: string): Drawing => [
      isWide && words(key, x, 14, what, { size: view.caption, fill: "var(--soft)" }),
    ];
    return [
      title("image-title", own.left, view.text.channels.image),
      isApart && [
        title("slices-title", own.slices, view.text.channels.slices),
        title("products-title", own.products, view.text.window.productsTitle),
        title("sums-title", own.sums - own.side, view.text.channels.sums),
      ],
      [0, 1, 2].map((c) => [channel(view, own, scene, c), slice(view, own, c), isApart && row(view, own, scene, c)]),
      isApart && [total(view, own, scene), price(view, own, scene)],
    ];
  },
  says: (view) => {
    const { sums, total: sum } = sceneOf(view);
    if (view.step === BLOCK) return view.text.channels.saysBlock(TAPS * CHANNELS);
    return view.text.channels.says(sums.map(whole), whole(sum));
  },
  numbers: (view) => {
    const { row, column, sums, total: sum } = sceneOf(view);
    return [
      [view.text.channels.says(sums.map(whole), whole(sum))],
      ...[0, 1, 2].flatMap((c) => [
        [`${view.text.channels.names[c]}: ${view.text.window.pixels}`, ...pixelsAt(row, column, c).map(whole)],
        [`${view.text.channels.names[c]}: ${view.text.window.weights}`, ...sliceOf(FILTER, c, 0).map(whole)],
      ]),
    ];
  },
  spotAt: (view, x, y) => {
    const own = layoutOf(view);
    if (!own.isApart) return null;
    const { rowTop, image, left, isWide, output: place } = own;
    const placeOf = (row: number, column: number): number =>
      clamped(Math.floor(row), 0, OUT - 1) * OUT + clamped(Math.floor(column), 0, OUT - 1);
    for (let c = 0; c < CHANNELS; c++) {
      const side = image / DETAIL_SIDE;
      const [row, column] = [(y - rowTop(c)) / side, (x - left) / side];
      if (row >= 0 && column >= 0 && row < DETAIL_SIDE && column < DETAIL_SIDE) return placeOf(row - 1, column - 1);
    }
    if (!isWide || view.step !== SUMS) return null;
    const [row, column] = [(y - place.y) / place.side, (x - place.x) / place.side];
    return row >= 0 && column >= 0 && row < OUT && column < OUT ? placeOf(row, column) : null;
  },
};
