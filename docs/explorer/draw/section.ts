/** @file Section 4: draw or choose a picture, or drop a network and a photo, and see what three tiers say. */
import { FASHION_CLASSES, fashionSample, IMAGENET_CLASSES } from "../../../src/index.ts";
import { ask } from "../engine/client.ts";
import type { TierAnswer } from "../engine/jobs.ts";
import { type Current, change, current, onChange } from "../engine/picture.ts";
import { threadsHere } from "../engine/ways.ts";
import { t } from "../text/language.ts";
import { button, table } from "../view/controls.ts";
import { fill, h } from "../view/h.ts";
import { wayName } from "../view/networks.ts";
import { extents, milliseconds, percent } from "../view/numbers.ts";
import { greyCanvas, photoCanvas, pixelsOf } from "../view/picture.ts";
import { pad, SIDE } from "./pad.ts";

/** Classes that are shown, of those the network has. */
const TOP = 5;

export function drawSection(body: HTMLElement): void {
  const text = t().draw;
  const [answer, dropAnswer, thumbs] = [
    h("div", { class: "answer" }),
    h("div", { class: "answer" }),
    h("div", { class: "thumbs" }),
  ];
  const trouble = h("p", { class: "trouble", role: "alert" });

  // A stroke may ask while an answer is on its way: the last one counts.
  let wanted: Float32Array | null = null;
  let isBusy = false;
  const classify = async (pixels: Float32Array): Promise<void> => {
    wanted = pixels;
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
    const pictures = Array.from(labels, (_, i) =>
      Float32Array.from(pixels.subarray(i * SIDE * SIDE, (i + 1) * SIDE * SIDE), (level) => level / 255),
    );
    fill(
      thumbs,
      ...pictures.map((picture, i) => {
        const name = t().clothes[labels[i]] ?? FASHION_CLASSES[labels[i]];
        return button(greyCanvas(picture, SIDE, SIDE, { range: [0, 1] }), () => use(picture), {
          "aria-label": `${i + 1}: ${name}`,
          class: "thumb",
        });
      }),
    );
    if (current().grey.data.every((level) => level === 0)) use(pictures[0]);
    else void classify(current().grey.data);
  });

  const files = h("input", {
    type: "file",
    multiple: true,
    id: "dropped-files",
    onchange: () => void take([...(files.files ?? [])]),
  });
  const about = h("div", { class: "about" });
  const showAbout = ({ network, photo }: Current): void => {
    fill(
      about,
      photo && photoCanvas(photo),
      h(
        "p",
        { class: "hint" },
        photo && text.photoOf(extents(photo.shape)),
        network && ` ${network.about}, ${text.takes(extents(network.graph.input.shape.slice(1)))}`,
      ),
    );
  };
  const take = async (dropped: readonly File[]): Promise<void> => {
    trouble.textContent = "";
    for (const file of dropped.filter(isPicture)) {
      try {
        const { data, shape } = await pixelsOf(file);
        change({ photo: { data, shape } });
      } catch {
        trouble.textContent = t().noPicture(file.name);
      }
    }
    const models = dropped.filter((file) => !isPicture(file));
    if (models.length > 0) {
      fill(dropAnswer, h("p", { class: "hint" }, text.reading));
      try {
        change({ network: await ask("load", models) });
      } catch (error) {
        trouble.textContent = text.noModel((error as Error).message);
        void run();
      }
    }
  };
  // A network and a photo may come one shortly after the other: the last answer counts.
  let asked = 0;
  const run = async (): Promise<void> => {
    const { network, photo } = current();
    const own = ++asked;
    fill(dropAnswer);
    if (network === null || photo === null) return;
    fill(dropAnswer, h("p", { class: "hint" }, t().measuring));
    try {
      const answers = await ask("classifyPhoto", photo);
      if (own === asked) fill(dropAnswer, ...answerOf(answers, (i) => className(network.classes, i)));
    } catch (error) {
      if (own !== asked) return;
      fill(dropAnswer);
      trouble.textContent = (error as Error).message;
    }
  };
  const zone = h(
    "div",
    {
      class: "drop",
      ondragover: (event: DragEvent) => {
        event.preventDefault();
        zone.classList.add("over");
      },
      ondragleave: () => zone.classList.remove("over"),
      ondrop: (event: DragEvent) => {
        event.preventDefault();
        zone.classList.remove("over");
        void take([...(event.dataTransfer?.files ?? [])]);
      },
    },
    h("label", { for: "dropped-files" }, text.drop),
    files,
  );

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
    h("h3", {}, text.dropTitle),
    h("p", {}, text.dropIntro),
    zone,
    trouble,
    about,
    dropAnswer,
  );
  let shown = current();
  showAbout(shown);
  onChange("draw", () => {
    const { network, photo } = current();
    if (network === shown.network && photo === shown.photo) return;
    shown = current();
    showAbout(shown);
    void run();
  });
  void run();
}

function isPicture({ name, type }: File): boolean {
  return type.startsWith("image/") || /\.(jpe?g|png|webp|gif|bmp|avif)$/i.test(name);
}

function className(classes: number, i: number): string {
  if (classes === IMAGENET_CLASSES.length) return IMAGENET_CLASSES[i];
  if (classes === IMAGENET_CLASSES.length + 1) return i === 0 ? "background" : IMAGENET_CLASSES[i - 1];
  return `${t().draw.class} ${i}`;
}

/** Bars of probabilities, and the tiers beside one another. */
function answerOf(answers: readonly TierAnswer[], nameOf: (i: number) => string): readonly HTMLElement[] {
  const text = t().draw;
  const last = answers[answers.length - 1];
  const top = last.probabilities
    .map((probability, i) => ({ probability, i }))
    .sort((a, b) => b.probability - a.probability)
    .slice(0, TOP);
  return [
    h(
      "div",
      { class: "bars", "data-top": top[0].i },
      ...top.flatMap(({ probability, i }) => [
        h("span", { class: "label" }, nameOf(i)),
        h("span", { class: "bar" }, h("span", { class: "fill separable", style: `width: ${100 * probability}%` })),
        h("span", { class: "number" }, percent(probability)),
      ]),
    ),
    table(
      text.tiers,
      [text.tier, text.time, text.difference, text.fingerprint],
      answers.map(({ tier, threads, ms, difference, fingerprint }) => [
        wayName({ tier, threads }),
        milliseconds(ms),
        difference === 0 ? "0" : difference.toExponential(1),
        h("code", { "data-tier": tier }, fingerprint),
      ]),
    ),
    h("p", { class: "hint" }, text.agreement),
  ];
}
