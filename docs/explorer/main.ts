/**
 * @file One program for the page and for its worker: a worker loads it again, so that there is no second file. What
 * only the page needs is begun by the page alone.
 */
import "./engine/program.ts";
import { serve } from "./engine/worker.ts";

if (typeof document === "undefined") serve();
else void import("./open.ts");
