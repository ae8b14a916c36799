/** @file The language of the page. */
import { remember, remembered } from "../view/memory.ts";
import { en, type Text } from "./en.ts";
import { type StoryText, story as storyEn } from "./story.en.ts";
import { story as storyZh } from "./story.zh.ts";
import { zh } from "./zh.ts";

export type { StoryText } from "./story.en.ts";

const LANGUAGES = { en, zh } as const;
export type Language = keyof typeof LANGUAGES;

let chosen: Language = initial();

function initial(): Language {
  const before = remembered("language");
  if (before === "en" || before === "zh") return before;
  return typeof navigator !== "undefined" && navigator.language.startsWith("zh") ? "zh" : "en";
}

export function isLanguage(text: string): text is Language {
  return Object.hasOwn(LANGUAGES, text);
}

export function language(): Language {
  return chosen;
}

export function speak(next: Language): void {
  chosen = next;
  remember("language", next);
}

/** The page's texts, in the current language. */
export function t(): Text {
  return LANGUAGES[chosen];
}

/** The story's texts, in the current language. */
export function story(): StoryText {
  return chosen === "en" ? storyEn : storyZh;
}
