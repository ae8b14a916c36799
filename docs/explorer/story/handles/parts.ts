/** @file The parts of controls: options side by side, and a slider. */
import { h } from "../../view/h.ts";

export interface Part {
  readonly element: HTMLElement;
  show(value: string): void;
}

let made = 0;

/** A choice of a few options, side by side. */
export function segments(
  label: string,
  options: readonly (readonly [value: string, text: string])[],
  choose: (value: string) => void,
): Part {
  const name = `segments-${++made}`;
  const inputs = options.map(([value]) =>
    h("input", { type: "radio", name, value, id: `${name}-${value}`, onclick: () => choose(value) }),
  );
  const element = h(
    "span",
    { class: "pair", role: "radiogroup", "aria-labelledby": name },
    h("span", { id: name }, label),
    h(
      "span",
      { class: "segments" },
      ...options.map(([value, text], i) => h("label", { for: `${name}-${value}` }, inputs[i], text)),
    ),
  );
  return {
    element,
    show: (value) => {
      for (const input of inputs) if (input.value === value && !input.checked) input.checked = true;
    },
  };
}

/** A slider over given numbers. */
export function range(label: string, values: readonly number[], choose: (value: number) => void): Part {
  const id = `range-${++made}`;
  const shown = h("output", { for: id });
  const input = h("input", {
    id,
    type: "range",
    min: 0,
    max: values.length - 1,
    oninput: () => choose(values[Number(input.value)]),
  });
  return {
    element: h("span", { class: "pair" }, h("label", { for: id }, label), input, shown),
    show: (value) => {
      input.value = String(values.findIndex((one) => String(one) === value));
      input.setAttribute("aria-valuetext", value);
      shown.textContent = value;
    },
  };
}
