/** @file Formats numbers for display, the same in both languages. */

/** At most two decimals, without trailing zeros; large numbers in short form. */
export function plain(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  if (Math.abs(value) >= 1e7) return value.toExponential(2).replace(/\.?0*e\+/, "e");
  return Number.isInteger(value) ? String(value) : Number(value.toFixed(2)).toString();
}

const MAX_LINES = 6;

const GROUPED = new Intl.NumberFormat("en");

export function integer(value: number): string {
  return GROUPED.format(value);
}

export function milliseconds(ms: number): string {
  if (ms >= 1000) return `${(ms / 1000).toFixed(2)} s`;
  if (ms >= 100) return `${ms.toFixed(0)} ms`;
  return ms >= 1 ? `${ms.toPrecision(3)} ms` : `${(ms * 1000).toPrecision(3)} µs`;
}

export function times(ratio: number): string {
  return `${ratio >= 100 ? ratio.toFixed(0) : ratio.toFixed(2)}×`;
}

export function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

export function bytes(count: number): string {
  if (count >= 1e6) return `${(count / 1e6).toFixed(2)} MB`;
  return count >= 1000 ? `${(count / 1000).toFixed(1)} kB` : `${count} B`;
}

/** Shapes as in tables: 112×112×32. */
export function extents(shape: readonly number[]): string {
  return shape.join("×");
}

/** The first lines of a message, which may list every weight of a network. */
export function brief(message: string): string {
  const lines = message.split("\n");
  return lines.length <= MAX_LINES ? message : [...lines.slice(0, MAX_LINES), "…"].join("\n");
}
