/** @file The controls below a figure: at most two per scene. */
import { BITS } from "../../engine/bits.ts";
import type { Handles } from "../../figure/handles.ts";
import { CHANNEL_STEPS, changed, MAX_OUTPUTS, PADDINGS, SIDES, type State } from "../../scenes/state.ts";
import { rulesAgree } from "../../scenes/window/paddingRows.ts";
import { story } from "../../text/language.ts";
import { button, integers } from "../../view/controls.ts";
import { h } from "../../view/h.ts";
import { computeBits } from "../computeBits.ts";
import { setState, state } from "../kept.ts";
import { measureBlock, stopMeasuring } from "../measureBlock.ts";
import type { SceneId } from "../scenes.ts";
import { range, segments } from "./parts.ts";

export function handlesFor(id: SceneId): Handles | null {
  return HANDLES[id]?.((change) => setState(changed(state(), change), id)) ?? null;
}

type Make = (set: (change: Partial<State>) => void) => Handles;

const HANDLES: Partial<Record<SceneId, Make>> = {
  window: (set) => {
    const { controls } = story();
    const stride = segments(
      controls.stride,
      [
        ["1", "1"],
        ["2", "2"],
      ],
      (value) => set({ stride: value === "2" ? 2 : 1 }),
    );
    const padding = segments(
      controls.padding,
      PADDINGS.map((name) => [name, controls.paddings[name]] as const),
      (value) => set({ padding: value as State["padding"] }),
    );
    const same = h("span", { class: "aside-note" });
    return {
      element: h("span", { class: "row" }, stride.element, padding.element, same),
      show: (now) => {
        stride.show(String(now.stride));
        padding.show(now.padding);
        same.textContent = now.padding !== "valid" && rulesAgree(now.stride) ? controls.sameRules : "";
      },
    };
  },
  split: (set) => {
    const { controls } = story();
    const outputs = range(controls.outputs, integers(1, MAX_OUTPUTS), (o) => set({ o }));
    const filter = segments(
      controls.filter,
      [
        ["0", controls.filters.splits],
        ["1", controls.filters.any],
      ],
      (value) => set({ any: value === "1" }),
    );
    return {
      element: h("span", { class: "row" }, outputs.element, filter.element),
      show: ({ o, any }) => {
        outputs.show(String(o));
        filter.show(any ? "1" : "0");
      },
    };
  },
  price: () => {
    const hint = h("span", { class: "note" });
    return {
      element: hint,
      show: (_, step) => {
        hint.textContent = story().price.hints[step];
      },
    };
  },
  arrive: (set) => {
    const { controls } = story();
    const channels = range(controls.channels, CHANNEL_STEPS, (c) => set({ c }));
    const image = range(controls.image, SIDES, (side) => set({ side }));
    const act = button("", () => {
      if (state().times === null || state().times?.share === 1) measureBlock(true);
      else stopMeasuring();
    });
    return {
      element: h("span", { class: "row" }, channels.element, image.element, act),
      show: ({ c, side, times }) => {
        channels.show(String(c));
        image.show(String(side));
        act.textContent = times === null ? controls.measure : times.share < 1 ? controls.stop : controls.measureAgain;
      },
      whenSeen: ({ times }, step) => {
        if (step > 0 && times === null) measureBlock(false);
      },
    };
  },
  transposed: (set) => {
    const { controls } = story();
    const apart = segments(
      controls.stride,
      [
        ["1", "1"],
        ["2", "2"],
      ],
      (value) => set({ apart: value === "2" ? 2 : 1 }),
    );
    const cut = segments(
      controls.padding,
      [
        ["0", "0"],
        ["1", "1"],
      ],
      (value) => set({ cut: value === "1" ? 1 : 0 }),
    );
    return {
      element: h("span", { class: "row" }, apart.element, cut.element),
      show: (now) => {
        apart.show(String(now.apart));
        cut.show(String(now.cut));
      },
    };
  },
  bits: (set) => {
    const { controls } = story();
    const bits = range(controls.bits, BITS, (value) => set({ bits: value }));
    return {
      element: bits.element,
      show: (now, step) => {
        bits.element.hidden = step > 1; // the sum always has eight bits
        bits.show(String(now.bits));
      },
      whenSeen: computeBits,
    };
  },
};
