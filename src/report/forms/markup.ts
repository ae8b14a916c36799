/** @file Escapes text for HTML and SVG. */
import { visible } from "../../tensor/visible.ts";

export function escaped(text: string): string {
  return visible(text)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
