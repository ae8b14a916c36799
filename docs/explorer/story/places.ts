/** @file Everything that can be linked to, from top to bottom: scenes with a figure, and benches. */
import { BENCHES, type BenchId } from "./benches.ts";
import { SCENES, type SceneId } from "./scenes.ts";

export type PlaceId = SceneId | BenchId;

/** In the order of the page. */
export const PLACES: readonly PlaceId[] = [
  "start",
  "window",
  "channels",
  "split",
  "price",
  "network",
  "map",
  "arrive",
  "roofline",
  "bits",
  "people",
  "laboratory",
  "transposed",
];

/** Those that belong to the place above them. */
const PARTS = ["map", "roofline", "transposed"] as const;

/** The others: their number is their place. */
export type NumberedId = Exclude<PlaceId, (typeof PARTS)[number]>;
export const NUMBERED: readonly NumberedId[] = PLACES.filter(
  (id): id is NumberedId => !(PARTS as readonly PlaceId[]).includes(id),
);

/** Of which numbered place another one is a part. */
export function wholeOf(id: PlaceId): NumberedId {
  return NUMBERED.findLast((one) => PLACES.indexOf(one) <= PLACES.indexOf(id)) ?? "start";
}

/** Its number; null for a part. */
export function numberOf(id: PlaceId): number | null {
  const number = (NUMBERED as readonly PlaceId[]).indexOf(id);
  return number < 0 ? null : number;
}

/** Where links of before lead. */
const MOVED: Readonly<Record<string, PlaceId>> = {
  step: "laboratory",
  predict: "arrive",
  draw: "network",
  claims: "people",
};

/** The place that an address names; null for none. */
export function placeNamed(id: string): PlaceId | null {
  return MOVED[id] ?? PLACES.find((one) => one === id) ?? null;
}

export function isBench(id: PlaceId): id is BenchId {
  return Object.hasOwn(BENCHES, id);
}

export function sceneWith(id: PlaceId): (typeof SCENES)[number] | undefined {
  return SCENES.find((scene) => scene.id === id);
}
