/** @file Parses untrusted JSON. */
import { FormatError, show } from "./errors.ts";

/** Max nesting depth. A level takes 50 bytes of memory, and two characters of the text. */
const MAX_NESTING = 100;

/**
 * @param subject the name of the text in errors: "model.json", "model.safetensors: header"
 * @throws FormatError if the text is not JSON, nests too deeply, or repeats a key of its outermost object
 */
export function parseJson(subject: string, text: string): unknown {
  const { nesting, keys } = scan(text);
  if (nesting > MAX_NESTING)
    throw new FormatError(`${subject} is nested ${nesting} deep, needs at most ${MAX_NESTING}`);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new FormatError(`${subject} is not valid JSON (${(cause as Error).message})`, { cause });
  }
  const seen = new Set<unknown>();
  for (const key of keys) {
    const name: unknown = JSON.parse(key); // "\u0061" is "a"
    if (seen.has(name)) throw new FormatError(`${subject} names ${show(name)} twice`); // JSON.parse keeps the last one
    seen.add(name);
  }
  return json;
}

/** Returns the max nesting depth and the outermost object's keys, as written. The text may be anything. */
function scan(text: string): { readonly nesting: number; readonly keys: readonly string[] } {
  const keys: string[] = [];
  let [depth, nesting, start, end] = [0, 0, 0, 0];
  for (let i = 0; i < text.length; i++) {
    const letter = text[i];
    if (letter === '"') {
      start = i++;
      while (i < text.length && text[i] !== '"') i += text[i] === "\\" ? 2 : 1;
      end = i + 1;
    } else if (letter === "[" || letter === "{") nesting = Math.max(nesting, ++depth);
    else if (letter === "]" || letter === "}") depth--;
    else if (letter === ":" && depth === 1) keys.push(text.slice(start, end));
  }
  return { nesting, keys };
}
