import type { ImageFacts } from "#facts/image/image-facts.js";
import type { PythonModule, SyntaxNode } from "#facts/python/module.js";
import { textOf } from "#facts/python/module.js";
import { walk } from "#facts/python/syntax.js";
import { isStandardLibrary } from "#facts/python/standard-library.js";
import type { Fix, Report } from "#model/finding.js";
import type { Location } from "#model/location.js";
import type { ImageRule } from "./rule.js";
import { lineAt } from "./shared/edit-word.js";
import { codeInRuns, type RunCode } from "./shared/code-in-runs.js";
import { reachedImports } from "./shared/reached-imports.js";
import { modulesRunInBuild } from "./shared/run-in-build.js";

/** A check in the build that cannot fail: it only prints, edits `sys.path`, or catches every exception. */
export const vacuousCheck: ImageRule = {
  scope: "image",
  meta: {
    id: "US318",
    name: "vacuous-check",
    level: "warning",
    phase: "build",
    summary: "A check in the build has no effect but to print: it passes whatever the image holds.",
    seeds: ["S6", "S17", "S20", "S30"],
    fix: "auto",
  },
  *check(image) {
    for (const each of codeInRuns(image)) {
      const { code, module } = each;
      const at = { path: code.code.path, line: code.code.lineAt(firstOffset(code.code.text)) };
      if (isVacuous(module)) yield cannotFail(module, "This check", at, withImports(each, image));
    }
    for (const { module, command } of modulesRunInBuild(image)) {
      if (isVacuous(module.module))
        yield cannotFail(module.module, `${module.imagePath} is run here and`, command.location);
    }
  },
  lookedAt: (image) => {
    const count = codeInRuns(image).length + modulesRunInBuild(image).length;
    return count === 0 ? "" : `${count} runs of Python in the build`;
  },
};

function cannotFail(module: PythonModule, subject: string, at: Location, fix?: Fix): Report {
  const isCaught = [...walk(module.tree!)].some((node) => node.kind === "except_clause");
  return {
    message: `${subject} cannot fail: ${isCaught ? "it catches every exception and only prints" : "it only prints"}, and the build calls the image good.`,
    remedy: "Import what the worker imports, without try, so that the build stops when something is missing.",
    at,
    ...(fix === undefined ? {} : { fix }),
  };
}

/** It claims to check something, and none of its statements can end it with a failure. */
function isVacuous(module: PythonModule): boolean {
  const { tree, calls } = module;
  if (tree === undefined || !claims.test(stringsOf(module, tree))) return false;
  if (calls.some(({ callee }) => !harmless.test(callee))) return false;
  return tree.children.every((statement) => isHarmless(statement, module));
}

function stringsOf(module: PythonModule, tree: SyntaxNode): string {
  const strings = [...walk(tree)].filter(({ kind }) => kind === "string");
  return strings.map((node) => textOf(module, node)).join("\n");
}

const claims =
  /\b(?:ok|okay|ready|success\w*|verif\w+|check\w*|valid\w*|complete\w*|works?|passed|installed|available|imports?)\b|[✅✓✔🎉]/iu;
const harmless = /^(?:print|len|str|repr|sys\.path\.(?:append|insert|extend)|sys\.stdout\.(?:write|flush))$/;

function isHarmless(statement: SyntaxNode, module: PythonModule): boolean {
  switch (statement.kind) {
    case "expression_statement":
    case "pass_statement":
      return ![...walk(statement)].some((node) => /^(?:subscript|attribute)$/.test(node.kind) && !isSys(node, module));
    case "import_statement":
    case "import_from_statement":
      return module.imports
        .filter(({ line }) => line === module.source.lineAt(statement.start))
        .every((each) => each.isGuarded || isStandardLibrary(each.module.split(".")[0] ?? ""));
    case "try_statement":
      return isSwallowing(statement, module);
    default:
      return false;
  }
}

function isSys(node: SyntaxNode, module: PythonModule): boolean {
  return /^sys\.(?:path|version|executable|stdout)\b/.test(textOf(module, node));
}

/** Everything is caught, and no clause fails in turn. */
function isSwallowing(statement: SyntaxNode, module: PythonModule): boolean {
  const clauses = statement.children.filter(({ kind }) => kind === "except_clause");
  const catchesAll = clauses.some((clause) =>
    /^except(?:\s*:|\s+\(?(?:Base)?Exception\b|\s+\(?ImportError\b|\s+ModuleNotFoundError\b)/.test(
      textOf(module, clause),
    ),
  );
  return (
    catchesAll && ![...walk(statement)].some(({ kind }) => kind === "raise_statement" || kind === "assert_statement")
  );
}

function firstOffset(code: string): number {
  return Math.max(0, code.search(/\S/));
}

/** Packages that ask for a driver or a card when they are imported: a build has none. */
const needsCard = /^(?:flash_attn|bitsandbytes|tensorrt|pycuda|cupy|xformers|triton|deepspeed|sageattention|pynvml)$/;

/** Puts the worker's own imports into a one-line `python -c "…"`. */
function withImports({ code, run }: RunCode, image: ImageFacts): Fix | undefined {
  const { path } = code.code;
  const line = code.code.lineAt(0);
  const isOneLine = code.from === "argument" && !code.code.text.trim().includes("\n") && path === image.dockerfile.path;
  const text = lineAt(image, { path, line });
  const names = importable(image);
  if (!isOneLine || text === undefined || names.length === 0 || run.step.exec !== undefined) return undefined;
  const at = text.indexOf(code.code.text);
  if (at === -1 || !/["']/.test(text[at - 1] ?? "") || text.lastIndexOf(code.code.text) !== at) return undefined;
  return {
    title: "Import what the worker imports",
    edits: [
      {
        kind: "lines",
        path,
        startLine: line,
        endLine: line,
        lines: [`${text.slice(0, at)}import ${names.join(", ")}; ${text.slice(at)}`],
      },
    ],
  };
}

function importable(image: ImageFacts): readonly string[] {
  const names = reachedImports(image)
    .filter(({ import: { functionName } }) => functionName === undefined)
    .filter(({ import: { module }, module: from }) =>
      ["distribution", "base-image"].includes(image.python.resolveImport(module, from.imagePath).kind),
    )
    .map(({ import: { module } }) => module.split(".")[0] ?? module);
  return [...new Set(names)].filter((name) => !needsCard.test(name)).sort();
}
