/** @file The slim bar: where one is, the other language, the colours. */
import { language, story, t } from "../text/language.ts";
import { button } from "../view/controls.ts";
import { h } from "../view/h.ts";
import { lookAgain } from "../view/look.ts";
import { remember, remembered } from "../view/memory.ts";
import { SCENES } from "./scenes.ts";

const THEMES = ["auto", "light", "dark"] as const;
type Theme = (typeof THEMES)[number];
const SIGNS: Readonly<Record<Theme, string>> = { auto: "◐", light: "○", dark: "●" };

let theme: Theme = THEMES.find((one) => one === remembered("theme")) ?? "auto";

export interface Bar {
  readonly element: HTMLElement;
  /** Marks where one is. */
  mark(id: string): void;
}

/** @param speak tells that the other language is wanted */
export function bar(speak: () => void): Bar {
  const [text, page] = [story(), t()];
  const links = [
    ...SCENES.map(({ id }, i) =>
      h("a", { href: `#${id}`, title: text.names[id] }, String(i), h("span", {}, ` ${text.names[id]}`)),
    ),
    h(
      "a",
      { href: "#laboratory", class: "to-laboratory", title: text.laboratory },
      h("span", { class: "long" }, text.laboratory),
      h("span", { class: "short" }, text.laboratoryShort),
    ),
  ];
  const themeButton = button(
    "",
    () => {
      theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length];
      remember("theme", theme);
      paint();
      name();
    },
    { class: "plain" },
  );
  const name = (): void => {
    themeButton.textContent = SIGNS[theme];
    themeButton.setAttribute("aria-label", t().theme[theme]);
    themeButton.title = t().theme[theme];
  };
  name();
  return {
    element: h(
      "header",
      { class: "bar" },
      h(
        "div",
        {},
        h("a", { class: "brand", href: "#start" }, "separable"),
        h("nav", { "aria-label": text.scenes }, ...links),
        h(
          "div",
          { class: "buttons" },
          button(page.language, speak, { id: "language", class: "plain", lang: language() === "en" ? "zh" : "en" }),
          themeButton,
        ),
      ),
    ),
    mark: (id) => {
      for (const link of links) {
        const isHere = link.getAttribute("href") === `#${id}`;
        if (isHere) link.setAttribute("aria-current", "true");
        else link.removeAttribute("aria-current");
      }
    },
  };
}

/** The page in some colours. Default: those that were chosen, or the system's. */
export function paint(colours: Theme = theme): void {
  if (colours === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = colours;
  lookAgain();
}
