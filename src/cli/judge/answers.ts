/** @file Reads the answer of a kernel to one case, or to each case of a suite. */
import { readdir } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import { FormatError } from "../../tensor/errors.ts";
import { sameShape, sizeOf } from "../../tensor/shape.ts";
import { Tensor } from "../../tensor/tensor.ts";
import type { Answer } from "../../testing/answer.ts";
import { CONV_KINDS, type ConvOracle } from "../../testing/oracle.ts";
import type { QuantizedConvOracle } from "../../testing/quantized/oracle.ts";
import { type ArrayFile, isFolder, type RawElement, readArrayFile } from "./arrayFile.ts";
import type { Decode } from "./decode.ts";
import type { FoundArray } from "./texts.ts";

type AnyOracle = ConvOracle | QuantizedConvOracle;

/** Element type of a file that contains only numbers. */
export function elementOf(oracle: AnyOracle): RawElement {
  return "accumulators" in oracle ? oracle.problem.output.type : "float32";
}

/** Names by which an answer is recognized among several arrays. */
const NAMES = ["output", "answer", "y"] as const;

/** @throws FormatError if the file has no answer, or one of another operation */
export async function readAnswer(path: string, oracle: AnyOracle, decode: Decode): Promise<Answer> {
  const at = (await isFolder(path)) ? join(path, "output.hex") : path;
  const file = await readArrayFile(at, elementOf(oracle));
  const op = file.words.get("op") ?? CONV_KINDS[file.numbers.get("OP") ?? -1];
  if (op !== undefined && op !== oracle.op) {
    throw new FormatError(`${path}: is the answer of ${op}, the vectors are of ${oracle.op}`);
  }
  return answerOf(answerIn(path, file), oracle, decode);
}

function answerIn(path: string, { arrays }: ArrayFile): FoundArray {
  const named = ["", ...NAMES].map((name) => arrays.get(name)).find((found) => found !== undefined);
  if (named !== undefined) return named;
  const [only, ...others] = arrays.values();
  if (only !== undefined && others.length === 0) return only;
  throw new FormatError(
    `${path}: has the arrays ${[...arrays.keys()].join(", ") || "of no name"}, needs one, or one called ${NAMES.join(" or ")}`,
  );
}

/** Returns the numbers, or a tensor if the file's shape is not the oracle's, so that the verdict can state it. */
function answerOf(found: FoundArray, oracle: AnyOracle, decode: Decode): Answer {
  const numbers = decode(found);
  const { shape } = found;
  if (shape === null || shape.length < 2 || sameShape(shape, oracle.shape)) return numbers;
  return new Tensor(Float32Array.from(numbers), shape);
}

/** Returns the answer to a case: by its key, or in a file without names by its position. */
export type SuiteAnswers = (key: string, oracle: AnyOracle, decode: Decode) => Promise<Answer>;

/**
 * Opens the answers to a suite: a folder with a file per case, or one file with arrays named after the cases, or with
 * all numbers one after the other.
 *
 * @param element type of a file that contains only numbers
 * @throws FormatError if there is no such path; the returned function throws it if a case has no answer
 */
export async function openAnswers(path: string, element: RawElement): Promise<SuiteAnswers> {
  if (await isFolder(path)) {
    const byKey = new Map((await readdir(path)).map((name) => [basename(name, extname(name)), join(path, name)]));
    byKey.delete("index");
    return async (key, oracle, decode) => {
      const file = byKey.get(key);
      if (file === undefined) throw new FormatError(`${path}: has no answer to case ${key}`);
      return readAnswer(file, oracle, decode);
    };
  }
  const { arrays } = await readArrayFile(path, element);
  const all = arrays.get("");
  let next = 0;
  return async (key, oracle, decode) => {
    if (all !== undefined && all.shape === null) {
      const length = sizeOf(oracle.shape);
      if (next + length > all.data.length) {
        throw new FormatError(`${path}: has ${all.data.length} numbers, which end before those of case ${key}`);
      }
      next += length;
      return decode({ ...all, data: all.data.subarray(next - length, next) });
    }
    const found = arrays.get(key);
    if (found === undefined) throw new FormatError(`${path}: has no answer to case ${key}`);
    return answerOf(found, oracle, decode);
  };
}
