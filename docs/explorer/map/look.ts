/** @file Shows a layer's learned filters, and its feature maps of the current image. */
import { ask } from "../engine/client.ts";
import { current } from "../engine/image.ts";
import { t } from "../text/language.ts";
import { fill, h } from "../view/h.ts";
import { whichOf } from "../view/networks.ts";
import { featureMaps, filterImages } from "./featureMaps.ts";

export interface Look {
  readonly element: HTMLElement;
  /** Updates it after the image has changed. */
  update(): void;
}

export function look(network: string, layer: string): Look {
  const element = h("div", { class: "images" });
  // Pen strokes arrive faster than answers: only the last one is kept.
  let isWanted = false;
  let isBusy = false;
  const update = async (): Promise<void> => {
    if (network !== "fashion" && network !== "dropped") {
      return fill(element, h("p", { class: "hint" }, t().map.untrained));
    }
    isWanted = true;
    if (isBusy) return;
    isBusy = true;
    while (isWanted) {
      isWanted = false;
      const image = network === "fashion" ? current().grey : current().photo;
      try {
        const { filter, output } = await ask("look", { network: whichOf(network), layer, image });
        fill(element, filter && filterImages(filter), output && featureMaps(output));
      } catch (error) {
        fill(element, h("p", { class: "trouble", role: "alert" }, (error as Error).message));
      }
    }
    isBusy = false;
  };
  void update();
  return { element, update: () => void update() };
}
