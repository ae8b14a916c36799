/** @file The laboratory: one output value, product by product, in three convolutions side by side. */
import {
  FASHION_CLASSES,
  fashionSample,
  im2col,
  resolvePadding,
  type Sample,
  ShapeError,
  Tensor,
} from "../../../src/index.ts";
import { change, current, onChange } from "../engine/image.ts";
import { keeps, type Parameters } from "../story/address.ts";
import { explained } from "../story/rich.ts";
import { t } from "../text/language.ts";
import { button, choice, integers, slider } from "../view/controls.ts";
import { fill, h } from "../view/h.ts";
import { pixelsOf } from "../view/image.ts";
import { onLook } from "../view/look.ts";
import { integer, times } from "../view/numbers.ts";
import { byProduct, byValue, type Cursor, type Extents, isWhole, start, within } from "./cursor.ts";
import {
  experiment,
  KINDS,
  type Kind,
  paddingFor,
  RULES,
  type Rule,
  type Settings,
  type Stage,
  termCount,
  totalMacs,
} from "./experiment.ts";
import { counted, shrunk, typed } from "./images.ts";
import { paddingRules } from "./paddingRules.ts";
import { type Panel, panel } from "./panel.ts";
import { patchMatrix } from "./patchMatrix.ts";

const SOURCES = ["counted", "image", "photo", "typed"] as const;
type Source = (typeof SOURCES)[number];

/** Kept when the language changes and the page is rebuilt. */
const state = {
  settings: {
    H: 5,
    W: 5,
    channels: 2,
    outputs: 2,
    kernel: 3,
    stride: 1,
    rule: "valid",
    dilation: 1,
    multiplier: 1,
  } as Settings,
  source: "counted" as Source,
  which: 0,
  text: "1 2 3 4 5 6 7 8 9",
  cursor: null as Cursor | null,
  /** Whether the cursor is at the end of a sum; it then stays at the end when sums grow longer. */
  isWhole: true,
};

/** Names in the address, with the setting and largest value of each. */
const NUMBERS = {
  h: ["H", 10],
  w: ["W", 10],
  c: ["channels", 4],
  o: ["outputs", 4],
  k: ["kernel", 5],
  stride: ["stride", 4],
  dilation: ["dilation", 3],
  m: ["multiplier", 3],
} as const satisfies Readonly<Record<string, readonly [keyof Settings, number]>>;
const FIRST = state.settings;

keeps("laboratory", {
  write: () => {
    const { settings } = state;
    const numbers = Object.entries(NUMBERS).filter(([, [name]]) => settings[name] !== FIRST[name]);
    return new Map([
      ...numbers.map(([short, [name]]) => [short, String(settings[name])] as const),
      ...(settings.rule === FIRST.rule ? [] : [["padding", settings.rule] as const]),
      ...(state.source === "counted" ? [] : [["numbers", state.source] as const]),
    ]);
  },
  read: (parameters: Parameters) => {
    const given = Object.entries(NUMBERS).flatMap(([short, [name, max]]) => {
      const value = Number(parameters.get(short));
      return Number.isInteger(value) && value >= 1 && value <= max ? [[name, value]] : [];
    });
    const rule = RULES.find((one) => one === parameters.get("padding")) ?? FIRST.rule;
    state.settings = { ...FIRST, ...Object.fromEntries(given), rule };
    state.source = SOURCES.find((one) => one === parameters.get("numbers")) ?? "counted";
    isMoreOpen ||= ["h", "w", "c", "dilation", "m", "numbers"].some((name) => parameters.has(name));
  },
});

/** Whether the rarer settings are shown, as they are if an address contains any of them. */
let isMoreOpen = false;
const keepOpen = ({ open }: HTMLDetailsElement): void => {
  isMoreOpen = open;
};

/** Milliseconds between two products while it plays. */
const BEAT = 350;

/** Milliseconds after which a slider counts as at rest. */
const REST = 80;

let sample: Sample | null = null;

/** Pixels that the kernel spans, and rows and columns of the padded image. */
function sidesOf({
  H,
  W,
  kernel,
  dilation,
  stride,
  rule,
}: Settings): readonly [reach: number, rows: number, columns: number] {
  const own = { strides: stride, dilations: dilation };
  const [top, bottom, left, right] = resolvePadding(
    paddingFor({ kernel, dilation, rule }),
    [H, W],
    [kernel, kernel],
    own,
  );
  return [dilation * (kernel - 1) + 1, H + top + bottom, W + left + right];
}

function isFirst({ oh, ow, o }: Cursor): boolean {
  return oh === 0 && ow === 0 && o === 0;
}

export function stepSection(body: HTMLElement): void {
  const text = t().step;
  const stage = h("div", { class: "stage", tabindex: 0, role: "group", "aria-label": text.stage });
  const [trouble, said, more, costs] = [
    h("p", { class: "trouble", role: "alert" }),
    h("p", { class: "said", role: "status" }),
    h("div", { class: "aside" }),
    h("p", { class: "costs" }),
  ];
  let panels: readonly Panel[] = [];
  let stages: Readonly<Record<Kind, Stage>> | null = null;
  let matrix: ReturnType<typeof patchMatrix> | null = null;
  let extents: Extents = { OH: 1, OW: 1, channels: 1, terms: [1] };
  let timer: ReturnType<typeof setInterval> | undefined;
  let rest: ReturnType<typeof setTimeout> | undefined;

  const show = (cursor: Cursor): void => {
    state.cursor = cursor;
    state.isWhole = isWhole(cursor, extents);
    for (const one of panels) one.show(cursor);
    matrix?.show(cursor);
    said.textContent = panels.map((one) => one.says()).join("; ");
  };
  /** Shows the value that is pointed at, without moving there; null for the current one. */
  const preview = (cursor: Cursor | null): void => {
    const shown = cursor ?? state.cursor;
    if (stages === null || shown === null) return;
    for (const one of panels) one.show(shown);
    matrix?.show(shown);
  };
  const move = (next: (cursor: Cursor) => Cursor): void => {
    if (stages !== null && state.cursor !== null) show(next(state.cursor));
  };

  /** Rebuilds everything after numbers or sizes have changed. */
  const rebuild = (): void => {
    trouble.textContent = "";
    let image: Tensor;
    try {
      image = imageFor();
    } catch (error) {
      trouble.textContent = text.noNumber((error as Error).message);
      return; // perhaps a number half typed: keep what is shown
    }
    try {
      stages = experiment(state.settings, image);
    } catch (error) {
      if (!(error instanceof ShapeError)) throw error;
      // The old content stays, faint, so that the page does not jump.
      stages = null;
      stage.classList.add("past");
      trouble.textContent = text.noFit(...sidesOf(state.settings));
      said.textContent = trouble.textContent;
      return;
    }
    stage.classList.remove("past");
    const all = KINDS.map((kind) => (stages as Readonly<Record<Kind, Stage>>)[kind]);
    const { OH, OW } = all[0].geometry;
    const channels = Math.max(...all.map(({ geometry }) => geometry.O));
    const terms = Array.from({ length: channels }, (_, o) =>
      Math.max(...all.filter(({ geometry }) => o < geometry.O).map(termCount)),
    );
    extents = { OH, OW, channels, terms };
    const at = (oh: number, ow: number, o: number): Cursor => ({ oh, ow, o, added: terms[o] });
    panels = all.map((one) =>
      panel(
        one,
        extents,
        (place) => preview(place && at(...place)),
        (place) => step(() => at(...place)),
      ),
    );
    fill(stage, ...panels.map(({ element }) => element));
    const { standard, depthwise, pointwise } = stages;
    // The parts below wait until a slider comes to rest: they take too long for a frame.
    clearTimeout(rest);
    matrix = null;
    const showMore = (): void => {
      matrix = patchMatrix(standard, im2col(standard.input, standard.geometry));
      fill(more, paddingRules(state.settings), matrix.element);
      if (state.cursor !== null) matrix.show(state.cursor);
    };
    if (more.childElementCount === 0) showMore();
    else rest = setTimeout(showMore, REST);
    const [whole, apart] = [totalMacs(standard), totalMacs(depthwise) + totalMacs(pointwise)];
    fill(
      costs,
      text.costs(
        integer(whole),
        integer(totalMacs(depthwise)),
        integer(totalMacs(pointwise)),
        integer(apart),
        times(whole / apart),
      ),
    );
    const cursor = within(state.cursor ?? start(extents), extents);
    show(state.isWhole ? { ...cursor, added: extents.terms[cursor.o] } : cursor);
  };

  const imageFor = (): Tensor => {
    const { settings, source } = state;
    if (source === "typed") return typed(state.text, settings);
    const { photo } = current();
    if (source === "photo" && photo !== null) return shrunk(new Tensor(photo.data, photo.shape), settings);
    if (source === "image" && sample !== null) {
      const [, H, W] = sample.shape;
      const one = sample.pixels.subarray(state.which * H * W, (state.which + 1) * H * W);
      return shrunk(new Tensor(Float32Array.from(one), [H, W, 1]), settings);
    }
    return counted(settings);
  };

  const set = (change: Partial<Settings>): void => {
    state.settings = { ...state.settings, ...change };
    rebuild();
  };
  const number = (name: Exclude<keyof Settings, "rule">, values: readonly number[]): HTMLElement =>
    slider({
      label: text.settings[name],
      help: name === "dilation" || name === "multiplier" ? explained(name, "?") : [],
      values,
      value: state.settings[name],
      onChange: (value) => set({ [name]: value }),
    });

  const stop = (): void => {
    clearInterval(timer);
    timer = undefined;
    play.textContent = text.play;
  };
  const play = button(text.play, () => {
    if (timer !== undefined) return stop();
    play.textContent = text.pause;
    if (state.cursor !== null && state.isWhole && isFirst(state.cursor)) show({ ...state.cursor, added: 1 });
    timer = setInterval(() => {
      const before = state.cursor;
      if (play.isConnected) move((cursor) => byProduct(cursor, 1, extents));
      if (state.cursor === before) stop(); // at the end, or the page was rebuilt
    }, BEAT);
  });
  const step = (next: (cursor: Cursor) => Cursor): void => {
    stop();
    move(next);
  };
  const moves: Readonly<Record<string, (cursor: Cursor) => Cursor>> = {
    ArrowRight: (cursor) => byProduct(cursor, 1, extents),
    ArrowLeft: (cursor) => byProduct(cursor, -1, extents),
    ArrowDown: (cursor) => byValue(cursor, 1, extents),
    ArrowUp: (cursor) => byValue(cursor, -1, extents),
    Home: () => start(extents),
  };
  stage.addEventListener("keydown", (event) => {
    const next = moves[event.key];
    // Leave keys to scrolling elements inside, and to the browser's shortcuts.
    if (next === undefined || event.target !== stage || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    step(next);
  });

  const own = h("div", { class: "own" });
  const showSource = (): void => {
    const photo = h("input", {
      type: "file",
      accept: "image/*",
      "aria-label": text.anotherPhoto,
      onchange: async () => {
        const [file] = photo.files ?? [];
        if (!file) return;
        try {
          photo.value = "";
          const { data, shape } = await pixelsOf(file);
          change({ photo: { data, shape } });
        } catch {
          trouble.textContent = t().noImage(file.name);
        }
      },
    });
    const numbers = h("textarea", {
      rows: 3,
      "aria-label": text.sources.typed,
      oninput: () => {
        state.text = numbers.value;
        rebuild();
      },
    });
    numbers.value = state.text;
    const images = choice(
      text.which,
      Array.from(
        sample?.labels ?? [],
        (label, i) => [String(i), `${i + 1}: ${t().clothes[label] ?? FASHION_CLASSES[label]}`] as const,
      ),
      String(state.which),
      (value) => {
        state.which = Number(value);
        rebuild();
      },
    );
    fill(
      own,
      state.source === "photo" && photo,
      state.source === "typed" && numbers,
      state.source === "typed" && h("p", { class: "hint" }, text.typedHint),
      state.source === "image" && images,
    );
  };

  fill(
    body,
    h(
      "div",
      { class: "controls" },
      number("kernel", integers(1, 5)),
      number("outputs", integers(1, 4)),
      number("stride", integers(1, 4)),
      choice(
        text.settings.rule,
        RULES.map((rule) => [rule, text.rules[rule]]),
        state.settings.rule,
        (rule: Rule) => set({ rule }),
      ),
      h(
        "details",
        { class: "more", open: isMoreOpen, ontoggle: (event: Event) => keepOpen(event.target as HTMLDetailsElement) },
        h("summary", {}, text.more),
        h(
          "div",
          { class: "controls" },
          number("H", integers(1, 10)),
          number("W", integers(1, 10)),
          number("channels", integers(1, 4)),
          number("dilation", integers(1, 3)),
          number("multiplier", integers(1, 3)),
          choice(
            text.source,
            SOURCES.map((one) => [one, text.sources[one]]),
            state.source,
            (value) => {
              state.source = value;
              showSource();
              rebuild();
            },
          ),
          own,
        ),
      ),
    ),
    h(
      "div",
      { class: "buttons steps", role: "group", "aria-label": text.steps },
      button("|←", () => step(moves.Home), { "aria-label": text.first, title: text.first }),
      button("↑", () => step(moves.ArrowUp), { "aria-label": text.valueBack, title: text.valueBack }),
      button("←", () => step(moves.ArrowLeft), { "aria-label": text.productBack, title: text.productBack }),
      play,
      button("→", () => step(moves.ArrowRight), { "aria-label": text.productOn, title: text.productOn }),
      button("↓", () => step(moves.ArrowDown), { "aria-label": text.valueOn, title: text.valueOn }),
      h("span", { class: "hint" }, text.hint),
    ),
    trouble,
    stage,
    said,
    costs,
    more,
  );
  showSource();
  rebuild();
  onLook(stage, () => move((cursor) => cursor));
  let { photo } = current();
  onChange("step", () => {
    if (current().photo === photo) return;
    photo = current().photo;
    if (state.source === "photo") rebuild();
  });
  if (sample === null) {
    void fashionSample().then((loaded) => {
      sample = loaded;
      showSource();
      if (state.source === "image") rebuild();
    });
  }
}
