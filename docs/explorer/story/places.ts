/** @file All link targets, from top to bottom: scenes with a figure, and benches. */
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

/** Places that belong to the one above them. */
const PARTS = ["map", "roofline", "transposed"] as const;

/** The other places, numbered in order. */
export type NumberedId = Exclude<PlaceId, (typeof PARTS)[number]>;
export const NUMBERED: readonly NumberedId[] = PLACES.filter(
  (id): id is NumberedId => !(PARTS as readonly PlaceId[]).includes(id),
);

/** The numbered place that a place belongs to. */
export function wholeOf(id: PlaceId): NumberedId {
  return NUMBERED.findLast((one) => PLACES.indexOf(one) <= PLACES.indexOf(id)) ?? "start";
}

/** Its number; null for a part. */
export function numberOf(id: PlaceId): number | null {
  const number = (NUMBERED as readonly PlaceId[]).indexOf(id);
  return number < 0 ? null : number;
}

/** Old ids and their present places. */
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
