/** @file Controls with their labels. */
import { language, t } from "../text/language.ts";
import { type Child, fill, h } from "./h.ts";

let made = 0;

export interface SliderOptions {
  readonly label: string;
  /** Explains the label. */
  readonly help?: readonly Child[];
  /** Possible values, from left to right. */
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

/** The integers of a range, both ends included. */
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
  /** Stops it while it runs. */
  control: AbortController | null;
  /** Progress, 0 to 1. */
  share: number;
  /** The error message. */
  trouble: string;
  /** Updates the current page. */
  show: () => void;
}

/** By name, so that a page rebuilt in the other language finds running actions and errors. */
const actions = new Map<string, Action>();

/** Runs when the button is clicked. It can be stopped, and reports its progress, 0 to 1. */
export type Run = (signal: AbortSignal, tell: (share: number) => void) => Promise<void>;

/**
 * A button that starts an action and stops it again, and shows its progress and any error.
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
    else bar.removeAttribute("value"); // started, progress still unknown
    fill(trouble, own.trouble !== "" && foreign(own.trouble));
  };
  own.show();
  return h("div", { class: "action" }, start, bar, trouble);
}

/** A message from the library, which is always English, and marked as such. */
export function foreign(message: string): Child {
  return language() === "en" ? message : h("span", { lang: "en" }, message);
}

/** A table that scrolls sideways, also by keys. */
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
