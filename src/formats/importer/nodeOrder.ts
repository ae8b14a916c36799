/** @file The order in which the nodes of a file's graph are read. */
import { FormatError, show } from "../../tensor/errors.ts";

/** What every format states about a node. */
export interface FileNode {
  readonly op: string;
  readonly name: string;
  /** Names of values; "" for an operand that is left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/** Sorts the nodes that the outputs need, each after those whose values it reads. */
export function inOrder<N extends FileNode>(
  file: string,
  nodes: readonly N[],
  known: ReadonlySet<string>,
  outputs: readonly string[],
): readonly N[] {
  const maker = new Map<string, N>();
  for (const node of nodes) {
    for (const name of node.outputs) {
      if (name === "") continue;
      if (maker.has(name) || known.has(name)) throw new FormatError(`${file}: ${show(name)} is computed twice`);
      maker.set(name, node);
    }
  }
  const ordered: N[] = [];
  const state = new Map<N, "open" | "done">();
  // An explicit stack of nodes, each with its next input: recursion would overflow on a long chain.
  const stack: { readonly node: N; next: number }[] = [];
  const starts = outputs.flatMap((output) => maker.get(output) ?? []).reverse();
  for (;;) {
    if (stack.length === 0) {
      const node = starts.pop();
      if (node === undefined) return ordered;
      if (state.has(node)) continue;
      stack.push({ node, next: 0 });
    }
    const top = stack[stack.length - 1];
    const { node } = top;
    state.set(node, "open");
    const name = node.inputs[top.next++];
    if (name === undefined) {
      state.set(node, "done");
      ordered.push(node);
      stack.pop();
      continue;
    }
    if (name === "" || known.has(name)) continue;
    const before = maker.get(name);
    if (before === undefined) {
      throw new FormatError(`${file}: ${describe(node)} reads ${show(name)}, which is nowhere`);
    }
    if (state.get(before) === "open") {
      throw new FormatError(`${file}: ${describe(before)} waits for its own result, the graph has a cycle`);
    }
    if (state.get(before) === undefined) stack.push({ node: before, next: 0 });
  }
}

export function describe({ op, name, outputs }: FileNode): string {
  return `${op} ${show(name || outputs[0] || "")}`;
}
