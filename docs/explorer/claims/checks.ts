/** @file A check for each of the 23 sentences, computed on the spot by the library. */

import {
  add,
  analyze,
  concat,
  conv2d,
  conv2dCost,
  conv2dGeometry,
  dense,
  depthwiseConv2d,
  globalAveragePool2d,
  graphBuilder,
  mobilenetV1,
  mobilenetV2,
  mul,
  pointwiseConv2d,
  ShapeError,
  Tensor,
  tensor,
} from "../../../src/index.ts";
import { sizeOf } from "../../../src/tensor/shape.ts";
import { integer, percent, times } from "../view/numbers.ts";

export interface Check {
  /** Whether the explanation below the sentence holds. */
  readonly holds: boolean;
  /** The numbers behind it. */
  readonly shows: string;
}

/** Whole numbers from -8 to 8: sums are exact, and equal means equal. */
function scattered(shape: readonly number[], seed = 0): Tensor {
  const size = sizeOf(shape);
  return new Tensor(
    Float32Array.from({ length: size }, (_, i) => (((i + 1) * 7919 + seed * 104729) % 17) - 8),
    shape,
  );
}

const far = (a: Tensor, b: Tensor): number => {
  const [one, other] = [a.toFloat32Array(), b.toFloat32Array()];
  return one.reduce((max, value, i) => Math.max(max, Math.abs(value - other[i])), 0);
};

/** Channels of the output that change when channel 3 of the input does. */
const changed = (f: (x: Tensor) => Tensor): readonly number[] => {
  const x = scattered([1, 5, 6, 8]);
  const other = new Tensor(
    x.toFloat32Array().map((value, i) => (i % 8 === 3 ? value + 1 : value)),
    x.shape,
  );
  const [before, after] = [f(x), f(other)];
  const C = before.shape[3];
  const later = after.toFloat32Array();
  const moved = [...before.toFloat32Array()].flatMap((value, i) => (value === later[i] ? [] : [i % C]));
  return [...new Set(moved)].sort((a, b) => a - b);
};

const refused = (run: () => unknown): string | null => {
  try {
    run();
    return null;
  } catch (error) {
    if (error instanceof ShapeError) return error.message;
    throw error;
  }
};

const inMillions = (count: number): number => Math.round(count / 1e6);

const same = { padding: "same" } as const;
const block = (O: number) => ({
  standard: conv2dCost(conv2dGeometry([1, 14, 14, 512], [3, 3, 512, O], same)),
  depthwise: conv2dCost(conv2dGeometry([1, 14, 14, 512], [3, 3, 512, 1], same, "depthwiseConv2d")),
  pointwise: conv2dCost(conv2dGeometry([1, 14, 14, 512], [512, O], {}, "pointwiseConv2d")),
});

export const CHECKS: Readonly<Record<string, () => Check>> = {
  S1: () => {
    const { byKind } = analyze(mobilenetV1());
    const of = (kind: string) => byKind.find((one) => one.kind === kind);
    const [dw, pw] = [of("depthwise"), of("pointwise")];
    const share = (dw?.macsShare ?? 0) + (pw?.macsShare ?? 0);
    return {
      holds: dw?.layers === 13 && pw?.layers === 13 && share > 0.979,
      shows: `${dw?.layers} + ${pw?.layers}, ${percent(share)} MACs`,
    };
  },
  S2: () => {
    const x = scattered([1, 6, 5, 4]);
    const depthwise = depthwiseConv2d(x, scattered([3, 3, 4, 1], 1));
    const grouped = conv2d(x, scattered([3, 3, 1, 4], 1), { groups: 4 });
    const standard = conv2d(x, scattered([3, 3, 4, 4], 1));
    const [own, other] = [far(depthwise, grouped), far(depthwise, standard)];
    return {
      holds: own === 0 && other > 0,
      shows: `max |depthwise − groups 4| = ${own}, |depthwise − standard| = ${other}`,
    };
  },
  S3: () => {
    const [wide, narrow] = [
      conv2dGeometry([1, 14, 14, 64], [3, 3, 64, 64], same),
      conv2dGeometry([1, 14, 14, 64], [64, 64], {}, "pointwiseConv2d"),
    ];
    const ratio = conv2dCost(wide).macs / conv2dCost(narrow).macs;
    const pw = analyze(mobilenetV1()).byKind.find(({ kind }) => kind === "pointwise");
    const [macs, weights] = [pw?.macsShare ?? 0, pw?.weightsShare ?? 0];
    return {
      holds: ratio === 9 && macs.toFixed(4) === "0.9486" && weights.toFixed(4) === "0.7459",
      shows: `3×3 / 1×1 = ${ratio}; V1: ${percent(macs)} MACs, ${percent(weights)} weights`,
    };
  },
  S4: () => {
    const { standard, depthwise, pointwise } = block(512);
    const apart = depthwise.macs + pointwise.macs;
    const perByte = (c: typeof standard): string =>
      (c.macs / (c.weightBytes + c.inputBytes + c.outputBytes)).toFixed(1);
    return {
      holds: Math.abs(standard.macs / apart - 1 / (1 / 512 + 1 / 9)) < 1e-9,
      shows: `${integer(standard.macs)} → ${integer(apart)} MACs; MACs / byte: ${perByte(depthwise)}, ${perByte(pointwise)}`,
    };
  },
  S5: () => {
    const first = analyze(mobilenetV1()).total;
    const second = analyze(mobilenetV1({ convolution: "standard" })).total;
    return {
      holds:
        [first.macs, second.macs].map(inMillions).join() === "569,4867" &&
        [first, second].map(({ parameters }) => (parameters.trainable / 1e6).toFixed(1)).join() === "4.2,29.3",
      shows: `${integer(first.macs)} : ${integer(second.macs)} = ${times(second.macs / first.macs)}; ${integer(first.parameters.trainable)} : ${integer(second.parameters.trainable)}`,
    };
  },
  S6: () => {
    const { layers } = analyze(mobilenetV2());
    const count = layers.filter(({ kind }) => kind === "depthwise" || kind === "pointwise").length;
    return { holds: count > 40, shows: `MobileNetV2: ${count} / ${layers.filter(({ macs }) => macs > 0).length}` };
  },
  S7: () => {
    const x = scattered([1, 6, 5, 4]);
    const w = scattered([3, 3, 4, 1], 1);
    const stacked = depthwiseConv2d(x, w);
    const one = conv2d(x, w); // the same weights as one filter of a standard convolution
    const summed = pointwiseConv2d(stacked, tensor([1, 1, 1, 1], [4, 1]));
    return {
      holds: stacked.shape[3] === 4 && far(summed, one) === 0,
      shows: `4 → ${stacked.shape[3]}; |Σ − standard| = ${far(summed, one)}`,
    };
  },
  S8: () => {
    const { depthwise, standard } = block(512);
    const own = changed((x) => depthwiseConv2d(x, scattered([3, 3, 8, 1], 1)));
    const [macs, weights] = [standard.macs / depthwise.macs, standard.weightBytes / depthwise.weightBytes];
    return {
      holds: macs === 512 && weights === 512 && own.length === 1 && own[0] === 3,
      shows: `O = 512: 1 : ${macs} MACs, 1 : ${weights} weights; Δ x[…, 3] → Δ y[…, ${own.join(", ")}]`,
    };
  },
  S9: () => {
    const { weightBytes } = analyze(mobilenetV1({ alpha: 0.25, resolution: 128 })).total;
    return { holds: weightBytes < 2e6, shows: `${integer(weightBytes)} bytes` };
  },
  S10: () => {
    const x = scattered([1, 5, 6, 3]);
    const turned = (t: Tensor): Tensor => t.transpose([0, 2, 1, 3]).contiguous();
    const [w1, w3] = [scattered([3, 4], 1), scattered([3, 3, 3, 1], 1)];
    const pw = far(turned(pointwiseConv2d(x, w1)), pointwiseConv2d(turned(x), w1));
    const dw = far(turned(depthwiseConv2d(x, w3)), depthwiseConv2d(turned(x), w3));
    return { holds: pw === 0 && dw > 0, shows: `1×1: ${pw}, 3×3: ${dw}` };
  },
  S11: () => {
    const [x, w] = [scattered([1, 5, 6, 3]), scattered([3, 4], 1)];
    const difference = far(pointwiseConv2d(x, w), dense(x.reshape([30, 3]), w));
    return { holds: difference === 0, shows: `|pointwise − X[30, 3] · W[3, 4]| = ${difference}` };
  },
  S12: () => {
    const up = pointwiseConv2d(scattered([1, 4, 4, 24]), scattered([24, 144]));
    const down = pointwiseConv2d(up, scattered([144, 24]));
    return { holds: up.shape[3] === 144 && down.shape[3] === 24, shows: `24 → ${up.shape[3]} → ${down.shape[3]}` };
  },
  S13: () => {
    const [a, b, w] = [scattered([1, 4, 4, 3]), scattered([1, 4, 4, 3], 5), scattered([3, 4], 1)];
    const gap = (activation: "none" | "relu6"): number =>
      far(
        pointwiseConv2d(add(a, b), w, { activation }),
        add(pointwiseConv2d(a, w, { activation }), pointwiseConv2d(b, w, { activation })),
      );
    return {
      holds: gap("none") === 0 && gap("relu6") > 0,
      shows: `|f(a + b) − f(a) − f(b)| = ${gap("none")}; ReLU6: ${gap("relu6")}`,
    };
  },
  S14: () => {
    const both = [CHECKS.S7(), CHECKS.S12()];
    return { holds: both.every(({ holds }) => holds), shows: both.map(({ shows }) => shows).join("; ") };
  },
  S15: () => {
    const dw = conv2dGeometry([1, 5, 5, 8], [3, 3, 8, 1], {}, "depthwiseConv2d");
    const std = conv2dGeometry([1, 5, 5, 8], [3, 3, 8, 4]);
    return {
      holds: dw.C / dw.G === 1 && std.C / std.G === 8,
      shows: `depthwise: ${dw.C / dw.G}, standard: ${std.C / std.G}`,
    };
  },
  S16: () => {
    const why = refused(() => conv2d(scattered([1, 7, 7, 8]), scattered([3, 3, 3, 1])));
    const x = scattered([1, 7, 7, 3]);
    const [std, dw] = [conv2d(x, scattered([3, 3, 3, 1])), depthwiseConv2d(x, scattered([3, 3, 3, 1]))];
    return {
      holds: why !== null && std.shape[3] === 1 && dw.shape[3] === 3,
      shows: `C = 8: ShapeError; C = 3: ${std.shape[3]}, depthwise ${dw.shape[3]}`,
    };
  },
  S17: () => {
    const g = conv2dGeometry([1, 5, 5, 8], [8, 12], {}, "pointwiseConv2d");
    return { holds: g.KH === 1 && g.KW === 1 && g.C === 8 && g.O === 12, shows: `${g.O} × [${g.KH}×${g.KW}×${g.C}]` };
  },
  S18: () => {
    const x = scattered([1, 5, 6, 8]);
    const scale = scattered([8], 2);
    const gap = far(depthwiseConv2d(x, scale.reshape([1, 1, 8, 1])), mul(x, scale));
    const filters = [scale, ones(8, 12)].map(({ size }) => size);
    const pw = changed((one) => pointwiseConv2d(one, ones(8, 12)));
    return {
      holds: gap === 0 && filters.join() === "8,96" && pw.length === 12,
      shows: `|depthwise 1×1 − x · s| = ${gap}; ${filters.join(" : ")}; Δ x[…, 3] → ${pw.length}`,
    };
  },
  S19: () => CHECKS.S10(),
  S20: () => {
    const pointwise = analyze(mobilenetV1()).layers.filter(({ kind }) => kind === "pointwise");
    const doubling = pointwise.filter(({ inputShape, outputShape }) => outputShape[3] === 2 * inputShape[3]);
    const { holds, shows } = CHECKS.S12();
    return {
      holds: holds && pointwise.length === 13 && doubling.length === 5,
      shows: `${shows}; V1: ${doubling.length} / ${pointwise.length}`,
    };
  },
  S21: () => {
    const [a, b, w] = [scattered([1, 4, 5, 3]), scattered([1, 4, 5, 2], 1), scattered([5, 6], 2)];
    const joined = pointwiseConv2d(concat([a, b], 3), w);
    const apart = add(pointwiseConv2d(a, w.slice([0, 0], [3, 6])), pointwiseConv2d(b, w.slice([3, 0], [2, 6])));
    return { holds: far(joined, apart) === 0, shows: `|f(a ‖ b) − f₁(a) − f₂(b)| = ${far(joined, apart)}` };
  },
  S22: () => {
    const [x, w] = [scattered([1, 1, 1, 6]), scattered([6, 4], 1)];
    const onPixel = far(pointwiseConv2d(x, w), dense(x.reshape([1, 6]), w));
    const map = scattered([1, 4, 4, 3]);
    const pool = far(
      globalAveragePool2d(pointwiseConv2d(map, scattered([3, 5]))),
      pointwiseConv2d(globalAveragePool2d(map), scattered([3, 5])),
    );
    const head = (isPooled: boolean): number => {
      const g = graphBuilder("head", [1, 7, 7, 1024]);
      const y = isPooled ? g.reshape(g.globalAveragePool2d(g.input), [1, 1024]) : g.reshape(g.input, [1, 7 * 7 * 1024]);
      return analyze(g.build(g.dense(y, { outputs: 1000, bias: false }))).total.parameters.trainable;
    };
    const [flat, pooled] = [head(false), head(true)];
    return {
      holds: onPixel === 0 && pool < 1e-4 && flat === 50_176_000 && pooled === 1_024_000,
      shows: `1×1: ${onPixel}; ${integer(flat)} → ${integer(pooled)}`,
    };
  },
  S23: () => {
    const dw = changed((x) => depthwiseConv2d(x, scattered([3, 3, 8, 1], 1)));
    const pw = changed((x) => pointwiseConv2d(x, ones(8, 12)));
    return {
      holds: dw.length === 1 && pw.length === 12,
      shows: `Δ x[…, 3]: depthwise ${dw.length}, pointwise ${pw.length}`,
    };
  },
};

function ones(...shape: readonly number[]): Tensor {
  return new Tensor(new Float32Array(sizeOf(shape)).fill(1), shape);
}
