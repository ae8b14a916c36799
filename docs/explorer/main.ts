/**
 * @file One program for the page and its workers: a worker loads it again, so that no second file is needed. Only the
 * page starts what only the page needs.
 */
import "./engine/program.ts";
import { serve } from "./engine/worker.ts";

if (typeof document === "undefined") serve();
else void import("./open.ts");
