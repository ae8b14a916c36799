/**
 * @file Where the windows of a row lie under two rules that are both called "same": TensorFlow's and what PyTorch users
 * write.
 */
import { resolvePadding } from "../../../src/index.ts";
import { t } from "../text/language.ts";
import { h, svg } from "../view/h.ts";
import { paddingFor, type Rule, type Settings } from "./experiment.ts";

const CELL = 22;

export function paddingRules(settings: Settings): HTMLElement {
  const text = t().step;
  return h(
    "section",
    { class: "rules" },
    h("h3", {}, text.paddings),
    h("p", {}, text.paddingsIntro),
    ...(["same", "symmetric"] as const).map((rule) => row(settings, rule)),
  );
}

function row(settings: Settings, rule: Rule): HTMLElement {
  const { W, H, kernel, stride, dilation } = settings;
  const text = t().step;
  const padding = paddingFor({ ...settings, rule });
  const [, , left, right] = resolvePadding(padding, [H, W], [kernel, kernel], { strides: stride, dilations: dilation });
  const reach = dilation * (kernel - 1) + 1;
  const total = W + left + right;
  const count = total < reach ? 0 : Math.floor((total - reach) / stride) + 1;
  const cells = Array.from({ length: total }, (_, i) => {
    const isPad = i < left || i >= left + W;
    return svg(
      "g",
      {},
      svg("rect", {
        x: i * CELL + 1,
        y: 1,
        width: CELL - 2,
        height: CELL - 2,
        rx: 3,
        class: isPad ? "cell padded" : "cell",
      }),
      svg("text", { x: i * CELL + CELL / 2, y: 15, "text-anchor": "middle" }, isPad ? "0" : i - left),
    );
  });
  const windows = Array.from({ length: count }, (_, i) => {
    const y = CELL + 7 + (i % 4) * 9;
    return svg(
      "g",
      { class: "tap" },
      svg("line", { x1: i * stride * CELL + 4, x2: (i * stride + reach) * CELL - 4, y1: y, y2: y }),
      ...Array.from({ length: kernel }, (_, k) =>
        svg("circle", { cx: (i * stride + k * dilation + 0.5) * CELL, cy: y, r: 3.5 }),
      ),
    );
  });
  const label = text.paddingOf(text.rules[rule], left, right, count);
  const height = CELL + 7 + Math.min(count, 4) * 9;
  return h(
    "figure",
    {},
    h("figcaption", {}, label),
    h(
      "div",
      { class: "scroll", tabindex: 0, role: "region", "aria-label": label },
      svg(
        "svg",
        {
          width: total * CELL,
          height,
          viewBox: `0 0 ${total * CELL} ${height}`,
          role: "img",
          "aria-label": label,
          class: "padding",
        },
        ...cells,
        ...windows,
      ),
    ),
  );
}
