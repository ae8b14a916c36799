/** @file Controls with their labels. */
import { type Child, h } from "./h.ts";

let made = 0;

export interface SliderOptions {
  readonly label: string;
  /** The values it can take, from left to right. */
  readonly values: readonly number[];
  readonly value: number;
  readonly show?: (value: number) => string;
  readonly onChange: (value: number) => void;
}

export function slider({ label, values, value, show = String, onChange }: SliderOptions): HTMLElement {
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
  return h("div", { class: "control" }, h("label", { for: id }, label), input, shown);
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
): HTMLElement {
  const id = `control-${++made}`;
  const select = h(
    "select",
    { id, onchange: () => onChange(select.value as T) },
    ...options.map(([own, text]) => h("option", { value: own, selected: own === value }, text)),
  );
  return h("div", { class: "control" }, h("label", { for: id }, label), select);
}

export function button(
  text: Child,
  onClick: () => void,
  attributes: Record<string, string | boolean> = {},
): HTMLButtonElement {
  return h("button", { type: "button", onclick: onClick, ...attributes }, text);
}

/** A button that shows that it works, and what went wrong. */
export function action(text: string, busyText: string, run: () => Promise<void>): HTMLElement {
  const trouble = h("p", { class: "trouble", role: "alert" });
  // Not disabled: that would take the focus away.
  const own = button(text, async () => {
    if (own.getAttribute("aria-disabled") === "true") return;
    own.setAttribute("aria-disabled", "true");
    own.textContent = busyText;
    trouble.textContent = "";
    try {
      await run();
    } catch (error) {
      trouble.textContent = (error as Error).message;
    } finally {
      own.removeAttribute("aria-disabled");
      own.textContent = text;
    }
  });
  return h("div", { class: "action" }, own, trouble);
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
