import type { ImageModule } from "#facts/image/image-facts.js";
import type { PythonModule } from "#facts/python/module.js";
import { walk } from "#facts/python/syntax.js";
import type { Report } from "#model/finding.js";
import type { ImageRule } from "./rule.js";

/** Code that the worker runs stands in for what it should do. */
export const mockInProduct: ImageRule = {
  scope: "image",
  meta: {
    id: "US1009",
    name: "mock-in-product",
    level: "warning",
    phase: "deploy",
    summary: "Code that the worker runs is a stand-in, or says that it is unfinished.",
    seeds: ["S51"],
    fix: "by-hand",
  },
  *check(image) {
    for (const module of shippedModules(image.python.modules, image.project.config.testFolders)) {
      yield* mockImports(module);
      yield* mockFunctions(module);
      yield* openComments(module);
    }
  },
  lookedAt({ python, project }) {
    const count = shippedModules(python.modules, project.config.testFolders).length;
    return count === 0 ? "" : `${count} Python files that the start reaches`;
  },
};

/** Files of the project that the start reaches; tests are no product. */
function shippedModules(modules: readonly ImageModule[], testFolders: readonly string[]): readonly ImageModule[] {
  return modules.filter(({ isReachable, projectPath }) => {
    if (!isReachable || projectPath === undefined) return false;
    const parts = projectPath.split("/");
    return (
      !parts.slice(0, -1).some((part) => testFolders.includes(part)) && !/^test_|_test\.py$/.test(parts.at(-1) ?? "")
    );
  });
}

function* mockImports({ module, projectPath = "" }: ImageModule): Iterable<Report> {
  for (const { module: name, names, isGuarded, line } of module.imports) {
    const isMock =
      name === "mock" || name === "unittest.mock" || (name === "unittest" && names?.includes("mock") === true);
    if (!isMock || isGuarded) continue;
    yield {
      message: "Code that the worker runs imports unittest.mock: what it replaces is not done for customers.",
      remedy: "Move the stand-in into a test.",
      at: { path: projectPath, line },
      confidence: "likely",
    };
  }
}

/** `fake_` alone is a word of image generation: a network tells real from fake pictures. */
const standIn =
  /^_*(?:mock|stub)(?:_|[A-Z]|$)|^_*(?:fake|dummy|simulate)_(?:swap|result|output|response|upload|process|generate|render|inference|predict)/;

/** A function that only tests call is no part of the product. */
function* mockFunctions({ module, projectPath = "" }: ImageModule): Iterable<Report> {
  for (const { name, line } of module.functions) {
    if (!standIn.test(name) || !module.calls.some(({ callee }) => callee.split(".").at(-1) === name)) continue;
    yield {
      message: `${name} is called by code that the worker runs: jobs complete with a made-up result.`,
      remedy: "Call the real step, or fail the job where it is not there.",
      at: { path: projectPath, line },
      confidence: "likely",
    };
  }
}

const openWord = /\b(?:TODO|FIXME|XXX|HACK)\b/;

/** Words that turn an open point into a missing part of the product. */
const missingPart =
  /\b(?:implement(?!ation)|mock|stub|placeholder|fake|real (?:model|swap|implementation|call|inference|upload))/i;

/** A missing part is worth a warning each; other open points one note a file. */
function* openComments({ module, projectPath = "" }: ImageModule): Iterable<Report> {
  const open = commentsOf(module).filter(({ text }) => openWord.test(text));
  const [first, ...others] = open.filter(({ text }) => !missingPart.test(text));
  for (const { text, line } of open.filter((comment) => missingPart.test(comment.text))) {
    yield {
      message: `A part of the product is marked as missing: ${cut(text)}`,
      remedy: "Write it, or fail the job in words where it would be needed.",
      at: { path: projectPath, line },
      confidence: "likely",
    };
  }
  if (first === undefined) return;
  yield {
    message: `${countOf(others.length + 1, "open point")} in code that the worker runs: ${cut(first.text)}`,
    remedy: "Do it, or move it to the tracker.",
    at: { path: projectPath, line: first.line },
    level: "note",
    evidence: others
      .slice(0, 5)
      .map(({ text, line }) => ({ statement: cut(text), location: { path: projectPath, line } })),
  };
}

/** Comments, told from `#` inside strings by the syntax tree. */
function commentsOf(module: PythonModule): readonly { readonly text: string; readonly line: number }[] {
  const { tree, source } = module;
  if (tree === undefined) return [];
  const lastHash = new Map<number, number>();
  let from = 0;
  const take = (until: number) => {
    for (let at = source.text.indexOf("#", from); at !== -1 && at < until;) {
      lastHash.set(source.lineAt(at), lastHash.get(source.lineAt(at)) ?? at);
      const lineEnd = source.text.indexOf("\n", at);
      if (lineEnd === -1) return;
      at = source.text.indexOf("#", lineEnd);
    }
  };
  for (const node of walk(tree)) {
    if (node.kind !== "string" || node.start < from) continue;
    take(node.start);
    from = node.end;
  }
  take(source.text.length);
  return [...lastHash].map(([line, start]) => {
    const end = source.text.indexOf("\n", start);
    return { text: source.text.slice(start + 1, end === -1 ? undefined : end).trim(), line };
  });
}

const cut = (text: string) => (text.length > 80 ? `${text.slice(0, 80)}…` : text);
const countOf = (count: number, what: string) => `${count} ${what}${count === 1 ? "" : "s"}`;
