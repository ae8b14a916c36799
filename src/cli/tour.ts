/** @file `separable tour`, what `npm start` runs: the saving, counted and timed, and what to type next. */
import { type Command, readArguments } from "./command.ts";
import { compare } from "./compare.ts";
import { classifySample, renderSample } from "./sample.ts";
import { print, style } from "./terminal.ts";

const HELP = `Usage: separable tour

Classifies a few pictures of clothes on every tier, runs \`separable compare\` on MobileNetV1 1.0-224, and says what to type
next. Under a minute on two cores.`;

const NEXT = `
  npx separable summary                       every layer of MobileNetV1: shapes, parameters, MACs
  npx separable summary mobilenet_v1_0.25_128 a thinner one on smaller pictures
  npx separable compare mobilenet_v1_0.5_160  the same comparison for another network
  npx separable inspect conv_dw_3             the WebAssembly that a layer runs
  npx separable train                         the network for clothes, trained anew
  npx separable classify photo.jpg --weights mobilenet_v1.safetensors
                                              what is in a photograph, with weights that you have
  npx separable --help                        all commands

  npm run explore                             all of it on a page, to step through, draw on and measure
  docs/01-convolution.md                      how it works, from the formula on`;

export const tour: Command = {
  name: "tour",
  summary: "a few pictures classified, the comparison on MobileNetV1, and what to type next",
  help: HELP,
  run: async (args) => {
    readArguments("tour", args, {}, 0);
    print(`${renderSample(await classifySample())}\n`);
    const code = await compare.run([]);
    print(`\n${style("bold", "What to type next")}\n${NEXT}`);
    return code;
  },
};
