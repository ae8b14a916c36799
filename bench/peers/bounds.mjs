/**
 * Where the time of MobileNetV1 goes, in float32 and in int8, and how near each kind of layer comes to what the machine
 * can multiply at best: `node bounds.mjs`, run by integers.mjs in every Node.
 */
import { analyze, machineCeilings, random, randomTensor, Session } from "../../dist/index.js";
import { aligned } from "./aligned.mjs";
import { INTEGERS, NETWORKS } from "./workloads.mjs";

const RUNS = 60;
const { simd, integers } = await machineCeilings();
const [float32, int8] = [await times(NETWORKS[0]), await times(INTEGERS[0])];
const rows = [...int8].map(([kind, { ms, macs }]) => {
  const rate = (one) => ((2 * macs) / one / 1e6).toFixed(0);
  const share = (one, ceiling) => `${((100 * 2 * macs) / one / 1e6 / ceiling).toFixed(0)} %`;
  const float = float32.get(kind)?.ms;
  if (macs === 0 || float === undefined) return [kind, float?.toFixed(2) ?? "", "", "", ms.toFixed(2), "", "", ""];
  return [
    kind,
    ...[float.toFixed(2), rate(float), share(float, simd)],
    ...[ms.toFixed(2), rate(ms), share(ms, integers), (ms / float).toFixed(2)],
  ];
});
const head = ["", "float32, ms", "GFLOP/s", "of ceiling", "int8, ms", "Gop/s", "of ceiling", "int8 / float32"];
const ceilings = ["ceiling", "", simd.toFixed(0), "", "", integers.toFixed(0), "", (simd / integers).toFixed(2)];
for (const row of aligned([head, ...rows, ceilings])) console.log(row);

/** Milliseconds and MACs by kind of layer. */
async function times({ graph, weights }) {
  const session = await Session.create(graph, weights, { backend: "simd" });
  const layers = await session.profile(randomTensor(graph.input.shape, random(1)), { runs: RUNS });
  const macs = new Map(analyze(session.graph).layers.map((layer) => [layer.name, layer]));
  const kinds = new Map();
  for (const { name, ms } of layers) {
    const { kind, macs: own } = macs.get(name) ?? { kind: "other", macs: 0 };
    const sum = kinds.get(kind) ?? { ms: 0, macs: 0 };
    kinds.set(kind, { ms: sum.ms + ms, macs: sum.macs + own });
  }
  session.dispose();
  return kinds;
}
