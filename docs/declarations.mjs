/**
 * @file Reads the declarations that tsc emits, for docs/api.mjs and test/declarations.test.ts: what each entry point
 * exports, its text, its comment, its members, and the types that it refers to. Emitted declarations are so regular that
 * lines and brackets suffice.
 */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const FOLDER = join(ROOT, "node_modules/.cache/separable-declarations");

/** Entry points and their declarations: those of package.json. */
export function entryPoints() {
  const { name, exports } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  return Object.entries(exports).flatMap(([path, { types }]) =>
    types === undefined ? [] : [{ entry: join(name, path), file: relative("dist", types) }],
  );
}

/** Emits the declarations of src anew. @returns their folder */
export function emitDeclarations() {
  execFileSync(join(ROOT, "node_modules/.bin/tsc"), ["--project", join(ROOT, "src"), "--outDir", FOLDER]);
  return FOLDER;
}

/**
 * What the entry points export.
 *
 * @returns [{ entry, items: [{ name, id, kind, text, doc, members, uses }] }]; an id is file#name, so that one thing
 *   under two entry points has one id
 */
export function readApi(folder) {
  const files = new Map();
  const read = (file) => {
    if (!files.has(file)) files.set(file, readFile(folder, file));
    return files.get(file);
  };
  const resolve = (file, name) => {
    const { declared, imported } = read(file);
    if (declared.has(name)) return { file, name, ...declared.get(name) };
    const from = imported.get(name);
    return from === undefined ? null : resolve(from.file, from.name);
  };
  const idOf = ({ file, name }) => `${file}#${name}`;
  const exportedIds = new Set(
    entryPoints().flatMap(({ file }) => [...read(file).exported.values()].map((origin) => idOf(resolve(origin.file, origin.name)))),
  );
  /** Interfaces that only exist to be extended are shown as part of what extends them. */
  const bases = new Set();
  const isBase = (one) => bases.has(idOf(one));
  const basesOf = (file, { code }) => {
    const names = /^export (?:declare )?interface \w+ extends ([\w, ]+) \{/.exec(code)?.[1].split(", ") ?? [];
    return names.flatMap((name) => {
      const base = resolve(file, name);
      if (base === null || exportedIds.has(idOf(base))) return [];
      bases.add(idOf(base));
      return base.parts.map((part) => ({ ...part, doc: "", home: base.file }));
    });
  };
  /** @param parts of one item: an interface and a constant may share a name */
  const itemOf = (name, file, own, declarations) => {
    const parts = declarations.flatMap((part) => [...basesOf(file, part), part]);
    const text = declarations.map(({ code }) => code).join("\n");
    const uses = parts.flatMap(({ code, home = file }) =>
      wordsIn(code).flatMap((word) => {
        const used = word === own ? null : resolve(home, word);
        return used === null || isBase(used) ? [] : [idOf(used)];
      }),
    );
    const doc = parts.find((part) => part.doc !== "")?.doc ?? "";
    const members = parts.flatMap(({ code }) => membersOf(code));
    return { name, id: idOf({ file, name: own }), kind: kindOf(text), text, doc, members, uses };
  };
  return entryPoints().map(({ entry, file }) => ({
    entry,
    items: [...read(file).exported].flatMap(([name, origin]) => {
      const { file: home, name: own, parts } = resolve(origin.file, origin.name);
      const items = kindOf(parts[0].code) === "function" ? parts.map((overload) => [overload]) : [parts];
      return items.map((one) => itemOf(name, home, own, one));
    }),
  }));
}

/** Names in a declaration, without comments, strings and constants of which only the type is taken. */
function wordsIn(text) {
  const bare = text.replaceAll(/\/\*[\s\S]*?\*\/|"[^"]*"|\btypeof [\w.]+/g, "");
  return [...new Set(bare.match(/[A-Za-z_$][\w$]*/g))];
}

function kindOf(text) {
  return /^export (?:declare )?(function|const|class|interface|type) /.exec(text)?.[1] ?? "type";
}

/** The declarations of one file, by name; what it imports and exports, and from where. */
function readFile(folder, file) {
  const text = readFileSync(join(folder, file), "utf8");
  const [declared, imported, exported] = [new Map(), new Map(), new Map()];
  for (const { doc, code } of statementsIn(text)) {
    const names = /^(import|export)(?: type)? \{([\s\S]*)\}(?: from "([^"]+)")?;$/.exec(code);
    const name = /^(?:export )?(?:declare )?(?:abstract )?(?:function|const|class|interface|type) ([\w$]+)/.exec(code)?.[1];
    if (names !== null) {
      const [, what, list, from] = names;
      const source = from === undefined ? file : join(dirname(file), from.replace(/\.ts$/, ".d.ts"));
      for (const part of list.split(",").filter((one) => one.trim() !== "")) {
        const [own, other = own] = part.replace(/\btype /, "").trim().split(" as ");
        if (what === "import" || from !== undefined) imported.set(other, { file: source, name: own });
        if (what === "export") exported.set(other, { file: source, name: own });
      }
    } else if (name !== undefined) {
      declared.set(name, { parts: [...(declared.get(name)?.parts ?? []), { doc, code }] });
      if (code.startsWith("export ")) exported.set(name, { file, name });
    }
  }
  return { declared, imported, exported };
}

/** Statements with the comment before each; the members of a block are read in the same way. */
function statementsIn(text) {
  const found = [];
  let [doc, code, depth] = ["", "", 0];
  const pieces = text.match(/\/\*\*[\s\S]*?\*\/|[^\n]*?(?=\/\*\*)|[^\n]*\n?/g) ?? [];
  for (const piece of pieces) {
    if (code.trim() === "" && piece.startsWith("/**")) {
      doc = piece.includes("@file") ? "" : commentIn(piece);
      code = "";
      continue;
    }
    code += piece;
    if (!piece.startsWith("/**")) depth += balance(piece);
    if (depth === 0 && /[;}]\s*$/.test(code)) {
      found.push({ doc, code: code.trim() });
      [doc, code] = ["", ""];
    }
  }
  return found;
}

function balance(line) {
  const bare = line.replaceAll(/"[^"]*"|=>/g, "");
  return (bare.match(/[{([<]/g)?.length ?? 0) - (bare.match(/[})\]>]/g)?.length ?? 0);
}

/** A comment without its frame. */
function commentIn(comment) {
  return comment
    .replace(/^\/\*\*\s?/, "")
    .replace(/\s*\*\/$/, "")
    .split("\n")
    .map((line) => line.replace(/^\s*\* ?/, "").trimEnd())
    .join("\n")
    .trim();
}

/** Methods and fields of a class, an interface, or a constant that is an object. */
function membersOf(text) {
  const block = /^export (?:declare )?(?:class|interface|const) [^{;=]*\{\n([\s\S]*)\};?$/.exec(text);
  if (block === null) return [];
  return statementsIn(block[1]).flatMap(({ doc, code }) => {
    const name = /^(?:readonly |static |get )*([\w$]+|\[Symbol\.\w+\])\??[(:<]/.exec(code)?.[1];
    return name === undefined ? [] : [{ name, doc, text: code, isMethod: new RegExp(`^(?:static )?${name.replace(/\W/g, "\\$&")}[(<]`).test(code) }];
  });
}
