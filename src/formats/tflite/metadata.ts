/**
 * @file What a TensorFlow Lite file records about its images and classes, as the strings that other formats keep: in
 * our own entry; in TensorFlow's metadata, with files in a zip archive after the model; or in the levels of an input of
 * bytes. Source: tensorflow/lite/support metadata_schema.fbs.
 */
import { FormatError, show } from "../../tensor/errors.ts";
import { sizeOf } from "../../tensor/shape.ts";
import { float32s, int8, rootTable, type Table, table, tables, text, uint8 } from "../bytes/flatbuffers.ts";
import { allowance } from "../bytes/unpack.ts";
import { readZip } from "../bytes/zip.ts";
import type { ByteSource } from "../source.ts";
import type { Subgraph, TfliteModel, TfliteTensor } from "./model.ts";

/** The name of our own entry: an object of strings, as JSON. */
export const METADATA = "separable";
const OFFICIAL = "TFLITE_METADATA";

/** An associated file that names the indices of an axis. */
const AXIS_LABELS = 2;
const NORMALIZATION = 1;

/** Schemes that map a pixel's grey level, 0 to 255, to the input: (v - mean) / std. */
const SCHEMES: readonly (readonly [name: string, mean: number, std: number])[] = [
  ["tf", 127.5, 127.5],
  ["unit", 0, 255],
  ["byte", 128, 128],
  ["raw", 0, 1],
];

/** Returns strings by the keys that `classify` knows: `classes`, `normalize`, … */
export async function metadataOf(
  source: ByteSource,
  model: TfliteModel,
  subgraph: Subgraph,
): Promise<ReadonlyMap<string, string>> {
  const own = model.metadata.get(METADATA);
  if (own !== undefined) return ownStrings(source.name, own);
  const said = new Map<string, string>();
  const official = model.metadata.get(OFFICIAL);
  const main = official && tables(rootTable(`${source.name}: ${OFFICIAL}`, official), 3, "subgraph_metadata")[0];
  const [input, output] = [2, 3].map((id) => main && tables(main, id, "tensor_metadata")[0]);
  const scheme = (input && statedScheme(input)) ?? schemeOfBytes(subgraph.tensors[subgraph.inputs[0]]);
  if (scheme !== null) said.set("normalize", scheme);
  const labels = output && (await labelsIn(source, output));
  const classes = subgraph.outputs.length > 0 ? sizeOf(subgraph.tensors[subgraph.outputs[0]].shape) : 0;
  if (labels && labels.length === classes) said.set("classes", JSON.stringify(labels));
  return said;
}

function ownStrings(file: string, bytes: Uint8Array): ReadonlyMap<string, string> {
  let said: unknown;
  try {
    said = JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw new FormatError(`${file}: its metadata is no JSON`, { cause });
  }
  const entries = typeof said === "object" && said !== null ? Object.entries(said) : [];
  const bad = entries.find(([, value]) => typeof value !== "string");
  if (bad !== undefined) throw new FormatError(`${file}: its metadata ${show(bad[0])} is no string`);
  return new Map(entries);
}

/** The name of the scheme with this mean and deviation, or with nearly these; null if there is none. */
function schemeWith(mean: number, std: number): string | null {
  const distances = SCHEMES.map(([, m, s]) => Math.max(Math.abs(mean - m), Math.abs(std - s)));
  const nearest = distances.indexOf(Math.min(...distances));
  return distances[nearest] <= 0.005 * std ? SCHEMES[nearest][0] : null;
}

function statedScheme(input: Table): string | null {
  for (const unit of tables(input, 4, "process_units")) {
    const options = uint8(unit, 0) === NORMALIZATION ? table(unit, 1, "options") : null;
    const [means, stds] = options === null ? [null, null] : [float32s(options, 0), float32s(options, 1)];
    if (means === null || stds === null || means.length === 0 || stds.length === 0) continue;
    const isOne = means.every((mean) => mean === means[0]) && stds.every((std) => std === stds[0]);
    if (isOne) return schemeWith(means[0], stds[0]);
  }
  return null;
}

/** A byte is a pixel's grey level, minus 128 if it is signed; it represents (q - zeroPoint) · scale. */
function schemeOfBytes({ type, quantization }: TfliteTensor): string | null {
  if (quantization === null || quantization.scales.length !== 1 || (type !== "U8" && type !== "I8")) return null;
  const mean = quantization.zeroPoints[0] + (type === "I8" ? 128 : 0);
  return quantization.scales[0] > 0 ? schemeWith(mean, 1 / quantization.scales[0]) : null;
}

/** Lines of the file that names the classes, in the archive after the model. */
async function labelsIn(source: ByteSource, output: Table): Promise<readonly string[] | null> {
  const listed = tables(output, 6, "associated_files").find((file) => int8(file, 2) === AXIS_LABELS);
  if (listed === undefined) return null;
  const name = text(listed, 0);
  const entries = await readZip(source, allowance("loadModel", 2 ** 24));
  const found = entries.find((entry) => entry.name === name);
  if (found === undefined) throw new FormatError(`${source.name}: its file of labels ${show(name)} is not there`);
  return new TextDecoder()
    .decode(await found.read())
    .trimEnd()
    .split(/\r?\n/);
}
