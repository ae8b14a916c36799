/** Engines in processes of their own, checked against each other and timed in turns. */
import { fork } from "node:child_process";
import { analyze } from "../../dist/index.js";

const HERE = new URL(".", import.meta.url).pathname;

/** An engine in a process of its own. */
export async function start(name, threads, node = {}) {
  const child = fork(`${HERE}engine.mjs`, [name, threads], { serialization: "advanced", ...node });
  const answer = () =>
    new Promise((resolve, reject) => {
      child.once("message", resolve);
      child.once("exit", (code) => reject(new Error(`${name} ended with code ${code}`)));
    }).finally(() => child.removeAllListeners());
  await answer();
  const ask = async (order, value) => {
    child.send({ order, value });
    const reply = await answer();
    if (reply.error) throw new Error(`${name}: ${reply.error}`);
    return reply.answer;
  };
  return { name, key: `${name}, ${threads}`, child, ask };
}

/**
 * All engines on one workload, in turns, after a check that their outputs agree.
 *
 * @param workload number of {@link WORKLOADS}, or path of a model file
 */
export async function inTurns(workload, graph, children, rounds) {
  const answers = [];
  for (const { ask } of children) answers.push(await ask("prepare", workload));
  const largest = answers[0].reduce((max, value) => Math.max(max, Math.abs(value)), 0);
  const differences = answers.map(
    (answer) => answer.reduce((max, value, i) => Math.max(max, Math.abs(value - answers[0][i])), 0) / largest,
  );
  children.forEach(({ key }, i) => {
    if (answers[i].length !== answers[0].length || !(differences[i] <= 1e-4)) {
      throw new Error(`${graph.name}: ${key} differs by ${differences[i]} of the largest output`);
    }
  });
  const times = await timesOf(children, rounds);
  const engines = Object.fromEntries(
    children.map(({ key }, i) => [key, { ...spread(times[i]), difference: differences[i] }]),
  );
  return { name: graph.name, macs: analyze(graph).total.macs, engines };
}

/** Milliseconds of each engine by round, in an order that moves on by one each round. */
export async function timesOf(children, rounds) {
  const times = children.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < children.length; turn++) {
      const i = (turn + round) % children.length;
      await new Promise((resolve) => setTimeout(resolve, 5)); // threads that still look for work go to sleep
      times[i].push(await children[i].ask("time"));
    }
  }
  return times;
}

/** The median and the middle half. */
export function spread(times) {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share) => sorted[Math.round(share * (sorted.length - 1))];
  return { ms: at(0.5), quarter: at(0.25), threeQuarters: at(0.75) };
}
