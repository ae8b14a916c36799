/** @file The slim bar: the current place, the other language, the colours. */
import { language, story, t } from "../text/language.ts";
import { button } from "../view/controls.ts";
import { h } from "../view/h.ts";
import { lookAgain } from "../view/look.ts";
import { remember, remembered } from "../view/memory.ts";
import { NUMBERED, type NumberedId } from "./places.ts";
import { toggle } from "./presenting.ts";

const THEMES = ["auto", "light", "dark"] as const;
type Theme = (typeof THEMES)[number];
const SIGNS: Readonly<Record<Theme, string>> = { auto: "◐", light: "○", dark: "●" };

let theme: Theme = THEMES.find((one) => one === remembered("theme")) ?? "auto";

export interface Bar {
  readonly element: HTMLElement;
  /** Marks the current place. */
  mark(id: NumberedId): void;
}

/** @param speak called to switch to the other language */
export function bar(speak: () => void): Bar {
  const [text, page] = [story(), t()];
  const links = NUMBERED.map((id, i) =>
    h("a", { href: `#${id}`, title: text.names[id] }, String(i), h("span", {}, ` ${text.names[id]}`)),
  );
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
      { class: "masthead" },
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
          button("▣", toggle, { class: "plain to-present", title: text.present, "aria-label": text.present }),
        ),
      ),
    ),
    mark: (id) => {
      for (const link of links) {
        if (link.getAttribute("href") !== `#${id}`) link.removeAttribute("aria-current");
        else if (!link.hasAttribute("aria-current")) {
          link.setAttribute("aria-current", "true");
          // On a phone there is not space for all.
          link.parentElement?.scrollTo({ left: link.offsetLeft - link.parentElement.offsetLeft - 60 });
        }
      }
    },
  };
}

/** Sets the page's colours. Default: those chosen, or the system's. */
export function paint(colours: Theme = theme): void {
  if (colours === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = colours;
  lookAgain();
}
