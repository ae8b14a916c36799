/** @file The learner's position: an output value, and how many of its products have been added. */

export interface Extents {
  /** Rows and columns of the output. */
  readonly OH: number;
  readonly OW: number;
  /** The largest number of output channels among the three convolutions. */
  readonly channels: number;
  /** For each of those channels, the most products per value among the convolutions that have it. */
  readonly terms: readonly number[];
}

export interface Cursor {
  readonly oh: number;
  readonly ow: number;
  readonly o: number;
  /** Number of products in the sum. */
  readonly added: number;
}

/** The first value, with all its products. */
export function start({ terms }: Extents): Cursor {
  return { oh: 0, ow: 0, o: 0, added: terms[0] };
}

/** Whether all products of the value are in its sum. */
export function isWhole({ o, added }: Cursor, { terms }: Extents): boolean {
  return added >= terms[o];
}

/** The output value's index in walking order: position by position, and channel by channel at each. */
function placeOf({ oh, ow, o }: Cursor, { OW, channels }: Extents): number {
  return (oh * OW + ow) * channels + o;
}

/** @param added default all */
function at(place: number, { OW, channels, terms }: Extents, added?: number): Cursor {
  const position = Math.floor(place / channels);
  const o = place % channels;
  return { oh: Math.floor(position / OW), ow: position % OW, o, added: added ?? terms[o] };
}

/** Moves by output values, within the ends; each with all its products. */
export function byValue(cursor: Cursor, steps: number, extents: Extents): Cursor {
  const last = extents.OH * extents.OW * extents.channels - 1;
  return at(Math.min(Math.max(placeOf(cursor, extents) + steps, 0), last), extents);
}

/** One product more or less; after the last one, the next value begins with its first. */
export function byProduct(cursor: Cursor, step: 1 | -1, extents: Extents): Cursor {
  const added = cursor.added + step;
  const place = placeOf(cursor, extents);
  const last = extents.OH * extents.OW * extents.channels - 1;
  if (added > extents.terms[cursor.o]) return place === last ? cursor : at(place + 1, extents, 1);
  if (added < 1) return place === 0 ? cursor : at(place - 1, extents);
  return { ...cursor, added };
}

/** The same position in an output of another size, or the nearest one. */
export function within({ oh, ow, o, added }: Cursor, { OH, OW, channels, terms }: Extents): Cursor {
  const own = Math.min(o, channels - 1);
  return {
    oh: Math.min(oh, OH - 1),
    ow: Math.min(ow, OW - 1),
    o: own,
    added: Math.min(Math.max(added, 1), terms[own]),
  };
}

/** Multiply-accumulates that one of the convolutions has done at this position. */
export function macsSoFar(
  { oh, ow, o, added }: Cursor,
  { OW }: Extents,
  own: { readonly channels: number; readonly terms: number },
): number {
  const values = (oh * OW + ow) * own.channels + Math.min(o, own.channels);
  const isDone = o >= own.channels;
  return values * own.terms + (isDone ? 0 : Math.min(added, own.terms));
}
