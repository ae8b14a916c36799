/**
 * @file A drawing as data: shapes with keys. The page keeps a shape's element while its key stays, so that it can move
 * (patch.ts); a file contains the shapes as text (svgText.ts).
 */

/** Pixels of an image, four bytes each. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8ClampedArray;
}

/** Something that can be dragged, or moved by keys. */
export interface Handle {
  readonly name: string;
  readonly label: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  /** The value as a screen reader says it. */
  readonly words: string;
}

export type Attributes = Readonly<Record<string, string | number>>;

export interface Shape {
  readonly tag: "rect" | "text" | "path" | "image" | "circle";
  readonly key: string;
  readonly attributes: Attributes;
  readonly words?: string;
  readonly picture?: Picture;
  readonly handle?: Handle;
}

export type Drawing = readonly (Shape | Drawing | false)[];

/** All shapes, from back to front. */
export function shapesOf(drawing: Drawing): readonly Shape[] {
  return drawing.flatMap((one) => (one === false ? [] : "tag" in one ? [one] : shapesOf(one)));
}

export function rect(
  key: string,
  x: number,
  y: number,
  width: number,
  height: number,
  style: string,
  more: Attributes = {},
): Shape {
  return {
    tag: "rect",
    key,
    attributes: { x, y, width: Math.max(0, width), height: Math.max(0, height), style, ...more },
  };
}

export function path(key: string, d: string, style: string, more: Attributes = {}): Shape {
  return { tag: "path", key, attributes: { d, style, ...more } };
}

export function picture(
  key: string,
  x: number,
  y: number,
  width: number,
  height: number,
  of: Picture,
  style = "",
): Shape {
  return {
    tag: "image",
    key,
    attributes: { x, y, width, height, preserveAspectRatio: "none", style: `image-rendering:pixelated;${style}` },
    picture: of,
  };
}

/** A disc to drag, large enough for a finger. */
export function knob(key: string, x: number, y: number, radius: number, style: string, handle: Handle): Shape {
  return {
    tag: "circle",
    key,
    attributes: { r: radius, style: `transform:translate(${x}px,${y}px);${style}` },
    handle,
  };
}

export interface TextLook {
  readonly size: number;
  readonly bold?: boolean;
  readonly anchor?: "start" | "middle" | "end";
  readonly fill?: string;
  readonly style?: string;
  /** Other attributes of the text. */
  readonly more?: Attributes;
}

/** @param x the anchor @param y the middle of its height */
export function words(
  key: string,
  x: number,
  y: number,
  text: string | number,
  { size, bold = false, anchor = "start", fill = "var(--ink)", style = "", more = {} }: TextLook,
): Shape {
  const look = `font-size:${size}px;font-weight:${bold ? 700 : 400};text-anchor:${anchor};fill:${fill};${style}`;
  return {
    tag: "text",
    key,
    attributes: { x, y, "dominant-baseline": "central", style: look, ...more },
    words: String(text),
  };
}

/** A mixture of two colours. */
export function mixed(colour: string, percent: number, other = "var(--paper)"): string {
  return `color-mix(in srgb,${colour} ${Math.round(percent)}%,${other})`;
}

export function clamped(value: number, min: number, max: number): number {
  return Math.max(min, Math.min(max, value));
}
