/** @file A drawing as an SVG file, in one of the page's two colour schemes. Runs in Node. */
import { crc32, deflateSync } from "node:zlib";
import { type Drawing, type Picture, shapesOf } from "./drawing.ts";

export type Colours = ReadonlyMap<string, string>;

/** Colours by name, of one scheme, from the style sheet: `--ink: light-dark(#1c2127, #e9eaec)`. */
export function coloursOf(style: string, scheme: "light" | "dark"): Colours {
  const found = [...style.matchAll(/--([\w]+): light-dark\((#\w{6}), (#\w{6})\)/g)];
  return new Map(found.map(([, name, light, dark]) => [name, scheme === "light" ? light : dark]));
}

/**
 * @param margin pixels around the drawing
 * @param label what it shows, for screen readers
 */
export function svgText(
  drawing: Drawing,
  width: number,
  height: number,
  margin: number,
  colours: Colours,
  scheme: "light" | "dark",
  label: string,
): string {
  const filter = scheme === "dark" ? "invert(1)" : "none";
  const own = (style: string): string => resolved(style.replace("var(--ink-filter)", filter), colours);
  const body = shapesOf(drawing).map(({ tag, attributes, words, picture }) => {
    const all = { ...attributes, ...(picture && { href: pngOf(picture) }) };
    const list = Object.entries(all)
      .filter(([, value]) => value !== "")
      .map(([name, value]) => ` ${name}="${escaped(own(short(value)))}"`);
    return `<${tag}${list.join("")}${words === undefined ? "/>" : `>${escaped(words)}</${tag}>`}`;
  });
  const font = `font-family="'Segoe UI','Helvetica Neue',Helvetica,Arial,sans-serif"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${-margin} ${-margin} ${width + 2 * margin} ${height + 2 * margin}" width="${width + 2 * margin}" height="${height + 2 * margin}" role="img" aria-label="${escaped(label)}" ${font}>
<rect x="${-margin}" y="${-margin}" width="100%" height="100%" rx="8" fill="${own("var(--paper)")}"/>
${body.join("\n")}
</svg>
`;
}

/** Two decimals are a hundredth of a pixel. */
function short(value: string | number): string {
  return String(value).replace(/-?\d+\.\d{3,}(e-?\d+)?/g, (digits) => String(Math.round(Number(digits) * 100) / 100));
}

/** Resolves variables and colour mixtures, which SVG viewers may not support. */
function resolved(text: string, colours: Colours): string {
  const plain = text.replace(/var\(--(\w+)\)/g, (_, name: string) => {
    const colour = colours.get(name);
    if (colour === undefined) throw new Error(`no colour --${name}`);
    return colour;
  });
  return plain.replace(
    /color-mix\(in srgb,(#\w{6}) (\d+)%,(#\w{6})\)/g,
    (_, one: string, percent: string, other: string) => blend(one, Number(percent) / 100, other),
  );
}

function blend(one: string, share: number, other: string): string {
  const levels = (colour: string): number[] => [1, 3, 5].map((i) => Number.parseInt(colour.slice(i, i + 2), 16));
  const [a, b] = [levels(one), levels(other)];
  return `#${a
    .map((level, i) =>
      Math.round(level * share + b[i] * (1 - share))
        .toString(16)
        .padStart(2, "0"),
    )
    .join("")}`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}

/** The image as a data URL. Source: PNG specification, colour type 6, one filter byte per row. */
function pngOf({ width, height, rgba }: Picture): string {
  const rows = Buffer.alloc(height * (1 + 4 * width));
  for (let y = 0; y < height; y++) rows.set(rgba.subarray(4 * width * y, 4 * width * (y + 1)), y * (1 + 4 * width) + 1);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 6], 8);
  const file = Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(rows, { level: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
  return `data:image/png;base64,${file.toString("base64")}`;
}

function chunk(name: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, "latin1"), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}
