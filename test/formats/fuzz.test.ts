/** Damaged files: each ends in tensors or a FormatError, quickly and within its own size. */
import { expect, test } from "vitest";
import { FormatError, openSafetensors, random, Tensor, writeSafetensors } from "../../src/index.ts";
import { damaged } from "../support/damage.ts";
import { times } from "../support/effort.ts";
import { counting } from "../support/tensors.ts";

const SEED = Number(process.env.SEPARABLE_SEED ?? Date.now() % 2 ** 31);
const RUNS = times(6_000);
const PIECES = [
  '{"',
  '"}',
  "9007199254740993",
  "-1",
  "1e99",
  "[]",
  "null",
  '"F64"',
  "[0,0]",
  '"__proto__":',
  "\u0000",
  "\ud83d",
  "}}",
  ",",
  '"dtype"',
];

test(`${RUNS} mutated files, seed ${SEED}`, async () => {
  const source = random(SEED);
  const original = writeSafetensors(
    new Map([
      ["conv1/kernel", counting([2, 2, 1, 3])],
      ["b", counting([5])],
      ["scalar", counting([])],
    ]),
    { about: "a small file" },
  );
  const headerEnd = 8 + Number(new DataView(original.buffer).getBigUint64(0, true));
  const pieces = PIECES.map((piece) => new TextEncoder().encode(piece));
  const mutate = (): Uint8Array => {
    const bytes = damaged(source, original, pieces, headerEnd);
    // Half of the time the length is kept true, so that the damage reaches the parser of the header.
    if (source.integer(2) === 0 && bytes.length >= headerEnd) {
      const length = headerEnd - 8 + bytes.length - original.length;
      new DataView(bytes.buffer).setBigUint64(0, BigInt(Math.max(length, 0)), true);
    }
    return bytes;
  };

  let survived = 0;
  let refused = 0;
  for (let i = 0; i < RUNS; i++) {
    const bytes = mutate();
    try {
      const file = await openSafetensors(bytes);
      let elements = 0;
      for (const name of file.tensors.keys()) {
        const tensor = await file.read(name);
        if (!(tensor instanceof Tensor)) throw new Error(`${name} is no tensor`);
        elements += tensor.size;
      }
      if (elements > bytes.length) throw new Error(`${elements} elements from ${bytes.length} bytes`); // a byte makes one at most
      survived++;
    } catch (error) {
      if (!(error instanceof FormatError))
        throw new Error(`run ${i}: ${error} for ${Buffer.from(bytes).toString("latin1")}`);
      refused++;
    }
  }
  console.log(`${survived} files survived, ${refused} were refused (seed ${SEED})`);
  expect(survived).toBeGreaterThan(RUNS / 100);
  expect(refused).toBeGreaterThan(RUNS / 3);
});
