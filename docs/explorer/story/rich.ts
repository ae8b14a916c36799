/**
 * @file Texts with links: `[stamp](word:stamp)` explains a word in place, `[blur](set:stamp=blur)` changes a setting of
 * the figure beside it.
 */
import { changed, readState } from "../scenes/state.ts";
import { story } from "../text/language.ts";
import { button } from "../view/controls.ts";
import { type Child, h } from "../view/h.ts";
import { setState, state } from "./kept.ts";

const LINK = /\[([^\]]+)\]\((word|set):([^)]+)\)/g;

const MARK = /^[.,:;)。，、：；）]/;

type Word = keyof ReturnType<typeof story>["words"];

/** @param scene the scene whose settings its links change */
export function rich(text: string, scene: string): readonly Child[] {
  const children: Child[] = [];
  let end = 0;
  for (const link of text.matchAll(LINK)) {
    const [whole, shown, kind, what] = link;
    children.push(text.slice(end, link.index));
    end = link.index + whole.length;
    const mark = MARK.exec(text.slice(end))?.[0] ?? "";
    end += mark.length;
    const own = kind === "word" ? explained(what as Word, shown) : [setter(shown, what, scene)];
    // Keeps a punctuation mark on the line of the button before it.
    children.push(h("span", { class: "glued" }, ...own, mark));
  }
  return [...children, text.slice(end)];
}

function setter(shown: string, what: string, scene: string): HTMLElement {
  const [name, value] = what.split("=");
  return button(
    shown,
    () => {
      const change = readState(new Map([[name, value]]));
      setState(changed(state(), { [name]: change[name as keyof typeof change] }), scene);
    },
    { class: "sets" },
  );
}

let made = 0;

/** A word that shows its meaning when it is clicked. */
export function explained(word: Word, shown: Child): readonly HTMLElement[] {
  const id = `word-${++made}`;
  const meaning = h("span", { popover: "auto", id, class: "meaning" }, story().words[word]);
  const own = button(shown, () => {}, { class: "word", popovertarget: id, "aria-describedby": id });
  meaning.addEventListener("beforetoggle", () => {
    const { left, bottom } = own.getBoundingClientRect();
    meaning.style.left = `${Math.max(8, Math.min(left, innerWidth - 328))}px`;
    meaning.style.top = `${Math.min(bottom + 6, innerHeight - 130)}px`;
  });
  return [own, meaning];
}
