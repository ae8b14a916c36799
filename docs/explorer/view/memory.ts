/** @file What the page remembers between visits, where the browser lets it. */

export function remembered(key: string): string | null {
  try {
    return localStorage.getItem(`separable.${key}`);
  } catch {
    return null; // storage is refused: the page starts anew each time
  }
}

export function remember(key: string, value: string): void {
  try {
    localStorage.setItem(`separable.${key}`, value);
  } catch {
    // as above
  }
}
