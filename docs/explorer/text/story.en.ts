/** @file The story of the page, in English. `[words](what)` is a link: see story/rich.ts. */
import type { Verdict } from "../scenes/arrive/promise.ts";
import { meanings } from "./terms.ts";

const times = (value: string): string => `${value} ×`;
const factor = (value: number): string => (value < 10 ? value.toFixed(1) : value.toFixed(0));
const grouped = (value: number): string => value.toLocaleString("en");
const plural = (count: number, one: string): string => `${count} ${one}${count === 1 ? "" : "s"}`;

/** In words that fit: how much of what was promised arrived as time. */
const VERDICTS: Readonly<Record<Verdict, (ratio: string, promised: string) => string>> = {
  busy: () => "This machine is too busy to say: the measurements differ too much. Measure again.",
  more: (ratio, promised) => `More than was promised arrives: ${ratio} times faster instead of ${promised}.`,
  all: (ratio, promised) => `All of it arrives: ${ratio} times faster, and ${promised} were promised.`,
  most: (ratio, promised) => `Most of it arrives: ${ratio} times faster instead of ${promised}.`,
  half: (ratio, promised) => `About half of it arrives: ${ratio} times faster instead of ${promised}.`,
  little: (ratio, promised) => `Little of it arrives: ${ratio} times faster instead of ${promised}.`,
  none: (_, promised) => `None of it arrives: the split is slower here, though ${promised} times less was promised.`,
};

/** What texts are told: what is set, and what the library has computed. */
export interface Facts {
  readonly o: number;
  /** The kernel that scene 4 asks about. */
  readonly asked: number;
  /** Percent of the blocks that one stamp for each channel holds. */
  readonly share: number;
  /** Scene 6: what was promised, and what arrived. */
  readonly arrived: {
    readonly block: { readonly k: number; readonly c: number; readonly side: number };
    readonly promised: number;
    /** Null while nothing is measured. */
    readonly ratio: number | null;
    readonly verdict: Verdict | null;
    /** Beside the best standard convolution; null where there is none better. */
    readonly rival: { readonly promised: number; readonly ratio: number | null } | null;
    readonly slept: boolean;
  };
  /** Scene 7: images that the network is right on with 32 bits and with 8; null before they are known. */
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
    keys: "Space plays and pauses; ← and → go one value",
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
        "Stamps and needles, seven times in a row: this network tells ten kinds of clothes apart. Draw one, or take one of the images, and watch what each layer makes of it.",
    },
    map: {
      title: "The map",
      intro:
        "Each box is a layer, as wide as it has channels and as high as its image. The disc below is its work, inside the ghost of what a standard convolution would do in its place.",
    },
    roofline: {
      title: "Where does it go?",
      intro:
        "A layer cannot be faster than the processor multiplies, nor than memory delivers. A depthwise layer does little with each number that it loads, so it stands on the left, where reading from memory is the lower roof.",
    },
    people: {
      title: "What people say",
      intro:
        "23 sentences of a popular Chinese page about depthwise and pointwise convolution. Which of them are right? Each answer comes with a check that is computed here just now.",
    },
    laboratory: {
      title: "The laboratory",
      intro:
        "One output value, product by product, by three convolutions side by side, with everything that can be set. The weights are made up for each of the three: outputs have the same shape, not the same values.",
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
        "Other weights, other picture: [edge](set:stamp=edge), [blur](set:stamp=blur), [sharpen](set:stamp=sharpen).",
        "A network [learns](set:stamp=learned) its own: this one learned to tell clothes apart.",
      ],
      [
        "With a [stride](word:stride) of 2 the window skips every other place, and a quarter of the pixels is left.",
        "[Padding](word:padding) puts zeros around the photo, so that the window can stand at its edge. There the step from photo to zeros is an edge too: hence the bar.",
        "“Same” is two rules: with stride 2, TensorFlow pads at the end only, PyTorch on both sides, one pixel apart.",
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
        "Each slice makes a sum over its own channel. Then the three sums become one number.",
        "With stamps of k × k pixels and C channels that is k²·C = 9·3 = 27 products for one number.",
      ],
      [
        "One block makes one output channel. A layer with O = 64 output channels needs 64 blocks: k²·C·O = 1,728 products for every pixel.",
        "Deeper in a network C is not 3 but hundreds.",
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
        "Suppose that each slice of the block is one small [stamp](word:stamp), times one number.",
        "Then the stamp can go first, and the number after.",
      ],
      [
        "Nine products for each slice, above and below. Then three more below: the [needle](word:needle).",
        "Both arrive at 43.",
      ],
      [
        "For the next output the block above starts again: 27 more products.",
        `Below, the stamps are paid for already. Another needle costs 3. ${o > 1 ? `After ${o} outputs: ${grouped(27 * o)} against ${grouped(27 + 3 * o)}.` : "With one output nothing is saved."}`,
      ],
      [
        "What is given up? Most filters are not one stamp times one number. With [any filter](set:any=1) the sums part.",
        o > 1
          ? `Even the best stamps, one for each channel, give back only [${share} %](word:share) of these ${o} blocks. A network that is trained split learns filters that [fit](set:any=0).`
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
        `Both pay once for each of C channels, so C is left out: ${grouped(27 * o)} products for three channels are ${grouped(9 * o)} squares, and ${grouped(27 + 3 * o)} are ${grouped(9 + o)}.`,
      ],
      [
        `Now a stamp of ${asked} × ${asked}, and ${plural(o, "output")}. How many times cheaper is the split?`,
        "Put your guess on the line, where each doubling is as long as the last.",
      ],
      [
        "Drag both edges. With k = 1 the split is dearer: there is nothing to split. The saving can never pass k², nor O.",
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
      guess: "Your guess, times cheaper; Enter gives it",
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
    /** For each step: what can be done with the figure. */
    hints: ["", "Drag the mark, or use ← and →, then Enter", "Drag the two knobs, or use the arrow keys"],
    saysQuestion: (k: number, o: number) =>
      `How many times cheaper is the split for k = ${k} and ${plural(o, "output")}?`,
    says: (standard: string, separable: string, ratio: number) =>
      `k² × O is ${standard}, k² + O is ${separable}: ${ratio < 1 ? `${(1 / ratio).toFixed(2)} times dearer` : `${factor(ratio)} times cheaper`}`,
  },
  arrive: {
    label: "What was promised, and the time that it takes here",
    title: "Does it arrive?",
    steps: ({
      o,
      arrived: { block, promised, ratio, verdict, rival, slept },
    }: Facts): readonly (readonly string[])[] => {
      const p = factor(promised);
      return [
        [
          `With k = ${block.k} and ${plural(o, "output")} the split promises ${p} times fewer products, for any C and any image.`,
          "But nobody waits for products. Is it that many times faster?",
        ],
        [
          "The same block, measured in this browser: both routes in turns, the middle of many runs. The line at the end of a bar goes from its quick runs to its slow ones.",
          slept
            ? "The tab was in the background, where browsers slow everything down. Measure again."
            : verdict === null
              ? "Nothing has been measured yet."
              : VERDICTS[verdict](factor(ratio ?? 0), p),
          "A number that is loaded takes part in only k² products in the first half of the split, and in O in the second. Where loading takes as long as multiplying, doing less of one does not help.",
        ],
        [
          "A standard convolution can be clever as well. [Winograd’s method](word:winograd) gets by with up to four times fewer multiplications.",
          rival === null
            ? "It has nothing to offer here: it takes only 3 × 3 kernels, and layers of some size."
            : `Beside it the split promises only ${factor(rival.promised)} times fewer${rival.ratio === null ? "" : `, and is ${factor(rival.ratio)} times ${rival.ratio < 1 ? "as fast" : "faster"}`}.`,
        ],
        [
          "The same block in three kinds of code, our [tiers](word:tier): the formula as it stands, a matrix product, and vectors of WebAssembly. Each is drawn beside its own standard convolution.",
          `Change C and the image. The promise stays ${p}; the time does not care for promises.`,
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
        "Fewer products is one way to save. The other is smaller numbers: a weight is a real number of 32 bits. Does it need them?",
        "With 8 bits there are 255 levels, and each weight takes the nearest. With 4 bits there are 15, with 2 only three.",
      ],
      [
        "The network of this page in fewer and fewer bits, on the images that come with it.",
        right === null
          ? "It is being computed."
          : `With 32 bits it is right on ${right.real} of ${right.images}, with 8 on ${right.eight}, and its weights take a quarter of the bytes. So few images say little about small losses: the chapter has ten thousand.`,
      ],
      [
        "In eight bits everything is a whole number: pixels, weights, products. The sum has 32 bits, so that nothing is lost on the way.",
        "Then it has to become eight bits again: times a [scale](word:scale), and rounded.",
      ],
      [
        "There are three rules for that. The first multiplies as real numbers do; XNNPACK does it so. The second, of TensorFlow Lite’s reference kernels, has only integers and rounds twice. The third, a newer form of it, rounds once.",
        "This sum is nearly a half: 6.4998. Rounded once on the way it is 6,656 / 1,024 = 6.5, and so becomes 7.",
        "It happens in 2 of the 2,116 windows of this photo: enough to fail a test that compares bit by bit.",
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
        "A transposed convolution makes images larger. Where a convolution gathers nine pixels into one, every pixel here stamps the kernel onto the output, as often as its value says; where stamps overlap, they are added.",
        "With a [stride](word:stride) of 2 neighbours stamp two pixels apart, and the image gets about twice as large. Padding cuts the edges off.",
        "It is called transposed because it does to an image what training does to an error: the gradient of a convolution goes back this way.",
      ],
    ],
    pixels: "pixels",
    stamp: "the stamp",
    timesStamp: (value: number) => `${value} × the stamp`,
    output: (side: number) => `Output, ${side} × ${side}`,
  },
  /** Words that are explained where they stand; the glossary's. */
  words: meanings("en"),
};

export type StoryText = typeof story;
