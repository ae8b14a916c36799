/** @file Puts a drawing on the page: elements stay while their keys do, so that CSS can animate them. */
import { type Drawing, type Handle, type Picture, type Shape, shapesOf } from "./drawing.ts";

const SVG = "http://www.w3.org/2000/svg";

interface Kept {
  readonly element: SVGElement;
  shape: Shape;
}

export type Canvas = SVGSVGElement & { kept?: Map<string, Kept> };

export function patch(canvas: Canvas, drawing: Drawing): void {
  const before = canvas.kept ?? new Map<string, Kept>();
  const now = new Map<string, Kept>();
  const shapes = shapesOf(drawing);
  const tags = new Map(shapes.map(({ key, tag }) => [key, tag]));
  // Remove first, so that no remaining element has to be moved: moving an element loses the focus.
  for (const [key, { element, shape }] of before) if (tags.get(key) !== shape.tag) element.remove();
  let last: Element | null = null;
  for (const shape of shapes) {
    const known = before.get(shape.key);
    const kept = known && known.shape.tag === shape.tag ? known : { element: made(shape), shape: EMPTY };
    update(kept.element, kept.shape, shape);
    kept.shape = shape;
    now.set(shape.key, kept);
    const wanted: Element | null = last === null ? canvas.firstElementChild : last.nextElementSibling;
    if (wanted !== kept.element) canvas.insertBefore(kept.element, wanted);
    last = kept.element;
  }
  canvas.kept = now;
}

const EMPTY: Shape = { tag: "rect", key: "", attributes: {} };

function made({ tag }: Shape): SVGElement {
  return document.createElementNS(SVG, tag);
}

function update(element: SVGElement, before: Shape, now: Shape): void {
  for (const [name, value] of Object.entries(now.attributes)) {
    if (before.attributes[name] !== value) element.setAttribute(name, String(value));
  }
  for (const name of Object.keys(before.attributes)) if (!(name in now.attributes)) element.removeAttribute(name);
  if (before.words !== now.words) element.textContent = now.words ?? "";
  if (now.picture && before.picture !== now.picture) element.setAttribute("href", addressOf(now.picture));
  if (now.handle) updateHandle(element, now.handle);
}

function updateHandle(element: SVGElement, { name, label, value, min, max, words }: Handle): void {
  element.setAttribute("role", "slider");
  element.setAttribute("tabindex", "0");
  element.setAttribute("data-handle", name);
  element.setAttribute("aria-label", label);
  element.setAttribute("aria-valuenow", String(value));
  element.setAttribute("aria-valuemin", String(min));
  element.setAttribute("aria-valuemax", String(max));
  element.setAttribute("aria-valuetext", words);
}

const addresses = new WeakMap<Picture, string>();

function addressOf(of: Picture): string {
  const known = addresses.get(of);
  if (known !== undefined) return known;
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [of.width, of.height];
  const pixels = new ImageData(of.width, of.height);
  pixels.data.set(of.rgba);
  canvas.getContext("2d")?.putImageData(pixels, 0, 0);
  const address = canvas.toDataURL();
  addresses.set(of, address);
  return address;
}
