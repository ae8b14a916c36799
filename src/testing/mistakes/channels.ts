/** @file Mistakes with channels, taps, groups and images: swapped, or left out. */
import { type Mistake, mistake } from "./kernel.ts";

/** Floats per vector. */
export const LANES = [4, 8, 16, 32] as const;

export const CHANNEL_MISTAKES: readonly Mistake[] = [
  mistake("filter flipped, as mathematics defines a convolution", (right, { g: { KH, KW } }) => [
    { filter: (kh, kw, ic, o) => right.filter(KH - 1 - kh, KW - 1 - kw, ic, o) },
  ]),
  mistake("last tap left out", (right, { g: { KH, KW } }) => [
    { filter: (kh, kw, ic, o) => (kh === KH - 1 ? -1 : right.filter(kh, kw, ic, o)) },
    { filter: (kh, kw, ic, o) => (kw === KW - 1 ? -1 : right.filter(kh, kw, ic, o)) },
    { filter: (kh, kw, ic, o) => (kh === KH - 1 && kw === KW - 1 ? -1 : right.filter(kh, kw, ic, o)) },
    { filter: (kh, kw, ic, o) => (kh === KH - 1 || kw === KW - 1 ? -1 : right.filter(kh, kw, ic, o)) },
  ]),
  mistake("first tap left out", (right) => [
    { filter: (kh, kw, ic, o) => (kh === 0 ? -1 : right.filter(kh, kw, ic, o)) },
    { filter: (kh, kw, ic, o) => (kw === 0 ? -1 : right.filter(kh, kw, ic, o)) },
    { filter: (kh, kw, ic, o) => (kh === 0 && kw === 0 ? -1 : right.filter(kh, kw, ic, o)) },
  ]),
  mistake("last input channel left out", (right, { g: { C, G, KH, KW } }) => {
    const last = C / G - 1;
    return [
      { filter: (kh, kw, ic, o) => (ic === last ? -1 : right.filter(kh, kw, ic, o)) },
      {
        filter: (kh, kw, ic, o) => (ic === last && kh === KH - 1 && kw === KW - 1 ? -1 : right.filter(kh, kw, ic, o)),
      },
      { filter: (kh, kw, ic, o) => (right.channel(ic, o) === C - 1 ? -1 : right.filter(kh, kw, ic, o)) },
    ];
  }),
  mistake("input channels beyond whole vectors left out", (right, { g: { C, G } }) =>
    LANES.map((lanes) => {
      const whole = Math.floor(C / G / lanes) * lanes;
      return { filter: (kh, kw, ic, o) => (ic >= whole ? -1 : right.filter(kh, kw, ic, o)) };
    }),
  ),
  mistake("input channels reversed", (right, { g: { C, G } }) => [
    { channel: (ic, o) => C - 1 - right.channel(ic, o) },
    { channel: (ic, o) => right.channel(C / G - 1 - ic, o) },
  ]),
  mistake("output channels reversed", (_, { g: { O, G } }) => [
    { position: ([n, oh, ow, o]) => [n, oh, ow, O - 1 - o] },
    { position: ([n, oh, ow, o]) => [n, oh, ow, (Math.floor(o / (O / G)) + 1) * (O / G) - 1 - (o % (O / G))] },
  ]),
  mistake("batch ignored: every image read as the first", (right) => [
    { input: (_, h, w, c) => right.input(0, h, w, c) },
  ]),
  mistake("every group reading the channels of the first", () => [{ channel: (ic) => ic }]),
  mistake("groups mixed up", (right, { g: { C, G, O } }) => {
    const [Cg, Og] = [C / G, O / G];
    return [
      { channel: (ic, o) => ic * G + Math.floor(o / Og) }, // channels dealt out to the groups
      { channel: (ic, o) => (o % G) * Cg + ic }, // outputs dealt out to the groups
      { channel: (ic, o) => ic * G + (o % G) },
      { channel: (ic, o) => (G - 1 - Math.floor(o / Og)) * Cg + ic }, // groups reversed
      { filter: (kh, kw, ic, o) => right.filter(kh, kw, ic, o % Og) }, // the first group's filter for all
      { position: ([n, oh, ow, o]) => [n, oh, ow, (o % G) * Og + Math.floor(o / G)] }, // outputs interleaved
      { position: ([n, oh, ow, o]) => [n, oh, ow, (o % Og) * G + Math.floor(o / Og)] },
    ];
  }),
  mistake("multiplier order: m · C + c for c · multiplier + m", (right, { op, g: { C, O } }) => {
    if (op !== "depthwiseConv2d" || O === C) return [];
    const M = O / C;
    return [
      { position: ([n, oh, ow, o]) => [n, oh, ow, (o % C) * M + Math.floor(o / C)] },
      { channel: (_, o) => o % C },
      { filter: (kh, kw, ic, o) => right.filter(kh, kw, ic, (o % M) * C + Math.floor(o / M)) },
      { filter: (kh, kw, ic, o) => right.filter(kh, kw, ic, (o % C) * M + Math.floor(o / C)) },
      { position: ([n, oh, ow, o]) => [n, oh, ow, (o % M) * C + Math.floor(o / M)] },
    ];
  }),
];
