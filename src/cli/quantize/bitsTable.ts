/** @file The cost of fewer bits per weight, with one scale per output channel and with one per tensor. */
import type { Dataset } from "../../data/dataset.ts";
import type { Graph } from "../../graph/graph.ts";
import type { Weights } from "../../graph/weights.ts";
import { type Calibration, quantizeNetwork } from "../../quantize/quantizeNetwork.ts";
import { percent, size } from "../../report/forms/numbers.ts";
import { table } from "../../report/forms/table.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { screen } from "../terminal/terminal.ts";
import { accuracyOf } from "./accuracyOf.ts";

export interface BitsRow {
  readonly bits: number;
  /** Size of all weights, with filters packed without gaps. */
  readonly bytes: number;
  readonly channel: BitsCell;
  readonly tensor: BitsCell;
}

interface BitsCell {
  /** Signal-to-noise ratio of the network's outputs. */
  readonly decibels: number;
  /** Null without labelled images. */
  readonly accuracy: number | null;
}

/** @param onProgress called with a description of the next step */
export async function bitsTable(
  network: { readonly graph: Graph; readonly weights: Weights },
  images: Tensor,
  test: Dataset | null,
  calibrate: Calibration,
  onProgress: (next: string) => void,
): Promise<readonly BitsRow[]> {
  const rows: BitsRow[] = [];
  for (let bits = 8; bits >= 2; bits--) {
    let bytes = 0;
    const cellOf = async (per: "channel" | "tensor"): Promise<BitsCell> => {
      onProgress(`${bits} bits per ${per}`);
      const made = await quantizeNetwork(network.graph, network.weights, images, { per, calibrate, bits });
      bytes = [...made.weights.values()].reduce(
        (sum, { data }) => sum + (data instanceof Int8Array ? (data.length * bits) / 8 : data.byteLength),
        0,
      );
      const last = made.losses[made.losses.length - 1];
      return { decibels: last.decibels, accuracy: test && (await accuracyOf(made, test)) };
    };
    const channel = await cellOf("channel");
    rows.push({ bits, channel, tensor: await cellOf("tensor"), bytes: Math.ceil(bytes) });
  }
  return rows;
}

export function renderBits(rows: readonly BitsRow[]): string {
  const hasAccuracy = rows[0].channel.accuracy !== null;
  const columns = [
    { title: "bits" },
    { title: "weights" },
    { title: "per channel" },
    { title: "per tensor" },
    ...(hasAccuracy ? [{ title: "right, per channel" }, { title: "per tensor" }] : []),
  ];
  const cells = rows.map(({ bits, bytes, channel, tensor }) => [
    String(bits),
    size(bytes),
    `${channel.decibels.toFixed(1)} dB`,
    `${tensor.decibels.toFixed(1)} dB`,
    ...[channel, tensor].flatMap(({ accuracy }) => (accuracy === null ? [] : [percent(accuracy, 2)])),
  ]);
  return table(columns, cells, screen());
}
