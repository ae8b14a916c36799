/** @file Section 4: draw or choose an image, or drop a network and a photo, and see what three tiers say. */
import { FASHION_CLASSES, fashionSample } from "../../../src/index.ts";
import { ask } from "../engine/client.ts";
import { change, current } from "../engine/image.ts";
import { threadsHere } from "../engine/ways.ts";
import { t } from "../text/language.ts";
import { button } from "../view/controls.ts";
import { fill, h } from "../view/h.ts";
import { greyCanvas } from "../view/image.ts";
import { answerOf } from "./answer.ts";
import { dropZone } from "./drop.ts";
import { pad, SIDE } from "./pad.ts";

/** Whether an image was drawn or chosen: an empty one may be meant. */
let hasChosen = false;

export function drawSection(body: HTMLElement): void {
  const text = t().draw;
  const [answer, thumbs] = [h("div", { class: "answer" }), h("div", { class: "thumbs" })];

  // A stroke may ask while an answer is on its way: the last one counts.
  let wanted: Float32Array | null = null;
  let isBusy = false;
  const classify = async (pixels: Float32Array): Promise<void> => {
    wanted = pixels;
    hasChosen = true;
    change({ grey: { shape: [1, SIDE, SIDE, 1], data: pixels } });
    if (isBusy) return;
    isBusy = true;
    try {
      while (wanted !== null) {
        const data: Float32Array = wanted;
        wanted = null;
        const answers = await ask("classify", { shape: [1, SIDE, SIDE, 1], data, threads: threadsHere() });
        fill(answer, ...answerOf(answers, (i) => t().clothes[i] ?? FASHION_CLASSES[i]));
      }
    } catch (error) {
      fill(answer, h("p", { class: "trouble", role: "alert" }, (error as Error).message));
    } finally {
      isBusy = false;
    }
  };
  const own = pad((pixels) => void classify(pixels));
  const use = (pixels: Float32Array): void => {
    own.put(pixels);
    void classify(pixels);
  };
  own.put(current().grey.data);

  void fashionSample().then(({ pixels, labels }) => {
    const images = Array.from(labels, (_, i) =>
      Float32Array.from(pixels.subarray(i * SIDE * SIDE, (i + 1) * SIDE * SIDE), (level) => level / 255),
    );
    fill(
      thumbs,
      ...images.map((image, i) => {
        const name = t().clothes[labels[i]] ?? FASHION_CLASSES[labels[i]];
        return button(greyCanvas(image, SIDE, SIDE, { range: [0, 1] }), () => use(image), {
          "aria-label": `${i + 1}: ${name}`,
          class: "thumb",
        });
      }),
    );
    if (hasChosen) void classify(current().grey.data);
    else use(images[0]);
  });

  fill(
    body,
    h(
      "div",
      { class: "columns" },
      h(
        "div",
        {},
        own.element,
        h(
          "div",
          { class: "buttons" },
          button(text.clear, () => use(new Float32Array(SIDE * SIDE))),
        ),
        h("h3", {}, text.samples),
        thumbs,
      ),
      answer,
    ),
    ...dropZone(),
  );
}
