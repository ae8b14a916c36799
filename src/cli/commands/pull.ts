/** @file `separable pull`: downloads published checkpoints and lists them. */

import { table } from "../../report/forms/table.ts";
import { paragraph } from "../../report/forms/text.ts";
import { FormatError } from "../../tensor/errors.ts";
import { type Command, command } from "../command.ts";
import { flag } from "../options/option.ts";
import { cacheFolder } from "../pull/cache.ts";
import { CHECKPOINTS, parseCheckpoint, urlOf } from "../pull/checkpoints.ts";
import { cachedModel, pullCheckpoint } from "../pull/install.ts";
import { print, printJson, screen, tell } from "../terminal/terminal.ts";

export const pull: Command = command({
  name: "pull",
  summary: "download a published checkpoint",
  usage: "[NAME…]",
  maxOperands: Number.POSITIVE_INFINITY,
  about: `Downloads published checkpoints, for classify --model NAME; without a name, lists them. An interrupted download resumes where
it stopped.`,
  options: { force: flag("downloads again, even if cached"), json: flag("paths as JSON") },
  notes: [
    `Files go to SEPARABLE_CACHE, or the platform's cache folder, with their SHA-256 in the name. HF_ENDPOINT selects a
mirror of Hugging Face.`,
  ],
  run: async ({ operands, options: { force, json } }) => {
    if (operands.length === 0) return list(json);
    const wanted = operands.map((name) => parseCheckpoint("pull", name));
    const paths: { readonly name: string; readonly path: string }[] = [];
    let failed = 0;
    for (const checkpoint of wanted) {
      try {
        const here = force ? null : await cachedModel(checkpoint);
        const path = here ?? (await pullCheckpoint("pull", checkpoint, { mayDiffer: force }));
        paths.push({ name: checkpoint.name, path });
        if (!json) print(path);
      } catch (error) {
        if (!(error instanceof FormatError)) throw error;
        tell(error.message);
        failed++;
      }
    }
    if (json) printJson(paths);
    return failed > 0 ? 1 : 0;
  },
});

async function list(isJson: boolean): Promise<number> {
  const rows: { name: string; model: string; from: string; license: string; url: string; path: string | null }[] = [];
  for (const one of CHECKPOINTS) {
    const { name, model, from, license } = one;
    rows.push({ name, model, from, license, url: urlOf(one), path: await cachedModel(one) });
  }
  if (isJson) printJson(rows);
  else {
    const left = { align: "left" } as const;
    const titles = [{ title: "name" }, { title: "network" }, { title: "from", rank: 1 }, { title: "here" }];
    const columns = titles.map((column) => ({ ...column, ...left }));
    const cells = rows.map(({ name, model, from, path }) => [name, model, from, path === null ? "" : "yes"]);
    print(table(columns, cells, screen()));
    print(`\n${paragraph(`in ${cacheFolder()}; torchvision publishes Python pickles only`, screen())}`);
  }
  return 0;
}
