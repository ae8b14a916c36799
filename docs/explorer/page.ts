/** @file The page: a story of scenes and benches, from the first screen to the laboratory. */
import { clearStages } from "./figure/stage.ts";
import { readState, SETTINGS, writeState } from "./scenes/state.ts";
import {
  type Address,
  entry,
  keeps,
  type Parameters,
  parsed,
  read,
  remember,
  restore,
  write,
} from "./story/address.ts";
import { arrive, barHeight } from "./story/arrive.ts";
import { type Bar, bar, paint } from "./story/bar.ts";
import { bench, showBenches } from "./story/benches.ts";
import { onState, setState, state } from "./story/kept.ts";
import { isBench, numberOf, PLACES, type PlaceId, placeNamed, sceneWith, wholeOf } from "./story/places.ts";
import { isPresenting, present, showSlide } from "./story/presenting.ts";
import { type ShownScene, sceneOf, startScene } from "./story/scene.ts";
import { isLanguage, language, speak, t } from "./text/language.ts";
import { fill, h } from "./view/h.ts";

let scenes: readonly ShownScene[] = [];
let top: Bar | null = null;
/** Whether the language came from the address or was chosen; if so, the address contains it. */
let isLanguageChosen = false;

keeps("story", {
  write: () => writeState(state(), SETTINGS),
  read: (parameters) => setState(readState(parameters), null),
});

/** Builds the page, and rebuilds it when the language changes; settings are kept. */
export function showPage(): void {
  document.documentElement.lang = language();
  document.title = `separable: ${t().title}`;
  paint();
  clearStages();
  top = bar(() => {
    isLanguageChosen = true;
    const { id, below } = here();
    speak(language() === "en" ? "zh" : "en");
    showPage();
    goTo(id, below);
    document.getElementById("language")?.focus({ preventScroll: true });
  });
  scenes = [];
  const elements = PLACES.map((id) => {
    if (isBench(id)) return bench(id, numberOf(id));
    const scene = sceneWith(id) as NonNullable<ReturnType<typeof sceneWith>>;
    const shown = id === "start" ? startScene(scene) : sceneOf(scene, numberOf(id));
    scenes = [...scenes, shown];
    return shown.element;
  });
  fill(
    document.body,
    h("a", { class: "skip", href: "#content" }, t().skip),
    top.element,
    h("main", { id: "content", tabindex: -1 }, ...elements),
    h("footer", {}, h("p", {}, t().footer)),
  );
  follow();
  showSlide();
  document.body.dataset.ready = performance.now().toFixed(0); // since navigation began
}

/** Opens the page at the place in its address or history, and follows both from then on. */
export function openPage(): void {
  history.scrollRestoration = "manual";
  const before = entry();
  const address = parsed(location.hash);
  speakAs(address);
  if (before === null) take(address);
  else restore(before);
  showPage();
  if (before !== null) goTo(placeNamed(before.id) ?? "start", before.below);
  else goToNamed(address.id);
  present({ scenes: () => scenes, here: () => here().id, goTo });
  onState((scene) => {
    for (const one of scenes) one.figure.refresh(one.id === scene);
    clearTimeout(telling);
    telling = setTimeout(() => {
      for (const one of scenes) one.retell();
    }, REST);
    keepLater();
  });
  addEventListener("scroll", () => requestAnimationFrame(follow), { passive: true });
  addEventListener("resize", follow);
  addEventListener("pagehide", keep);
  // Every change of a setting ends in one of these events.
  for (const act of ["input", "change", "click", "keyup"]) addEventListener(act, keepLater);
  // Back returns to the place where a link was clicked.
  addEventListener(
    "click",
    (event) => event.target instanceof Element && event.target.closest('a[href^="#"]') && keep(),
    {
      capture: true,
    },
  );
  addEventListener("beforeprint", () => {
    paint("light"); // paper is white
    showBenches();
  });
  addEventListener("afterprint", () => paint());
  addEventListener("popstate", () => {
    const back = entry();
    const { id, parameters } = parsed(location.hash);
    if (back !== null) {
      restore(back);
      showPage(); // rebuilds sections whose settings differ
      goTo(placeNamed(back.id) ?? "start", back.below);
    } else {
      // A link or a typed address: sets what it contains and keeps everything else.
      const isOther = speakAs({ id, parameters });
      if ((parameters.size > 0 && take({ id, parameters })) || isOther) showPage();
      goToNamed(id === "" ? "start" : id);
    }
  });
}

/** Switches to the language of an address. @returns whether it has changed */
function speakAs({ parameters }: Address): boolean {
  const wanted = parameters.get("lang") ?? "";
  if (!isLanguage(wanted)) return false;
  isLanguageChosen = true;
  const isOther = wanted !== language();
  speak(wanted);
  return isOther;
}

/** Applies the settings of an address. @returns whether the page has to be rebuilt */
function take({ id, parameters }: Address): boolean {
  const place = placeNamed(id);
  if (place === null || isBench(place)) return read(place ?? id, parameters);
  setState(readState(parameters, state()), place);
  return false;
}

function parametersOf(id: PlaceId): Parameters {
  const scene = sceneWith(id);
  return scene ? writeState(state(), scene.parameters) : write(id);
}

function goToNamed(id: string): void {
  const place = placeNamed(id);
  if (place !== null) goTo(place);
}

export function goTo(id: PlaceId, below = 0): void {
  const target = document.getElementById(id);
  if (target === null) return;
  // Fill all benches first, so that those above have their final height and those below do not shift later.
  if (PLACES.indexOf(id) >= PLACES.findIndex(isBench)) showBenches();
  arrive(target, below);
  follow();
}

/** The last section that begins above the middle of the window. */
function here(): { readonly id: PlaceId; readonly below: number } {
  const tops = PLACES.map((id) => document.getElementById(id)?.getBoundingClientRect().top ?? Number.POSITIVE_INFINITY);
  const i = Math.max(0, tops.filter((one) => one < innerHeight * 0.45).length - 1);
  return { id: PLACES[i], below: barHeight() - tops[i] };
}

function follow(): void {
  if (isPresenting()) return;
  for (const scene of scenes) scene.follow();
  const { id } = here();
  top?.mark(wholeOf(id));
  keepLater();
}

/** Milliseconds after which a handle counts as at rest; texts are updated then. */
const REST = 120;
let telling: ReturnType<typeof setTimeout> | undefined;

let timer: ReturnType<typeof setTimeout> | undefined;

/** Delayed, because browsers limit how often the address may change. */
function keepLater(): void {
  clearTimeout(timer);
  timer = setTimeout(keep, 250);
}

function keep(): void {
  clearTimeout(timer);
  const { id, below } = here();
  const parameters = new Map(parametersOf(id));
  if (isLanguageChosen) parameters.set("lang", language());
  remember({ id, parameters }, below);
}
