/** @file Controls with their labels. */
import { language, t } from "../text/language.ts";
import { type Child, fill, h } from "./h.ts";

let made = 0;

export interface SliderOptions {
  readonly label: string;
  /** What explains the label. */
  readonly help?: readonly Child[];
  /** The values it can take, from left to right. */
  readonly values: readonly number[];
  readonly value: number;
  readonly show?: (value: number) => string;
  readonly onChange: (value: number) => void;
}

export function slider({ label, help = [], values, value, show = String, onChange }: SliderOptions): HTMLElement {
  const id = `control-${++made}`;
  const shown = h("output", { for: id }, show(value));
  const input = h("input", {
    id,
    type: "range",
    min: 0,
    max: values.length - 1,
    step: 1,
    value: Math.max(values.indexOf(value), 0),
    "aria-valuetext": show(value),
    oninput: () => {
      const chosen = values[Number(input.value)];
      shown.textContent = show(chosen);
      input.setAttribute("aria-valuetext", show(chosen));
      onChange(chosen);
    },
  });
  return h(
    "div",
    { class: "control" },
    h("span", { class: "label" }, h("label", { for: id }, label), ...help),
    input,
    shown,
  );
}

/** Whole numbers from one to another, both included. */
export function integers(from: number, to: number): readonly number[] {
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}

export function choice<T extends string>(
  label: string,
  options: readonly (readonly [value: T, text: string])[],
  value: T,
  onChange: (value: T) => void,
  help: readonly Child[] = [],
): HTMLElement {
  const id = `control-${++made}`;
  const select = h(
    "select",
    { id, onchange: () => onChange(select.value as T) },
    ...options.map(([own, text]) => h("option", { value: own, selected: own === value }, text)),
  );
  return h("div", { class: "control" }, h("span", { class: "label" }, h("label", { for: id }, label), ...help), select);
}

export function button(
  text: Child,
  onClick: () => void,
  attributes: Record<string, string | boolean> = {},
): HTMLButtonElement {
  return h("button", { type: "button", onclick: onClick, ...attributes }, text);
}

interface Action {
  /** What stops it, while it runs. */
  control: AbortController | null;
  /** How far it is, 0 to 1. */
  share: number;
  /** What went wrong. */
  trouble: string;
  /** Shows it on the page as it is now. */
  show: () => void;
}

/** By name: a page that is built anew in the other language finds what works, and what went wrong. */
const actions = new Map<string, Action>();

/** What runs when the button is pressed: it can be stopped, and tells how far it is, 0 to 1. */
export type Run = (signal: AbortSignal, tell: (share: number) => void) => Promise<void>;

/**
 * A button that stops what it has begun, and shows how far it is and what went wrong.
 *
 * @param name of the action, the same in every language
 */
export function action(name: string, text: string, run: Run): HTMLElement {
  const trouble = h("p", { class: "trouble", role: "alert" });
  const bar = h("progress", { max: 1, "aria-label": text });
  const own: Action = actions.get(name) ?? { control: null, share: 0, trouble: "", show: () => {} };
  actions.set(name, own);
  const start = button(text, async () => {
    if (own.control !== null) return own.control.abort();
    own.control = new AbortController();
    own.trouble = "";
    own.share = 0;
    own.show();
    try {
      await run(own.control.signal, (share) => {
        own.share = share;
        own.show();
      });
    } catch (error) {
      if (!own.control.signal.aborted) own.trouble = (error as Error).message;
    } finally {
      own.control = null;
      own.show();
    }
  });
  own.show = () => {
    const isBusy = own.control !== null;
    const word = isBusy ? t().stop : text;
    if (start.textContent !== word) start.textContent = word;
    bar.hidden = !isBusy;
    if (own.share > 0) bar.value = own.share;
    else bar.removeAttribute("value"); // it has begun, and nobody knows how far it is
    fill(trouble, own.trouble !== "" && foreign(own.trouble));
  };
  own.show();
  return h("div", { class: "action" }, start, bar, trouble);
}

/** A message of the library: English in every language of the page, and marked as such. */
export function foreign(message: string): Child {
  return language() === "en" ? message : h("span", { lang: "en" }, message);
}

/** A table that can be scrolled sideways, by keys too. */
export function table(caption: string, head: readonly string[], rows: readonly (readonly Child[])[]): HTMLElement {
  return h(
    "div",
    { class: "scroll", tabindex: 0, role: "region", "aria-label": caption },
    h(
      "table",
      {},
      h("caption", {}, caption),
      h("thead", {}, h("tr", {}, ...head.map((text) => h("th", { scope: "col" }, text)))),
      h(
        "tbody",
        {},
        ...rows.map(([first, ...rest]) =>
          h("tr", {}, h("th", { scope: "row" }, first), ...rest.map((cell) => h("td", {}, cell))),
        ),
      ),
    ),
  );
}
