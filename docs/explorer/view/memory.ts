/** @file Settings that the page keeps between visits, if the browser allows it. */

export function remembered(key: string): string | null {
  try {
    return localStorage.getItem(`separable.${key}`);
  } catch {
    return null; // storage is refused: nothing is kept between visits
  }
}

export function remember(key: string, value: string): void {
  try {
    localStorage.setItem(`separable.${key}`, value);
  } catch {
    // as above
  }
}
