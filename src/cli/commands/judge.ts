/** @file `separable judge`: the verdict on a kernel's output, for people without JavaScript. */
import { join } from "node:path";
import { percent } from "../../report/forms/numbers.ts";
import { FormatError } from "../../tensor/errors.ts";
import { sizeOf } from "../../tensor/shape.ts";
import { INDEX, type IndexEntry, readIndex, vectorsOfEntry } from "../../testing/formats/suiteIndex.ts";
import { judgeConv } from "../../testing/judge.ts";
import type { Judgement } from "../../testing/judgement.ts";
import { PRECISIONS, type Precision } from "../../testing/precision.ts";
import { type AnsweredCase, judgeSuite } from "../../testing/suite.ts";
import { type Command, command } from "../command.ts";
import { openAnswers, readAnswer } from "../judge/answers.ts";
import { isFolder } from "../judge/arrayFile.ts";
import { asIntegers, asNumbers, type Decode } from "../judge/decode.ts";
import { readVectors } from "../judge/vectorsFile.ts";
import { word } from "../options/option.ts";
import { JSON_FLAG } from "../options/shared.ts";
import { isThere, readWhole } from "../terminal/files.ts";
import { print, printJson, progress } from "../terminal/terminal.ts";
import { UsageError } from "../usage.ts";

export const judge: Command = command({
  name: "judge",
  summary: "judge your kernel's output against test vectors, and name the mistake",
  usage: "VECTORS ANSWER",
  maxOperands: 2,
  about: `Checks your kernel's output. If it is wrong, reports where, and which mistake explains it.

VECTORS   output of \`separable vectors\`: a file (.json, .npz, .h), a folder of hex files, or the folder of a suite
ANSWER    your kernel's output, in the order of theirs: .npz, .npy, .json, .hex (words as in the vectors), or any other
          file as float32 numbers, little-endian, or as bytes if the vectors are integers. Of several arrays, the one called output, answer or y.
          For a suite: a folder with such a file for each case (0001.npz, …), or one file with arrays of these names,
          or with all numbers one after the other`,
  options: {
    precision: word(
      "NAME",
      PRECISIONS,
      undefined,
      `number format of your kernel: ${PRECISIONS.join(", ")}; default that of the vectors`,
    ),
    json: JSON_FLAG,
  },
  notes: [
    "Exit status: 0 all outputs are within their bounds (integers: equal), 1 some are suspicious or wrong, 2 nothing could be judged",
  ],
  run: async (given) => {
    const [vectors, answer] = given.operands;
    if (answer === undefined) throw new UsageError("judge: needs VECTORS and ANSWER, two paths");
    const { precision, json } = given.options;
    try {
      const isSuite = (await isFolder(vectors)) && (await isThere(join(vectors, INDEX)));
      const judged = isSuite ? await judgeAll(vectors, answer, precision) : await judgeOne(vectors, answer, precision);
      if (json) printJson(judged.data);
      else print(judged.message);
      return judged.isClose ? 0 : 1;
    } catch (error) {
      // 1 is for wrong answers; a file that cannot be read is not an answer.
      if (error instanceof FormatError) throw new UsageError(error.message);
      throw error;
    }
  },
});

interface Judged {
  readonly isClose: boolean;
  readonly message: string;
  readonly data: unknown;
}

async function judgeOne(path: string, answer: string, precision: Precision | undefined): Promise<Judged> {
  const { oracle, decode } = await readVectors(path, precision);
  const judgement = judgeConv(await readAnswer(answer, oracle, decode), oracle);
  const isExact = "accumulators" in oracle && judgement.isClose;
  const verdict = isExact ? `exact: all ${sizeOf(oracle.shape)} integers are right` : judgement.verdict;
  return {
    isClose: judgement.isClose,
    message: `${verdict}${isExact ? "" : usedOf(judgement)}${rest(judgement.message)}`,
    data: judgement,
  };
}

function rest(message: string): string {
  return message === "" ? "" : `\n${message}`;
}

/** States how much of the bounds the outputs use. */
function usedOf({ verdict, used: { proof, statistics } }: Judgement): string {
  if (verdict === "wrong" || !Number.isFinite(proof)) return "";
  const ofStatistics = statistics === null ? "" : ` and ${percent(statistics)} of the statistical bound`;
  return `: the outputs use at most ${percent(proof)} of the proof's bound${ofStatistics}`;
}

async function judgeAll(folder: string, answer: string, precision: Precision | undefined): Promise<Judged> {
  const index = join(folder, INDEX);
  const entries = readIndex(index, (await readWhole(index)).toString("utf8"));
  const [first] = entries;
  const answerTo = await openAnswers(answer, "type" in first ? first.type : "float32");
  const answers: AnsweredCase[] = [];
  for (const entry of entries) {
    progress(`${answers.length + 1} of ${entries.length}`);
    const { oracle } = vectorsOfEntry(index, precision === undefined ? entry : { ...entry, precision });
    answers.push({
      name: `${entry.file} (${entry.name})`,
      oracle,
      answer: await answerTo(entry.file, oracle, decodeOf(entry, oracle)),
    });
  }
  progress("");
  const judged = judgeSuite(answers);
  return { isClose: judged.isClose, message: judged.message, data: judged };
}

/** How the words of an answer to a case are decoded. */
function decodeOf(entry: IndexEntry, oracle: AnsweredCase["oracle"]): Decode {
  if ("accumulators" in oracle) return asIntegers(oracle.problem.output.type);
  const areInteger = entry.format === "hex" && "values" in entry && entry.values === "integers";
  return asNumbers(areInteger && oracle.bounds.every((bound) => bound === 0));
}
