/** @file A network of one's own, and the photo that it classifies. */
import { ask } from "../engine/client.ts";
import { type Current, change, current, onChange } from "../engine/picture.ts";
import { t } from "../text/language.ts";
import { choice } from "../view/controls.ts";
import { fill, h } from "../view/h.ts";
import { brief, extents } from "../view/numbers.ts";
import { photoCanvas, pixelsOf } from "../view/picture.ts";
import { answerOf } from "./answer.ts";

/** Published ones, and others that halve five times; a network takes pictures of any size. */
const RESOLUTIONS = [96, 128, 160, 192, 224, 256, 288, 320, 384];

export function dropZone(): readonly HTMLElement[] {
  const text = t().draw;
  const [about, answer] = [h("div", { class: "about" }), h("div", { class: "answer" })];
  const trouble = h("p", { class: "trouble", role: "alert" });

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
    if (models.length > 0) await load(models, null);
  };
  /** @param from null for the files that there are; `resolution` null for the one that the network was published for */
  const load = async (from: readonly File[] | null, resolution: number | null): Promise<void> => {
    fill(answer, h("p", { class: "hint" }, text.reading));
    try {
      change({ network: await ask("load", { files: from, resolution }) });
    } catch (error) {
      trouble.textContent = text.noModel(brief((error as Error).message));
      void run();
    }
  };
  // A network and a photo may come one shortly after the other: the last answer counts.
  let asked = 0;
  const run = async (): Promise<void> => {
    const { network, photo } = current();
    const own = ++asked;
    fill(answer);
    if (network === null || photo === null) return;
    fill(answer, h("p", { class: "hint" }, t().measuring));
    try {
      const answers = await ask("classifyPhoto", photo);
      if (own === asked) fill(answer, ...answerOf(answers, (i) => network.labels[i]));
    } catch (error) {
      if (own !== asked) return;
      fill(answer);
      trouble.textContent = brief((error as Error).message);
    }
  };

  const showAbout = ({ network, photo }: Current): void => {
    const [, rows, ...rest] = network?.graph.input.shape ?? [];
    fill(
      about,
      photo && photoCanvas(photo),
      h(
        "p",
        { class: "hint" },
        photo && text.photoOf(extents(photo.shape)),
        network && ` ${network.about}, ${text.takes(extents([rows, ...rest]))}`,
      ),
      network?.anyResolution &&
        choice(
          text.resolution,
          [...new Set([...RESOLUTIONS, rows])]
            .sort((a, b) => a - b)
            .map((side) => [String(side), String(side)] as const),
          String(rows),
          (side) => void load(null, Number(side)),
        ),
    );
  };
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

  const files = h("input", {
    type: "file",
    multiple: true,
    id: "dropped-files",
    onchange: () => void take([...(files.files ?? [])]),
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
        zone.classList.remove("over");
        void take([...(event.dataTransfer?.files ?? [])]);
      },
    },
    h("label", { for: "dropped-files" }, text.drop),
    files,
  );
  return [h("h3", {}, text.dropTitle), h("p", {}, text.dropIntro), zone, trouble, about, answer];
}

function isPicture({ name, type }: File): boolean {
  return type.startsWith("image/") || /\.(jpe?g|png|webp|gif|bmp|avif)$/i.test(name);
}
