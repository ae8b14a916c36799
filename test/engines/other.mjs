/** Digests on an engine that is no Node: run.mjs starts it. */
import * as separable from "../../dist/index.js";
import { digests } from "./digest.mjs";

console.log(JSON.stringify(await digests(separable)));
process.exit(0);
