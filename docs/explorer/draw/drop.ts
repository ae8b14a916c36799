/** @file The user's own network, and the photo that it classifies. */

import { NORMALIZATIONS } from "../../../src/image/normalize.ts";
import type { Activation, Normalization, Preparation } from "../../../src/index.ts";
import { ask } from "../engine/client.ts";
import type { Chosen, Source } from "../engine/dropped.ts";
import { type Current, change, current, onChange } from "../engine/image.ts";
import { t } from "../text/language.ts";
import { choice, foreign } from "../view/controls.ts";
import { fill, h } from "../view/h.ts";
import { photoCanvas, pixelsOf } from "../view/image.ts";
import { brief, extents } from "../view/numbers.ts";
import { answerOf } from "./answer.ts";

/** Published resolutions, and others that can be halved five times; a network accepts images of any size. */
const RESOLUTIONS = [96, 128, 160, 192, 224, 256, 288, 320, 384];

const NOTHING_CHOSEN: Chosen = { resolution: null, activation: null, normalization: null };

/** Files that could not be read, one per line; kept when the page is rebuilt in the other language. */
let troubles: readonly { readonly said: string; readonly detail?: string }[] = [];
/** Updates the current page: the language may change while a file is being read. */
let show = (): void => {};

/** How networks normalise a grey level v. */
const FORMULAS: Readonly<Record<Normalization, string>> = {
  tf: "v / 127.5 − 1",
  torch: "(v / 255 − mean) / std",
  unit: "v / 255",
  byte: "v / 128 − 1",
  raw: "v",
};

/** Counts loads: if two networks are read at once, the later one wins. */
let loads = 0;

let takeFiles: (files: readonly File[]) => void = () => {};

/** Takes files dropped anywhere on the page. */
export function takeDrop(files: readonly File[]): void {
  takeFiles(files);
}

export function dropZone(): readonly HTMLElement[] {
  const text = t().draw;
  const [about, answer] = [h("div", { class: "about" }), h("div", { class: "answer" })];
  const told = h("p", { class: "trouble", role: "alert" });
  const tell = (said: string, detail?: string): void => {
    troubles = [...troubles, { said, ...(detail !== undefined && { detail }) }];
    show();
  };
  const forget = (): void => {
    troubles = [];
    show();
  };

  const take = async (dropped: readonly File[]): Promise<void> => {
    forget();
    for (const file of dropped.filter(isImage)) {
      try {
        const { data, shape } = await pixelsOf(file);
        change({ photo: { data, shape } });
      } catch {
        tell(t().noImage(file.name));
      }
    }
    const models = dropped.filter((file) => !isImage(file));
    if (models.length > 0) await load(models, NOTHING_CHOSEN);
  };
  takeFiles = (files) => void take(files);
  /** @param from null to load the current files again */
  const load = async (from: readonly File[] | null, chosen: Chosen): Promise<void> => {
    if (from === null) forget();
    fill(answer, h("p", { class: "hint" }, text.reading));
    const source = { files: from ?? current().network?.source.files ?? [], chosen, id: ++loads } satisfies Source;
    const isLast = (): boolean => source.id === loads;
    try {
      const network = await ask("load", source);
      if (isLast()) change({ network });
    } catch (error) {
      if (!isLast()) return;
      tell(t().draw.noModel, brief((error as Error).message));
      void run();
    }
  };
  // A network and a photo may arrive in quick succession: only the last answer is shown.
  let asked = 0;
  const run = async (): Promise<void> => {
    const { network, photo } = current();
    const own = ++asked;
    fill(answer);
    if (network === null || photo === null) return;
    fill(answer, h("p", { class: "hint" }, text.reading));
    try {
      const answers = await ask("classifyPhoto", { photo, source: network.source });
      if (own === asked) fill(answer, ...answerOf(answers, (i) => network.labels[i]));
    } catch (error) {
      if (own !== asked) return;
      fill(answer);
      tell("", brief((error as Error).message));
    }
  };

  const showAbout = ({ network, photo }: Current): void => {
    fill(
      told,
      ...troubles.map(({ said, detail }) =>
        h("span", { class: "line" }, said, " ", detail !== undefined && foreign(detail)),
      ),
    );
    const shape = network?.graph.input.shape.slice(1) ?? [];
    fill(
      about,
      photo && photoCanvas(photo),
      h(
        "p",
        { class: "hint" },
        photo && text.photoOf(extents(photo.shape)),
        network && ` ${text.network(network.about, extents(shape))}`,
      ),
      network?.chosen && choices(network.chosen, shape[0], network.preparation.normalization),
    );
  };
  const choices = (chosen: Chosen, rows: number, normalization: Preparation["normalization"]): HTMLElement =>
    h(
      "div",
      { class: "controls" },
      choice(
        text.resolution,
        [...new Set([...RESOLUTIONS, rows])].sort((a, b) => a - b).map((side) => [String(side), String(side)] as const),
        String(rows),
        (side) => void load(null, { ...chosen, resolution: Number(side) }),
      ),
      choice(
        text.normalization,
        NORMALIZATIONS.map((scheme) => [scheme, FORMULAS[scheme]] as const),
        normalization as Normalization,
        (scheme) => void load(null, { ...chosen, normalization: scheme }),
      ),
      choice(
        text.activation,
        [["", text.ownActivation], ...(["relu6", "relu"] as const).map((name) => [name, name] as const)],
        chosen.activation ?? "",
        (name) => void load(null, { ...chosen, activation: name === "" ? null : (name as Activation) }),
      ),
    );
  let shown = current();
  show = () => showAbout(current());
  show();
  onChange("draw", () => {
    const { network, photo } = current();
    if (network === shown.network && photo === shown.photo) return;
    shown = current();
    show();
    void run();
  });
  void run();

  const files = h("input", {
    type: "file",
    multiple: true,
    id: "dropped-files",
    onchange: () => {
      const chosen = [...(files.files ?? [])];
      files.value = ""; // so that the same file can be chosen again once it is repaired
      void take(chosen);
    },
  });
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
        event.stopPropagation(); // the page handles drops outside this zone
        zone.classList.remove("over");
        void take([...(event.dataTransfer?.files ?? [])]);
      },
    },
    h("label", { for: "dropped-files" }, text.drop),
    files,
  );
  return [
    h("h3", {}, text.dropTitle),
    h("p", {}, text.dropIntro),
    zone,
    told,
    h("div", { class: "columns" }, about, answer),
  ];
}

function isImage({ name, type }: File): boolean {
  return type.startsWith("image/") || /\.(jpe?g|png|webp|gif|bmp|avif)$/i.test(name);
}
