/**
 * @file The chart: FLOPs per byte to the right, GFLOP/s upwards, both logarithmic; the roofs are what the machine
 * allows.
 */
import type { Ceilings, RooflineRow } from "../../../src/index.ts";
import { svg } from "../view/h.ts";
import { plain } from "../view/numbers.ts";

const [WIDTH, HEIGHT] = [640, 360];
const [LEFT, RIGHT, TOP, BOTTOM] = [52, 12, 12, 40];

export function chart(
  rows: readonly RooflineRow[],
  { reads }: Ceilings,
  peak: number,
  label: string,
  tell: (row: RooflineRow) => void,
): SVGSVGElement {
  const gflopsOf = ({ macs, ms }: RooflineRow): number => (2 * macs) / ms / 1e6;
  const [min, max] = [
    Math.min(0.25, ...rows.map(({ intensity }) => intensity)) / 1.3,
    Math.max(100, ...rows.map(({ intensity }) => intensity)) * 1.3,
  ];
  const [low, high] = [Math.min(...rows.map(gflopsOf), peak / 20) / 1.5, peak * 1.6];
  const x = (intensity: number): number =>
    LEFT + ((WIDTH - LEFT - RIGHT) * Math.log(intensity / min)) / Math.log(max / min);
  const y = (gflops: number): number =>
    HEIGHT - BOTTOM - ((HEIGHT - TOP - BOTTOM) * Math.log(gflops / low)) / Math.log(high / low);
  /** A rate of reading as a slope, up to where the peak is the lower roof. */
  const roof = (gbps: number): string => {
    const from = Math.max(min, low / gbps);
    return `M${x(from)},${y(from * gbps)}L${x(peak / gbps)},${y(peak)}`;
  };
  const ticks = (from: number, to: number): readonly number[] => {
    const decades = Array.from({ length: 12 }, (_, i) => 10 ** (i - 4));
    return decades.filter((value) => value >= from && value <= to);
  };
  const dots = rows.map((row) => {
    const gflops = gflopsOf(row);
    const text = `${row.name}: ${gflops.toFixed(1)} GFLOP/s, ${row.intensity.toFixed(1)} FLOP/byte`;
    const dot: SVGCircleElement = svg(
      "circle",
      {
        class: `dot ${row.kind}`,
        cx: x(row.intensity),
        cy: y(gflops),
        r: 6,
        tabindex: 0,
        role: "button",
        "aria-label": text,
        onpointerenter: () => tell(row),
        onfocus: () => tell(row),
        onclick: () => tell(row),
      },
      svg("title", {}, text),
    );
    return dot;
  });
  return svg(
    "svg",
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "roofline", role: "group", "aria-label": label },
    ...ticks(min, max).flatMap((value) => [
      svg("line", { class: "tick", x1: x(value), x2: x(value), y1: TOP, y2: HEIGHT - BOTTOM }),
      svg("text", { x: x(value), y: HEIGHT - BOTTOM + 16, "text-anchor": "middle" }, plain(value)),
    ]),
    ...ticks(low, high).flatMap((value) => [
      svg("line", { class: "tick", x1: LEFT, x2: WIDTH - RIGHT, y1: y(value), y2: y(value) }),
      svg("text", { x: LEFT - 6, y: y(value) + 4, "text-anchor": "end" }, plain(value)),
    ]),
    svg("text", { x: (LEFT + WIDTH) / 2, y: HEIGHT - 6, "text-anchor": "middle" }, "FLOP / byte"),
    svg(
      "text",
      {
        x: 12,
        y: (HEIGHT - BOTTOM) / 2,
        "text-anchor": "middle",
        transform: `rotate(-90 12 ${(HEIGHT - BOTTOM) / 2})`,
      },
      "GFLOP/s",
    ),
    svg("path", { class: "roof", d: `M${x(peak / reads[0].gbps)},${y(peak)}L${WIDTH - RIGHT},${y(peak)}` }),
    svg("path", { class: "roof", d: roof(reads[0].gbps) }),
    svg("path", { class: "roof far", d: `${roof(reads[reads.length - 1].gbps)}L${WIDTH - RIGHT},${y(peak)}` }),
    ...dots,
  );
}
