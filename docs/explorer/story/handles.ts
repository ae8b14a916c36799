/** @file What can be set below a figure: at most two things a scene. */
import { changed, MAX_OUTPUTS, PADDINGS, type State } from "../scenes/state.ts";
import { rulesAgree } from "../scenes/window/paddingRows.ts";
import { story } from "../text/language.ts";
import { type Child, h } from "../view/h.ts";
import { setState, state } from "./kept.ts";
import type { SceneId } from "./scenes.ts";

export interface Handles {
  readonly element: Child;
  /** Shows the state that the figure shows, in a step of the text. */
  show(state: State, step: number): void;
}

export function handlesFor(id: SceneId): Handles | null {
  const text = story();
  const set = (change: Partial<State>): void => setState(changed(state(), change), id);
  if (id === "window") {
    const stride = segments(
      text.controls.stride,
      [
        ["1", "1"],
        ["2", "2"],
      ],
      (value) => set({ stride: value === "2" ? 2 : 1 }),
    );
    const padding = segments(
      text.controls.padding,
      PADDINGS.map((name) => [name, text.controls.paddings[name]] as const),
      (value) => set({ padding: value as State["padding"] }),
    );
    const same = h("span", { class: "aside-note" });
    return {
      element: h("span", { class: "row" }, stride.element, padding.element, same),
      show: (now) => {
        stride.show(String(now.stride));
        padding.show(now.padding);
        same.textContent = now.padding !== "valid" && rulesAgree(now.stride) ? text.controls.sameRules : "";
      },
    };
  }
  if (id === "split") {
    const shown = h("output", { for: "outputs" });
    const range = h("input", {
      id: "outputs",
      type: "range",
      min: 1,
      max: MAX_OUTPUTS,
      oninput: () => set({ o: Number(range.value) }),
    });
    const filter = segments(
      text.controls.filter,
      [
        ["0", text.controls.filters.splits],
        ["1", text.controls.filters.any],
      ],
      (value) => set({ any: value === "1" }),
    );
    return {
      element: h(
        "span",
        { class: "row" },
        h("span", { class: "pair" }, h("label", { for: "outputs" }, text.controls.outputs), range, shown),
        filter.element,
      ),
      show: ({ o, any }) => {
        range.value = String(o);
        shown.textContent = String(o);
        filter.show(any ? "1" : "0");
      },
    };
  }
  if (id === "price") {
    const hint = h("span", { class: "note" });
    return {
      element: hint,
      show: (_, step) => {
        hint.textContent = text.price.hints[step];
      },
    };
  }
  return null;
}

let made = 0;

/** One of a few, side by side. */
function segments(
  label: string,
  options: readonly (readonly [value: string, text: string])[],
  choose: (value: string) => void,
): { readonly element: HTMLElement; show(value: string): void } {
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
