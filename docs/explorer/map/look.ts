/** @file What a layer has learned, and what it makes of the current picture. */
import { ask } from "../engine/client.ts";
import { current } from "../engine/picture.ts";
import { t } from "../text/language.ts";
import { fill, h } from "../view/h.ts";
import { featureMaps, filterPictures } from "./featureMaps.ts";

export interface Look {
  readonly element: HTMLElement;
  /** Again, because the picture is another one. */
  update(): void;
}

export function look(network: string, layer: string): Look {
  const element = h("div", { class: "pictures" });
  // Strokes of the pen come faster than answers: the last one counts.
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
      const picture = network === "fashion" ? current().grey : current().photo;
      try {
        const { filter, output } = await ask("look", { network, layer, picture });
        fill(element, filter && filterPictures(filter), output && featureMaps(output));
      } catch (error) {
        fill(element, h("p", { class: "trouble", role: "alert" }, (error as Error).message));
      }
    }
    isBusy = false;
  };
  void update();
  return { element, update: () => void update() };
}
