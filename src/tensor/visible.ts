/** @file Makes foreign text safe to print: escapes whatever a terminal would obey or a reader could not see. */

/**
 * Control characters except line feed and tab, C1 controls, bidirectional and invisible marks, and line separators that
 * do not break lines on a screen.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: matching them is the point
const OBEYED = /[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/g;

/** Escapes them: `\x1b`, `\u202e`. */
export function visible(text: string): string {
  return text.replace(OBEYED, (letter) => {
    const code = letter.charCodeAt(0).toString(16);
    return code.length <= 2 ? `\\x${code.padStart(2, "0")}` : `\\u${code.padStart(4, "0")}`;
  });
}

/** The same for JSON text, whose only numeric escape is \u. */
export function visibleJson(text: string): string {
  return text.replace(OBEYED, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** A text, or its start if longer than `max`. */
export function cut(text: string, max: number): string {
  return text.length > max ? `${text.slice(0, max)}…` : text;
}
