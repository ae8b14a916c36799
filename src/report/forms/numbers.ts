/** @file Formats numbers: with units, significant digits only, and commas. */

/** 568740352 → 568,740,352 */
export function integer(value: number): string {
  return value.toLocaleString("en-US");
}

/** Two or three significant digits with a suitable unit: 4.2 µs, 0.42 ms, 42.0 ms, 4.20 s. */
export function duration(ms: number): string {
  if (ms >= 1000) return `${(ms / 1000).toFixed(2)} s`;
  if (ms < 0.1) return `${(ms * 1000).toFixed(1)} µs`;
  return `${ms.toFixed(ms >= 100 ? 0 : ms >= 10 ? 1 : 2)} ms`;
}

/** 8.5583 → 8.56× */
export function ratio(value: number): string {
  return `${value.toFixed(2)}×`;
}

/** 0.87654 → 87.7 % */
export function percent(share: number, digits: number = 1): string {
  return `${(share * 100).toFixed(digits)} %`;
}

/** 3725 → 1:02:05; 65 → 1:05 */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const minutes = h > 0 ? `${h}:${String(m).padStart(2, "0")}` : String(m);
  return `${minutes}:${String(s).padStart(2, "0")}`;
}

/** 16384 → 16 KiB */
export function size(bytes: number): string {
  const power = bytes >= 2 ** 30 ? 3 : bytes >= 2 ** 20 ? 2 : bytes >= 2 ** 10 ? 1 : 0;
  const value = bytes / 2 ** (10 * power);
  return `${power === 0 ? bytes : Number(value.toPrecision(3))} ${["bytes", "KiB", "MiB", "GiB"][power]}`;
}
