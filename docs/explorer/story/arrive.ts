/** @file Scrolls to a section, and stays there while the content above it grows. */

/** Milliseconds after which the layout no longer changes. */
const SETTLED = 6000;

let leave: () => void = () => {};

/** @param below pixels below its top, to restore an earlier position */
export function arrive(target: HTMLElement, below = 0): void {
  leave();
  let at = 0;
  const go = (): void => {
    const off = target.getBoundingClientRect().top - barHeight() + below;
    if (Math.abs(off) > 1) scrollBy({ top: off, behavior: "instant" });
    at = scrollY;
  };
  const watcher = new ResizeObserver(go);
  const acts = ["wheel", "touchmove", "keydown", "pointerdown"] as const;
  const away = (): void => {
    if (Math.abs(scrollY - at) > 2) leave(); // the reader has scrolled on
  };
  const timer = setTimeout(() => leave(), SETTLED);
  leave = () => {
    clearTimeout(timer);
    watcher.disconnect();
    removeEventListener("scroll", away);
    for (const act of acts) removeEventListener(act, leave);
    leave = () => {};
  };
  for (const act of acts) addEventListener(act, leave, { passive: true });
  addEventListener("scroll", away, { passive: true });
  go();
  watcher.observe(document.body);
  for (const section of document.querySelectorAll("main section")) watcher.observe(section);
}

/** Height of the bar at the top, in pixels. */
export function barHeight(): number {
  return document.querySelector(".masthead")?.getBoundingClientRect().height ?? 0;
}
