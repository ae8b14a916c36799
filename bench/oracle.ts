/** @file The tables of chapter 14, which say what the oracle catches: `npm run oracle`. Nothing is timed. */
import {
  algorithmsTable,
  mistakesTable,
  plantedTable,
  quantizedMistakesTable,
  simulationTable,
} from "../test/support/oracleTables.ts";

console.log(`Faults planted into a correct kernel: the verdict, and the worst error as a multiple of the statistical bound

${plantedTable()}

Correct kernels, sums of 1 to 8192 products: the largest error as a multiple of the statistical bound

${simulationTable(10)}

Mistakes planted into 500 cases, some of them in several ways: how often they show, and how often they are named

${mistakesTable(500)}

Mistakes that kernels of integers make, planted into 200 cases of int8

${quantizedMistakesTable(200)}

Algorithms: the error of all outputs together, relative to their size, and the worst as a share of the proof's bound

${algorithmsTable()}`);
