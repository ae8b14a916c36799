/** @file Text of others, made harmless to read: what a terminal or a reader's eye would obey becomes letters. */

/**
 * Control characters but line ends and tabs, C1 controls, marks that turn the direction of text or hide in it, and
 * separators of lines that are none on a screen.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it is about
const OBEYED = /[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/g;

/** `\x1b` and `\u202e` as text. */
export function visible(text: string): string {
  return text.replace(OBEYED, (letter) => {
    const code = letter.charCodeAt(0).toString(16);
    return code.length <= 2 ? `\\x${code.padStart(2, "0")}` : `\\u${code.padStart(4, "0")}`;
  });
}

/** The same for a text that is JSON, which has such an escape of its own. */
export function visibleJson(text: string): string {
  return text.replace(OBEYED, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** A text, or its beginning where it is longer. */
export function cut(text: string, max: number): string {
  return text.length > max ? `${text.slice(0, max)}…` : text;
}
