/** @file Scene 5: draw or choose an image, and watch a whole network look at it, layer by layer. */

import { luma } from "../../../src/image/luma.ts";
import { centerCrop, FASHION_CLASSES, fashionSample, resize, type Sample, Tensor } from "../../../src/index.ts";
import type { TierAnswer } from "../engine/classify.ts";
import { ask } from "../engine/client.ts";
import { change, current, onChange } from "../engine/image.ts";
import type { Numbers } from "../engine/numbers.ts";
import { threadsHere } from "../engine/ways.ts";
import { chooseLayer } from "../map/section.ts";
import { t } from "../text/language.ts";
import { button } from "../view/controls.ts";
import { fill, h } from "../view/h.ts";
import { greyCanvas } from "../view/image.ts";
import { tierTable } from "./answer.ts";
import { dropZone } from "./drop.ts";
import { classBars, filmStrip } from "./filmStrip.ts";
import { pad, SIDE } from "./pad.ts";

/** Whether an image was drawn or chosen; an empty one may be intended. */
let hasChosen = false;
/** True class of the image on the pad, if it is a sample. */
let truth: number | null = null;
let sample: Sample | null = null;

/** Number of images included in the page. */
const SAMPLES = 28;

/** Milliseconds from the last stroke until all tiers are run and measured. */
const REST = 400;

const nameOf = (i: number): string => t().clothes[i] ?? FASHION_CLASSES[i];

/** Makes a photo look like the network's training images: small, grey, light on dark. */
export function asClothes({ shape, data }: Numbers): Float32Array {
  const photo = new Tensor(data, shape);
  const side = Math.min(shape[0], shape[1]);
  const small = resize(luma(centerCrop(photo, [side, side])), [SIDE, SIDE], "bilinear").toFloat32Array();
  const border = small.filter((_, i) => i < SIDE || i >= SIDE * (SIDE - 1) || i % SIDE === 0 || i % SIDE === SIDE - 1);
  const isLight = border.reduce((sum, level) => sum + level, 0) / border.length > 127;
  return small.map((level) => (isLight ? 255 - level : level) / 255);
}

export function networkBench(body: HTMLElement): void {
  const text = t().draw;
  const [bars, tiers, thumbs] = [
    h("div", { class: "answers" }),
    h("div", { class: "answer" }),
    h("div", { class: "thumbs" }),
  ];
  const film = filmStrip((layer) => chooseLayer("fashion", layer));

  // A stroke may ask while an answer is pending: only the last one is kept.
  let wanted: Float32Array | null = null;
  let isBusy = false;
  let rest: ReturnType<typeof setTimeout> | undefined;
  const look = async (pixels: Float32Array): Promise<void> => {
    wanted = pixels;
    hasChosen = true;
    change({ grey: { shape: [1, SIDE, SIDE, 1], data: pixels } });
    clearTimeout(rest);
    rest = setTimeout(() => void askTiers(pixels), REST);
    if (isBusy) return;
    isBusy = true;
    try {
      while (wanted !== null) {
        const data: Float32Array = wanted;
        wanted = null;
        const made = await ask("film", { shape: [1, SIDE, SIDE, 1], data });
        film.show(made);
        const isEmpty = data.every((value) => value === 0);
        fill(bars, classBars(made.probabilities, nameOf, truth), isEmpty && h("p", { class: "hint" }, text.nothing));
      }
    } catch (error) {
      fill(bars, h("p", { class: "trouble", role: "alert" }, (error as Error).message));
    } finally {
      isBusy = false;
    }
  };
  const askTiers = async (data: Float32Array): Promise<void> => {
    try {
      const answers: readonly TierAnswer[] = await ask("classify", {
        shape: [1, SIDE, SIDE, 1],
        data,
        threads: threadsHere(),
      });
      fill(tiers, ...tierTable(answers));
    } catch (error) {
      fill(tiers, h("p", { class: "trouble", role: "alert" }, (error as Error).message));
    }
  };
  const own = pad((pixels) => {
    truth = null;
    void look(pixels);
  });
  const use = (pixels: Float32Array, label: number | null): void => {
    truth = label;
    own.put(pixels);
    void look(pixels);
  };
  own.put(current().grey.data);

  const thumb = (pixels: Float32Array, name: string, label: string, act: () => void): HTMLElement =>
    button(h("span", {}, greyCanvas(pixels, SIDE, SIDE, { range: [0, 1] }), h("span", { class: "name" }, name)), act, {
      "aria-label": label,
      class: "thumb",
    });
  // As many placeholders as there will be thumbnails, so that nothing below moves.
  fill(thumbs, ...Array.from({ length: SAMPLES + 1 }, () => h("span", { class: "thumb" })));
  const images = (): readonly Float32Array[] =>
    Array.from(sample?.labels ?? [], (_, i) =>
      Float32Array.from(sample?.pixels.subarray(i * SIDE * SIDE, (i + 1) * SIDE * SIDE) ?? [], (level) => level / 255),
    );
  const showThumbs = (): void => {
    if (sample === null) return;
    const { photo } = current();
    const labels = sample?.labels ?? new Uint8Array();
    const small = photo && asClothes(photo);
    fill(
      thumbs,
      ...images().map((image, i) =>
        thumb(image, nameOf(labels[i]), `${i + 1}: ${nameOf(labels[i])}`, () => use(image, labels[i])),
      ),
      small && thumb(small, text.photoName, text.photoName, () => use(small, null)),
    );
  };
  let { photo } = current();
  onChange("thumbs", () => {
    if (current().photo === photo) return;
    photo = current().photo;
    showThumbs();
  });
  const begin = (): void => {
    showThumbs();
    if (hasChosen) void look(current().grey.data);
    else use(images()[0], sample?.labels[0] ?? null);
  };
  if (sample !== null) begin();
  else {
    void fashionSample().then((loaded) => {
      sample = loaded;
      begin();
    });
  }

  fill(
    body,
    h("div", { class: "cinema" }, own.element, h("div", { class: "screening" }, film.element, bars)),
    h("p", { class: "hint" }, text.filmHint),
    h("h3", {}, text.samples),
    thumbs,
    h("details", { open: true }, h("summary", {}, text.tiers), tiers),
    ...dropZone(),
  );
}
