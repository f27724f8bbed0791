import type { MappedText } from "#model/mapped-text.js";
import { once } from "#model/once.js";
import { textMemo } from "#model/text-memo.js";
import { bindingsOf } from "./bindings.js";
import { callsOf } from "./calls.js";
import { checkPython } from "./check-python.js";
import { syntaxTreeOf } from "./copy-tree.js";
import { hasDynamicNames } from "./dynamic-names.js";
import { environmentReadsOf } from "./environment-reads.js";
import { functionsOf } from "./functions.js";
import { importedNamesOf, importsOf } from "./imports.js";
import type { PythonModule, PythonScope, PythonSource, PythonValue, SyntaxNode } from "./module.js";
import { searchPathsOf } from "./search-paths.js";
import { undefinedNamesOf } from "./undefined-names.js";
import { valueOf } from "./values.js";

/**
 * Reads a Python text; `loadPython()` comes first. Each fact is found when it is first asked for, and kept.
 * @param options.version CPython that will run it, such as `3.10`; default `3.12`.
 */
export function readPython(source: MappedText, options: { readonly version?: string } = {}): PythonModule {
  const { version = "3.12" } = options;
  if (source.isWholeFile !== true) return read(source, version);
  const isUtf8 = source.isUtf8 ?? true;
  return memo(`${version} ${isUtf8} ${source.path}\n${source.text}`, () => read(source, version));
}

/** 4 million characters of modules. */
const memo = textMemo<PythonModule>(4e6);

function read(source: MappedText, version: string): PythonModule {
  const check = once(() => checkPython(source, version));
  const tree = once(() => (check().syntaxErrors.length === 0 ? syntaxTreeOf(source) : undefined));
  const fact = <T>(find: (tree: SyntaxNode) => T, none: NoInfer<T>): (() => T) => {
    return once(() => {
      const root = tree();
      return root === undefined ? none : find(root);
    });
  };
  /** Most modules never mention what is looked for: then nobody walks their tree. */
  const factWhere = <T>(mentioned: RegExp, find: (tree: SyntaxNode) => T, none: NoInfer<T>): (() => T) =>
    mentioned.test(source.text) ? fact(find, none) : () => none;
  const imports = fact((root) => importsOf(module, root), []);
  const importedNames = fact((root) => importedNamesOf(module, root), new Map<string, string>());
  const definitions = fact((root) => new Set(bindingsOf(module, root).keys()), new Set<string>());
  const constants = fact((root) => constantsOf(module, root), new Map<string, PythonValue>());
  const calls = fact((root) => callsOf(module, root), []);
  const functions = fact((root) => functionsOf(module, root), []);
  const environmentReads = factWhere(/environ|getenv/, (root) => environmentReadsOf(module, root), []);
  const addedSearchPaths = factWhere(/\bsys\b|\bsite\b/, (root) => searchPathsOf(module, root, calls()), []);
  const isDynamic = once(() => hasDynamicNames(imports(), definitions(), calls()));
  const undefinedNames = fact((root) => undefinedNamesOf(module, root, check().unboundUses), []);
  const module: PythonModule = {
    source,
    get syntaxErrors() {
      return check().syntaxErrors;
    },
    get undefinedNames() {
      return undefinedNames();
    },
    get unboundLocals() {
      return check().unboundLocals;
    },
    get tree() {
      return tree();
    },
    get imports() {
      return imports();
    },
    get importedNames() {
      return importedNames();
    },
    get definitions() {
      return definitions();
    },
    get hasDynamicNames() {
      return isDynamic();
    },
    get calls() {
      return calls();
    },
    get functions() {
      return functions();
    },
    get environmentReads() {
      return environmentReads();
    },
    get constants() {
      return constants();
    },
    get addedSearchPaths() {
      return addedSearchPaths();
    },
  };
  return module;
}

/** In the order of the text, so that a constant may use those before it. */
function constantsOf(module: PythonSource & Pick<PythonScope, "importedNames">, root: SyntaxNode) {
  const constants = new Map<string, PythonValue>();
  const scope: PythonScope = { source: module.source, importedNames: module.importedNames, constants };
  for (const [name, { value }] of bindingsOf(module, root)) {
    if (value !== undefined) constants.set(name, valueOf(scope, value));
  }
  return constants;
}
