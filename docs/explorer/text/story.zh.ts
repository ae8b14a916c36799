/** @file The story of the page, in Chinese. `[words](what)` is a link: see story/rich.ts. */
import type { StoryText } from "./story.en.ts";

const factor = (value: number): string => (value < 10 ? value.toFixed(1) : value.toFixed(0));
const grouped = (value: number): string => value.toLocaleString("en");

export const story: StoryText = {
  times: (value) => `${value} 倍`,
  headline: "把一个卷积拆成两个，计算量只剩八分之一。",
  how: "怎么做到的？",
  showMe: "演示给我看",
  toLaboratory: "或者直接去实验室",
  note: "图中数的是[乘法](word:mac)，两条路线速度相同。算的是 [MobileNet](word:mobilenet) 中一个真实的块：112 × 112 像素，32 个输入[通道](word:channel)，64 个输出通道。图中没有全部画出。",
  scenes: "场景",
  laboratory: "实验室",
  laboratoryShort: "实验室",
  laboratoryIntro: "这里一切都可以设定，一切都是实测：用你自己的数、图片和网络，就在此浏览器中。",
  numbers: "此图中的数",
  standard: "标准卷积",
  separable: "可分离卷积",
  depthwise: "深度卷积",
  pointwise: "逐点卷积",
  controls: {
    play: "播放",
    pause: "暂停",
    speed: (value) => `速度 ${value} 倍`,
    keys: "空格键播放或暂停，← 和 → 前后移动一个值",
    stride: "步长",
    padding: "填充",
    paddings: { valid: "无", tensorflow: "TensorFlow", pytorch: "PyTorch" },
    outputs: "输出通道 O",
    filter: "卷积核",
    filters: { splits: "可拆", any: "任意" },
    sameRules: "此处两者相同",
  },
  names: { start: "开始", window: "窗口", channels: "通道", split: "拆分", price: "代价" },
  start: {
    label: "两条路线的赛跑",
    parts: (channels, outputs) => [`${outputs} 个厚块`, `${channels} 个薄印章，`, "再加", `${outputs} 根细针`],
    short: (channels, outputs) => `${channels} 个印章，${outputs} 根针`,
    same: "同一块图像",
    unit: "次乘加",
    done: (ratio) => `完成，只用了 1/${ratio}`,
    doneShort: (ratio) => `1/${ratio}`,
    says: (standard, separable, ratio) =>
      `标准卷积 ${standard} 次乘加；可分离卷积 ${separable} 次，只有前者的 1/${ratio}。`,
  },
  window: {
    label: "窗口滑过照片的一个通道",
    title: "窗口滑动",
    steps: () => [
      ["卷积一次看九个像素：每个像素乘一个权重，再把九个乘积加起来。", "一个输出像素要做九次乘法。"],
      [
        "这九个权重就是[印章](word:stamp)。同一个印章盖遍整张照片。",
        "这一个对上下方向的明暗变化有反应：眼睑、鼻子、嘴。输出像素越暗，它的和离 0 越远。",
        "把指针移到照片或输出上，窗口就到那里；点一下就固定住。",
      ],
      [
        "换一组权重，就换一种效果：[边缘](set:stamp=edge)、[模糊](set:stamp=blur)、[锐化](set:stamp=sharpen)。",
        "网络会[学出](set:stamp=learned)自己的权重：这一个是看衣物学来的。",
      ],
      [
        "[步长](word:stride)为 2 时，窗口每隔一个位置才停一次，输出像素只剩四分之一。",
        "[填充](word:padding)在照片四周补 0，窗口才能停在边上。从照片到 0 的落差也是一条边缘，所以输出边上出现一道黑条。",
        "都叫 “same”，却是两种规则：步长为 2 时，TensorFlow 只在末尾补，PyTorch 两边都补，窗口因此错开一个像素。",
      ],
    ],
    photo: "照片的一个通道",
    photoShort: "一个通道",
    output: (rows, columns) => `输出 ${rows} × ${columns}`,
    pixels: "9 个像素",
    weights: "9 个权重",
    tenths: "9 个权重（十分之一）",
    products: "9 个乘积",
    productsTitle: "乘积",
    sum: (divisor) => (divisor === 1 ? "和" : `和 ÷ ${divisor}`),
    says: (row, column, value) => `窗口在第 ${row} 行第 ${column} 列，和为 ${value}`,
    paddings: { valid: "无", tensorflow: "TensorFlow", pytorch: "PyTorch" },
    rule: (name, front, back) => `${name}：前 ${front}，后 ${back}`,
  },
  channels: {
    label: "厚块卷积核与三个通道",
    title: "印章变厚了",
    steps: () => [
      [
        "彩色照片是三幅图：红、绿、蓝，即三个[通道](word:channel)。所以印章变成一个厚块，共三片。",
        "为了让和小一些，这里的像素只分十级，从 0（黑）到 9（白）。",
      ],
      [
        "每一片对自己的通道求和，三个和再加成一个数。",
        "印章是 k × k 像素，通道有 C 个，一个数就需要 k²·C = 9·3 = 27 个乘积。",
      ],
      [
        "一个厚块得到一个输出通道。有 O = 64 个输出通道的一层需要 64 个厚块：每个像素 k²·C·O = 1,728 个乘积。",
        "在网络深处，C 不是 3，而是几百。",
      ],
    ],
    names: ["红", "绿", "蓝"],
    image: "眼角",
    slices: "三片",
    sums: "和",
    block: "3 × 3 × 3 个权重的厚块",
    weights: (count) => `${count} 个权重`,
    output: "输出",
    layer: (products, outputs) => `${products} 个乘积 × ${outputs} 个厚块 = 每像素 ${grouped(products * outputs)}`,
    products: (taps, channels) => `${taps} × ${channels} = ${taps * channels} 个乘积得一个数`,
    saysBlock: (weights) => `三个通道，和一个有 ${weights} 个权重的厚块，每个通道九个`,
    says: (parts, total) => `${parts.map((part) => `(${part})`).join(" + ")} = ${total}`,
  },
  split: {
    label: "两条路线，同一个答案",
    title: "拆分",
    steps: ({ o, share }) => [
      ["假设厚块的每一片都是一个小[印章](word:stamp)乘一个数。", "那么可以先盖印章，后乘那个数。"],
      ["上下两条路线，每一片都是九个乘积。下面再多三个：[针](word:needle)。", "两边都得到 43。"],
      [
        "要下一个输出时，上面的厚块从头再来：又是 27 个乘积。",
        `下面的印章已经付过账，再加一根针只要 3 个。${o > 1 ? `${o} 个输出之后：${grouped(27 * o)} 对 ${grouped(27 + 3 * o)}。` : "只有一个输出时，什么也没省。"}`,
      ],
      [
        "放弃了什么？多数卷积核并不是一个印章乘一个数。换成[任意卷积核](set:any=1)，两边的和就不同了。",
        o > 1
          ? `每个通道只用一个印章，最好也只能还原这 ${o} 个厚块的 [${share} %](word:share)。一开始就拆开训练的网络，会学出[合适的](set:any=0)卷积核。`
          : "单独一个厚块总能拆开：它的三片就是印章。可是这样什么也没省。",
      ],
    ],
    window: "窗口",
    block: (o, outputs) => (outputs > 1 ? `第 ${o} 块，共 ${outputs} 块` : "一块"),
    stamps: "先印章，后针",
    needle: (o, outputs, isLong) => `${isLong ? "印章不变，" : ""}第 ${o} 根针，共 ${outputs} 根`,
    times: (value, isLong) => (isLong ? `= ${value} × 印章` : `= ${value} ×`),
    products: "个乘积",
    forStamps: (count) => `印章 ${count}`,
    forNeedles: (count) => `+ 针 ${count}`,
    ratio: (ratio) => (ratio < 1 ? "到此反而更贵" : `只要 1/${ratio.toFixed(1)}`),
    short: (ratio) => (ratio < 1 ? "更贵" : `1/${ratio.toFixed(1)}`),
    saysIdea: "厚块的每一片是一个印章乘一个数：可以先盖印章，后乘那些数",
    says: (standard, separable, products, fewer) =>
      `标准卷积得 ${standard}，用 ${products} 个乘积；可分离卷积得 ${separable}，用 ${fewer} 个`,
  },
  price: {
    label: "用面积表示代价",
    title: "代价是一块面积",
    steps: ({ asked, o }) => [
      [
        "竖边是一个印章的 k² 个权重，横边是 O 个输出。",
        "标准卷积要为每一格付账，拆开之后只为两条边付账。",
        `C 个通道，两边都各付一次，所以这里略去 C：三个通道的 ${grouped(27 * o)} 个乘积就是 ${grouped(9 * o)} 格，${grouped(27 + 3 * o)} 个就是 ${grouped(9 + o)} 格。`,
      ],
      [`现在印章是 ${asked} × ${asked}，输出 ${o} 个。标准卷积的代价是拆开后的多少倍？`, "把你的猜测放到线上；线上每翻一番，距离都一样长。"],
      [
        "拖动两条边。k = 1 时拆开反而更贵：没有什么可拆。这个倍数永远超不过 k²，也超不过 O。",
        "哪两样什么都不改变？图像的大小和通道数 C：两条路线为它们付的一样多。",
      ],
    ],
    everySquare: "标准卷积：每一格",
    twoEdges: "可分离卷积：两条边",
    cheaper: "标准是拆开后的",
    dearer: "更贵：拆开后是标准的",
    needles: (o) => `${o} 根针`,
    outputs: (o) => `${o} 个输出`,
    handles: { o: "O，输出的个数", k: "k，印章的边长", guess: "你的猜测，多少倍；按 Enter 确定" },
    line: "标准卷积是拆开后的多少倍",
    yourGuess: "你的猜测",
    you: (value) => `你：${value}`,
    verdict: (guess, ratio) => {
      const off = ratio / guess;
      const it = `是 ${factor(ratio)} 倍：`;
      if (Math.abs(Math.log(off)) < 0.1) return `${it}猜得很准`;
      return off > 1 ? `${it}实际是你猜的 ${factor(off)} 倍` : `${it}你猜的是实际的 ${factor(1 / off)} 倍`;
    },
    hints: ["", "拖动标记，或用 ← 和 →，再按 Enter", "拖动两个圆钮，或用方向键"],
    saysQuestion: (k, o) => `k = ${k}，${o} 个输出：标准卷积的代价是拆开后的多少倍？`,
    says: (standard, separable, ratio) =>
      `k² × O 为 ${standard}，k² + O 为 ${separable}：${ratio < 1 ? `拆开反而更贵，是标准的 ${(1 / ratio).toFixed(2)} 倍` : `标准是拆开后的 ${factor(ratio)} 倍`}`,
  },
  words: {
    mac: "每次乘法之后跟着一次加法，合称一次乘加（MAC）；网络的代价就按乘加计。",
    mobilenet: "2017 年发表的手机用网络，几乎所有卷积都像本页这样拆成两个。",
    share:
      "把厚块的权重平方后加起来，印章和针还原出来的权重也这样加，后者占前者的比例就是这个数；100 % 就是完全相同的厚块。",
    stamp: "一小方权重，只看一个通道，k = 3 时有九个。正式名称是深度卷积核：它不离开自己所在的那一个通道。",
    needle: "每个通道一个权重，四周没有别的：1 × 1，有多少通道就有多深。正式名称是逐点卷积核，每个输出一根。",
    channel: "组成一幅图像的各幅图：起初是红、绿、蓝，后来是各层找到的特征。",
    stride: "从一个输出像素到下一个，窗口移动多远。",
    padding: "图像四周补上的 0，窗口因此可以伸出边缘。",
    tier: "计算一切的一种方式：naive 照公式算，im2col 化为矩阵乘法，simd 是带向量指令的 WebAssembly。",
    multiplier: "M：深度卷积中每个通道的输出个数。",
    dilation: "卷积核相邻两个元素之间的距离，1 表示没有空隙。",
  },
};
