/** @file The story of the page, in English. `[words](what)` is a link: see story/rich.ts. */
import type { Verdict } from "../scenes/arrive/promise.ts";
import { meanings } from "./terms.ts";

const times = (value: string): string => `${value} ×`;
const factor = (value: number): string => (value < 10 ? value.toFixed(1) : value.toFixed(0));
const grouped = (value: number): string => value.toLocaleString("en");
const plural = (count: number, one: string): string => `${count} ${one}${count === 1 ? "" : "s"}`;

/** How much of the promised saving arrived as time, in words that match the measurement. */
const VERDICTS: Readonly<Record<Verdict, (ratio: string, promised: string) => string>> = {
  busy: () => "This machine is too busy to say: the measurements differ too much. Measure again.",
  more: (ratio, promised) => `More than promised arrives: ${ratio} times faster instead of ${promised}.`,
  all: (ratio, promised) => `All of it arrives: ${ratio} times faster, with ${promised} promised.`,
  most: (ratio, promised) => `Most of it arrives: ${ratio} times faster instead of ${promised}.`,
  half: (ratio, promised) => `About half of it arrives: ${ratio} times faster instead of ${promised}.`,
  little: (ratio, promised) => `Little of it arrives: ${ratio} times faster instead of ${promised}.`,
  none: (_, promised) =>
    `None of it arrives: the split is slower here, though it promised ${promised} times fewer products.`,
};

/** The values that texts contain: settings, and results computed by the library. */
export interface Facts {
  readonly o: number;
  /** The kernel that scene 4 asks about. */
  readonly asked: number;
  /** Percent of the blocks' energy that one stamp per channel keeps. */
  readonly share: number;
  /** Scene 6: the promised ratio, and the measured one. */
  readonly arrived: {
    readonly block: { readonly k: number; readonly c: number; readonly side: number };
    readonly promised: number;
    /** Null before anything is measured. */
    readonly ratio: number | null;
    readonly verdict: Verdict | null;
    /** The same against the best standard convolution; null if none is better. */
    readonly rival: { readonly promised: number; readonly ratio: number | null } | null;
    readonly slept: boolean;
  };
  /** Scene 7: images classified correctly with 32 bits and with 8; null until computed. */
  readonly right: { readonly images: number; readonly real: number; readonly eight: number } | null;
}

export const story = {
  times,
  headline: "Split one convolution into two, and it gets eight times cheaper.",
  how: "How?",
  showMe: "Show me",
  toLaboratory: "or go to the laboratory",
  note: "The numbers count [multiplications](word:mac); both routes do them at the same speed. One real block of [MobileNet](word:mobilenet): 112 × 112 pixels, 32 [channels](word:channel) in, 64 out. Not all are drawn.",
  scenes: "Scenes",
  present: "Present one figure at a time (p)",
  numbers: "The numbers of this figure",
  standard: "Standard",
  separable: "Separable",
  depthwise: "Depthwise",
  pointwise: "Pointwise",
  controls: {
    play: "Play",
    pause: "Pause",
    speed: (value: number) => `Speed ${value} ×`,
    keys: "Space plays and pauses; ← and → move one value",
    stride: "Stride",
    padding: "Padding",
    paddings: { valid: "none", tensorflow: "TensorFlow", pytorch: "PyTorch" },
    outputs: "Outputs O",
    filter: "Filter",
    filters: { splits: "splits", any: "any filter" },
    sameRules: "the same here",
    channels: "Channels C",
    image: "Image",
    bits: "Bits",
    measure: "Measure",
    stop: "Stop",
    measureAgain: "Measure again",
  },
  names: {
    start: "Start",
    window: "Window",
    channels: "Channels",
    split: "Split",
    price: "Price",
    network: "Network",
    arrive: "Time",
    bits: "Bits",
    people: "Quiz",
    laboratory: "Lab",
  },
  benches: {
    network: {
      title: "A whole network",
      intro:
        "Stamps and needles, seven times in a row: this network tells ten kinds of clothes apart. Draw a piece of clothing or choose one of the images, and watch what each layer makes of it.",
    },
    map: {
      title: "The map",
      intro:
        "Each box is a layer, as wide as it has channels and as high as its image. The disc below is its work; the ghost around it is the work of a standard convolution in its place.",
    },
    roofline: {
      title: "Where does it go?",
      intro:
        "A layer can run no faster than the processor multiplies, and no faster than memory delivers. A depthwise layer does little with each number that it loads, so it is on the left, where memory is the lower roof.",
    },
    people: {
      title: "What people say",
      intro:
        "23 sentences from a popular Chinese page about depthwise and pointwise convolution. Which of them are right? Each answer has a check that runs here, in your browser.",
    },
    laboratory: {
      title: "The laboratory",
      intro:
        "One output value, product by product, in three convolutions side by side, with every option to set. Each has its own made-up weights, so the outputs have the same shape but not the same values.",
    },
  },
  start: {
    label: "A race of two routes",
    parts: (channels: number, outputs: number) => [
      `${outputs} deep blocks`,
      `${channels} flat stamps,`,
      "then",
      `${outputs} thin needles`,
    ],
    short: (channels: number, outputs: number) => `${channels} stamps, ${outputs} needles`,
    same: "the same patch",
    unit: "multiply-accumulates",
    done: (ratio: string) => `done, with ${ratio} times fewer`,
    doneShort: (ratio: string) => `${ratio} × fewer`,
    says: (standard: string, separable: string, ratio: string) =>
      `Standard: ${standard} multiply-accumulates. Separable: ${separable}, ${ratio} times fewer.`,
  },
  window: {
    label: "A window slides over one channel of a photo",
    title: "A window slides",
    steps: (_: Facts): readonly (readonly string[])[] => [
      [
        "A convolution looks at nine pixels at a time. It multiplies each by a weight and adds up the products.",
        "One output pixel costs nine multiplications.",
      ],
      [
        "The nine weights are the [stamp](word:stamp). The same stamp goes everywhere.",
        "This one responds where brightness changes from top to bottom: eyelids, nose, mouth. The darker an output pixel, the farther its sum is from 0.",
        "Point at the photo or the output to put the window there, and click to keep it.",
      ],
      [
        "Other weights, another image: [edge](set:stamp=edge), [blur](set:stamp=blur), [sharpen](set:stamp=sharpen).",
        "A network [learns](set:stamp=learned) its own weights: these were trained to tell clothes apart.",
      ],
      [
        "With a [stride](word:stride) of 2 the window skips every other position, and a quarter of the pixels remain.",
        "[Padding](word:padding) puts zeros around the photo, so that the window can stand at its edge. There the step from photo to zeros is an edge too: hence the bar.",
        "“Same” means two rules. With stride 2, TensorFlow pads only at the end and PyTorch on both sides, so their windows are one pixel apart.",
      ],
    ],
    photo: "One channel of the photo",
    photoShort: "One channel",
    output: (rows: number, columns: number) => `Output, ${rows} × ${columns}`,
    pixels: "9 pixels",
    weights: "9 weights",
    tenths: "9 weights, in tenths",
    products: "9 products",
    productsTitle: "Products",
    sum: (divisor: number) => (divisor === 1 ? "sum" : `sum ÷ ${divisor}`),
    says: (row: number, column: number, value: string) => `Window at row ${row}, column ${column}: the sum is ${value}`,
    paddings: { valid: "None", tensorflow: "TensorFlow", pytorch: "PyTorch" },
    rule: (name: string, front: number, back: number) => `${name}: ${front} in front, ${back} behind`,
  },
  channels: {
    label: "A deep filter over three channels",
    title: "The stamp gets deep",
    steps: (_: Facts): readonly (readonly string[])[] => [
      [
        "A colour photo is three images: red, green and blue, its [channels](word:channel). So the stamp becomes a block, three slices deep.",
        "To keep the sums small, pixels have ten levels here, from 0 (black) to 9 (white).",
      ],
      [
        "Each slice sums over its own channel. Then the three sums are added into one number.",
        "With stamps of k × k pixels and C channels, that is k²·C = 9·3 = 27 products for one number.",
      ],
      [
        "One block makes one output channel. A layer with O = 64 output channels needs 64 blocks: k²·C·O = 1,728 products for every pixel.",
        "Deeper in a network, C is not 3 but hundreds.",
      ],
    ],
    names: ["red", "green", "blue"],
    image: "Corner of the eye",
    slices: "Three slices",
    sums: "Sums",
    block: "A block of 3 × 3 × 3 weights",
    weights: (count: number) => `${count} weights`,
    output: "Output",
    layer: (products: number, outputs: number) =>
      `${products} products × ${outputs} blocks = ${grouped(products * outputs)} per pixel`,
    products: (taps: number, channels: number) => `${taps} × ${channels} = ${taps * channels} products for one number`,
    saysBlock: (weights: number) => `Three channels, and a block of ${weights} weights, nine for each`,
    says: (parts: readonly string[], total: string) => `${parts.map((part) => `(${part})`).join(" + ")} = ${total}`,
  },
  split: {
    label: "The same answer by two routes",
    title: "The split",
    steps: ({ o, share }: Facts): readonly (readonly string[])[] => [
      [
        "Suppose that each slice of the block is one small [stamp](word:stamp) times one number.",
        "Then the stamp can go first and the number second.",
      ],
      [
        "Nine products for each slice, above and below. Then three more below: the [needle](word:needle).",
        "Both arrive at 43.",
      ],
      [
        "For the next output, the block above starts again: 27 more products.",
        `Below, the stamps are already paid for. Another needle costs 3. ${o > 1 ? `After ${o} outputs: ${grouped(27 * o)} against ${grouped(27 + 3 * o)}.` : "With one output, nothing is saved."}`,
      ],
      [
        "What is given up? Most filters are not one stamp times one number. With [any filter](set:any=1) the sums differ.",
        o > 1
          ? `Even the best stamps, one for each channel, reproduce only [${share} %](word:share) of these ${o} blocks. A network trained with the split learns filters that [fit](set:any=0).`
          : "A single block always splits: its three slices are the stamps. But then nothing is saved.",
      ],
    ],
    window: "The window",
    block: (o: number, outputs: number) => (outputs > 1 ? `block ${o} of ${outputs}` : "one block"),
    stamps: "stamps, then a needle",
    needle: (o: number, outputs: number, isLong: boolean) =>
      `${isLong ? "same stamps, " : ""}needle ${o} of ${outputs}`,
    times: (value: string, isLong: boolean) => (isLong ? `= ${value} × stamp` : `= ${value} ×`),
    products: "products",
    forStamps: (count: number) => `${count} for stamps`,
    forNeedles: (count: number, outputs: number) => `+ ${count} for ${outputs === 1 ? "the needle" : "needles"}`,
    ratio: (ratio: number) => (ratio < 1 ? "dearer so far" : `${ratio.toFixed(1)} × fewer`),
    short: (ratio: number) => (ratio < 1 ? "dearer" : `${ratio.toFixed(1)} ×`),
    saysIdea: "Each slice of the block is a stamp times a number: the stamps can go first, the numbers after",
    says: (standard: string, separable: string, products: string, fewer: string) =>
      `Standard ${standard} with ${products} products, separable ${separable} with ${fewer}`,
  },
  price: {
    label: "The price as an area",
    title: "The price is an area",
    steps: ({ asked, o }: Facts): readonly (readonly string[])[] => [
      [
        "Down the side, the k² weights of a stamp. Along the top, O outputs.",
        "The standard convolution pays for every square. The split pays for the two edges.",
        `Both pay once for each of the C channels, so C is left out: ${grouped(27 * o)} products for three channels are ${grouped(9 * o)} squares, and ${grouped(27 + 3 * o)} are ${grouped(9 + o)}.`,
      ],
      [
        `Now a ${asked} × ${asked} stamp and ${plural(o, "output")}. How many times cheaper is the split?`,
        "Put your guess on the line, where every doubling has the same length.",
      ],
      [
        "Drag both edges. With k = 1 the split is dearer: there is nothing to split. The saving can never exceed k² or O.",
        "Which two things change nothing? The size of the image and its channels C: both routes pay for them alike.",
      ],
    ],
    everySquare: "Standard: every square",
    twoEdges: "Separable: the two edges",
    cheaper: "cheaper",
    dearer: "dearer",
    needles: (o: number) => `${o} needles`,
    outputs: (o: number) => plural(o, "output"),
    handles: {
      o: "O, the number of outputs",
      k: "k, the side of the stamp",
      guess: "Your guess, times cheaper; Enter submits it",
    },
    line: "Times cheaper",
    yourGuess: "your guess",
    you: (value: string) => `you: ${value}`,
    verdict: (guess: number, ratio: number) => {
      const off = ratio / guess;
      const it = `It is ${factor(ratio)}: `;
      if (Math.abs(Math.log(off)) < 0.1) return `${it}well guessed`;
      const by = off > 1 ? off : 1 / off;
      const often = Math.abs(by - 2) < 0.1 ? "twice" : `${factor(by)} times`;
      return `${it}${often} too ${off > 1 ? "low" : "high"}`;
    },
    /** For each step: how to use the figure. */
    hints: ["", "Drag the mark, or use ← and →, then Enter", "Drag the two knobs, or use the arrow keys"],
    saysQuestion: (k: number, o: number) =>
      `How many times cheaper is the split for k = ${k} and ${plural(o, "output")}?`,
    says: (standard: string, separable: string, ratio: number) =>
      `k² × O is ${standard}, k² + O is ${separable}: ${ratio < 1 ? `${(1 / ratio).toFixed(2)} times dearer` : `${factor(ratio)} times cheaper`}`,
  },
  arrive: {
    label: "What was promised, and the time it takes here",
    title: "Does it arrive?",
    steps: ({
      o,
      arrived: { block, promised, ratio, verdict, rival, slept },
    }: Facts): readonly (readonly string[])[] => {
      const p = factor(promised);
      return [
        [
          `With k = ${block.k} and ${plural(o, "output")} the split promises ${p} times fewer products, for any C and any image.`,
          "But what matters is time. Is it that many times faster?",
        ],
        [
          "The same block, measured in this browser: both routes in turn, the median of many runs. The line at the end of a bar goes from its fast runs to its slow ones.",
          slept
            ? "The tab was in the background, where browsers slow everything down. Measure again."
            : verdict === null
              ? "Nothing has been measured yet."
              : VERDICTS[verdict](factor(ratio ?? 0), p),
          "In the first half of the split, each number loaded takes part in only k² products; in the second, in O. Where loading takes as long as multiplying, doing less of only one does not help.",
        ],
        [
          "A standard convolution can be clever too. [Winograd’s method](word:winograd) needs up to four times fewer multiplications.",
          rival === null
            ? "It does not help here: it needs a 3 × 3 kernel, and a layer of some size."
            : `Against it, the split promises only ${factor(rival.promised)} times fewer${rival.ratio === null ? "" : `, and is ${factor(rival.ratio)} times ${rival.ratio < 1 ? "as fast" : "faster"}`}.`,
        ],
        [
          "The same block in three kinds of code, our [tiers](word:tier): the plain formula, a matrix product, and WebAssembly vectors. Each is drawn beside its own standard convolution.",
          `Change C and the image. The promise stays ${p}; the measured ratio does not.`,
        ],
      ];
    },
    promised: "Promised: multiplications",
    measured: (tier: string | null) => (tier === null ? "Measured here" : `Measured here, ${tier}`),
    rival: "Standard, by Winograd’s method",
    rivalShort: "Winograd",
    block: (k: number, c: number, o: number, side: number) => `k = ${k}, C = ${c}, O = ${o}, ${side} × ${side} pixels`,
  },
  bits: {
    label: "Weights in few bits",
    title: "Eight bits",
    steps: ({ right }: Facts): readonly (readonly string[])[] => [
      [
        "Fewer products are one way to save. Smaller numbers are the other: a weight is a 32-bit real number. Does it need all 32?",
        "With 8 bits there are 255 levels, and each weight takes the nearest. With 4 bits there are 15; with 2, only three.",
      ],
      [
        "This page’s network in fewer and fewer bits, on the images included in the page.",
        right === null
          ? "It is being computed."
          : `With 32 bits it is right on ${right.real} of ${right.images}; with 8, on ${right.eight}, and its weights take a quarter of the bytes. So few images say little about small losses: the chapter uses ten thousand.`,
      ],
      [
        "In eight bits everything is a whole number: pixels, weights, products. The sum has 32 bits, so nothing is lost on the way.",
        "Then it has to become eight bits again: it is multiplied by a [scale](word:scale) and rounded.",
      ],
      [
        "There are three rules for that. The first, used by XNNPACK, multiplies real numbers. The second, from TensorFlow Lite’s reference kernels, uses only integers and rounds twice. The third, a newer form of the second, rounds once.",
        "This sum is almost halfway: 6.4998. Rounded once on the way, it is 6,656 / 1,024 = 6.5, and so becomes 7.",
        "This happens in 2 of this photo’s 2,116 windows: enough to fail a test that compares bit by bit.",
      ],
    ],
    count: (bits: number) => `${bits} bits`,
    short: (bits: number) => `${bits} bits`,
    real: "real numbers",
    levels: (count: number, error: string) => `${grouped(count)} levels; at most ${error} off`,
    was: "weights",
    whole: "levels",
    back: "what is left",
    right: "right",
    of: (right: number, images: number) => `${right} of ${images}`,
    bytes: "bytes",
    bytesAndTime: "bytes, time of an image",
    pixels: "pixels, 0 to 255",
    pixelsShort: "pixels",
    levelsTitle: "weights, −127 to 127",
    accumulator: "Sum, an integer of 32 bits",
    scaled: (sum: string, ratio: string, exact: string) =>
      `${sum} × ${ratio} = ${exact}, and that has to become a whole number`,
    once: (exact: string) => `${exact} rounds to`,
    twice: (first: string, power: string, then: string) => `${first} / ${power} = ${then} rounds to`,
  },
  transposed: {
    label: "A transposed convolution",
    title: "The other way round",
    steps: (_: Facts): readonly (readonly string[])[] => [
      [
        "A transposed convolution makes images larger. Where a convolution gathers nine pixels into one, here every pixel stamps the kernel onto the output, multiplied by its value. Where stamps overlap, they are added.",
        "With a [stride](word:stride) of 2, neighbours stamp two pixels apart, and the image becomes about twice as large. Padding cuts off the edges.",
        "It is called transposed because it does to an image what training does to an error: the gradient of a convolution goes back this way.",
      ],
    ],
    pixels: "pixels",
    stamp: "the stamp",
    timesStamp: (value: number) => `${value} × the stamp`,
    output: (side: number) => `Output, ${side} × ${side}`,
  },
  /** Words explained in place; the glossary's. */
  words: meanings("en"),
};

export type StoryText = typeof story;
