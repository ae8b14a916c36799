/** @file The story of the page, in Chinese. `[words](what)` is a link: see story/rich.ts. */
import type { Verdict } from "../scenes/arrive/promise.ts";
import type { StoryText } from "./story.en.ts";
import { meanings } from "./terms.ts";

const factor = (value: number): string => (value < 10 ? value.toFixed(1) : value.toFixed(0));
const grouped = (value: number): string => value.toLocaleString("en");

/** 承诺的有多少成了时间：用词要与数字相称。 */
const VERDICTS: Readonly<Record<Verdict, (ratio: string, promised: string) => string>> = {
  busy: () => "这台机器太忙，说不准：各次测量相差太大。请再测一次。",
  more: (ratio, promised) => `兑现的比承诺的还多：快 ${ratio} 倍，承诺是 ${promised} 倍。`,
  all: (ratio, promised) => `全部兑现：快 ${ratio} 倍，承诺是 ${promised} 倍。`,
  most: (ratio, promised) => `大部分兑现：快 ${ratio} 倍，承诺是 ${promised} 倍。`,
  half: (ratio, promised) => `大约兑现一半：快 ${ratio} 倍，承诺是 ${promised} 倍。`,
  little: (ratio, promised) => `兑现得很少：快 ${ratio} 倍，承诺是 ${promised} 倍。`,
  none: (_, promised) => `一点也没兑现：拆开反而更慢，尽管承诺是 ${promised} 倍。`,
};

export const story: StoryText = {
  times: (value) => `${value} 倍`,
  headline: "把一个卷积拆成两个，计算量只剩八分之一。",
  how: "怎么做到的？",
  showMe: "演示给我看",
  toLaboratory: "或者直接去实验室",
  note: "图中数的是[乘法](word:mac)，两条路线速度相同。算的是 [MobileNet](word:mobilenet) 中一个真实的块：112 × 112 像素，32 个输入[通道](word:channel)，64 个输出通道。图中没有全部画出。",
  scenes: "场景",
  present: "演示：一次一幅图（p）",
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
    channels: "输入通道 C",
    image: "图像边长",
    bits: "位数",
    measure: "测量",
    stop: "停止",
    measureAgain: "再测一次",
  },
  names: {
    start: "开始",
    window: "窗口",
    channels: "通道",
    split: "拆分",
    price: "代价",
    network: "网络",
    arrive: "时间",
    bits: "位数",
    people: "测验",
    laboratory: "实验室",
  },
  benches: {
    network: {
      title: "一个完整的网络",
      intro: "印章和针，连续七次：这个网络能分辨十种衣物。画一件，或选一幅图，看每一层把它变成什么。",
    },
    map: {
      title: "网络图",
      intro:
        "每个方框是一层，宽度表示通道数，高度表示图像大小。下面的圆是它的计算量，外圈是同一位置上标准卷积的计算量。",
    },
    roofline: {
      title: "时间去哪儿了？",
      intro:
        "一层不可能比处理器的乘法更快，也不可能比内存供数更快。深度卷积层每读入一个数只算几次，所以站在左边，从内存读数的屋顶较低的地方。",
    },
    people: {
      title: "人们怎么说",
      intro: "一篇流行文章中关于深度卷积和逐点卷积的 23 句话。哪些是对的？每个答案都附有此刻在这里算出的验证。",
    },
    laboratory: {
      title: "实验室",
      intro:
        "一个输出值，一个乘积一个乘积地算，三种卷积并排，一切都可以设定。三者的权重是各自编的：输出形状相同，数值不同。",
    },
  },
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
      [
        `现在印章是 ${asked} × ${asked}，输出 ${o} 个。标准卷积的代价是拆开后的多少倍？`,
        "把你的猜测放到线上；线上每翻一番，距离都一样长。",
      ],
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
  arrive: {
    label: "承诺的倍数，和在此处实测的时间",
    title: "能兑现吗？",
    steps: ({ o, arrived: { block, promised, ratio, verdict, rival, slept } }) => {
      const p = factor(promised);
      return [
        [
          `k = ${block.k}，输出 ${o} 个时，拆开后乘积只要 1/${p}，与 C 和图像大小无关。`,
          "可是人等的不是乘积，是时间。真能快这么多倍吗？",
        ],
        [
          "同一个块，在此浏览器中实测：两条路线轮流跑很多次，取中间值。条形末端的短线从较快的几次画到较慢的几次。",
          slept
            ? "标签页曾在后台，浏览器会让一切变慢。请再测一次。"
            : verdict === null
              ? "还没有测量。"
              : VERDICTS[verdict](factor(ratio ?? 0), p),
          "拆开后的前一半，每读入一个数只参与 k² 个乘积；后一半参与 O 个。读数和乘法一样费时的地方，少做乘法帮不上忙。",
        ],
        [
          "标准卷积也可以很聪明：[Winograd 方法](word:winograd)的乘法最多可以少到四分之一。",
          rival === null
            ? "它在这里帮不上忙：只适用于 3 × 3 的卷积核，而且层要够大。"
            : `与它相比，拆开后只承诺 ${factor(rival.promised)} 倍${rival.ratio === null ? "" : `，实测${rival.ratio < 1 ? "只有它的" : "快"} ${factor(rival.ratio)} 倍`}。`,
        ],
        [
          "同一个块，用三种代码（三个[层级](word:tier)）计算：照公式、化为矩阵乘法、WebAssembly 向量指令。各自与自己的标准卷积相比。",
          `改变 C 和图像大小。承诺始终是 ${p} 倍，时间却不听承诺的。`,
        ],
      ];
    },
    promised: "承诺：乘法次数",
    measured: (tier) => (tier === null ? "此处实测" : `此处实测，${tier}`),
    rival: "标准卷积，Winograd 方法",
    rivalShort: "Winograd",
    block: (k, c, o, side) => `k = ${k}，C = ${c}，O = ${o}，${side} × ${side} 像素`,
  },
  bits: {
    label: "用很少的位表示权重",
    title: "八位整数",
    steps: ({ right }) => [
      [
        "减少乘积是一种省法，另一种是用更小的数：权重是 32 位实数，真需要这么多位吗？",
        "8 位有 255 级，每个权重取最近的一级；4 位有 15 级，2 位只有三级。",
      ],
      [
        "本页附带的网络，位数越来越少，在附带的图像上试。",
        right === null
          ? "正在计算。"
          : `32 位时 ${right.images} 幅中对 ${right.real} 幅，8 位时对 ${right.eight} 幅，权重只占四分之一的字节。图像太少，看不出微小的损失：章节里有一万幅。`,
      ],
      [
        "用八位时，一切都是整数：像素、权重、乘积。和有 32 位，途中不丢失任何东西。",
        "最后它要变回八位：乘一个[比例](word:scale)，再取整。",
      ],
      [
        "取整有三种规则。第一种像实数那样乘，XNNPACK 就这样做。第二种是 TensorFlow Lite 参考实现的做法：只用整数，取整两次。第三种是它较新的形式，只取整一次。",
        "这个和乘完几乎是一半：6.4998。途中先取整一次，就成了 6,656 / 1,024 = 6.5，于是变成 7。",
        "这张照片的 2,116 个窗口中有 2 个会这样：逐位比较的测试足以因此失败。",
      ],
    ],
    count: (bits) => `${bits} 位`,
    short: (bits) => `${bits} 位`,
    real: "实数",
    levels: (count, error) => `${grouped(count)} 级，最多差 ${error}`,
    was: "权重",
    whole: "级",
    back: "剩下的",
    right: "正确",
    of: (right, images) => `${images} 幅中 ${right} 幅`,
    bytes: "字节",
    bytesAndTime: "字节，每幅图像的时间",
    pixels: "像素，0 到 255",
    pixelsShort: "像素",
    levelsTitle: "权重，−127 到 127",
    accumulator: "和，32 位整数",
    scaled: (sum, ratio, exact) => `${sum} × ${ratio} = ${exact}，要变成整数`,
    once: (exact) => `${exact} 取整为`,
    twice: (first, power, then) => `${first} / ${power} = ${then} 取整为`,
  },
  transposed: {
    label: "转置卷积",
    title: "反过来",
    steps: () => [
      [
        "转置卷积把图像变大。卷积把九个像素收成一个，这里则是每个像素把卷积核盖到输出上，数值是几就盖几倍；重叠的地方相加。",
        "[步长](word:stride)为 2 时，相邻像素的印章错开两格，图像大约变为两倍。填充则是把边缘裁掉。",
        "叫作转置，是因为它对图像做的，正是训练对误差做的：卷积的梯度就这样传回去。",
      ],
    ],
    pixels: "像素",
    stamp: "印章",
    timesStamp: (value) => `${value} × 印章`,
    output: (side) => `输出 ${side} × ${side}`,
  },
  words: meanings("zh"),
};
