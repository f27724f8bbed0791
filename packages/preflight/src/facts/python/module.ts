import type { MappedText } from "#model/mapped-text.js";

/** A node of the syntax tree, copied out of the parser's memory. Kinds are tree-sitter-python's. */
export interface SyntaxNode {
  readonly kind: string;
  /** Field of the parent that it fills, such as `body`; undefined: none. */
  readonly field: string | undefined;
  /** Named children only, in order; comments are left out. */
  readonly children: readonly SyntaxNode[];
  readonly parent: SyntaxNode | undefined;
  /** Offsets in the module's text, UTF-16 units. */
  readonly start: number;
  readonly end: number;
  /** Line in the module's file, from 1. */
  readonly line: number;
  readonly endLine: number;
}

/** A value as far as the file itself tells it; constants of the module and `os.path.join` are followed. */
export type PythonValue =
  /**
   * Unknown parts stay as `{name}` and make it not known. A path relative to the module starts with `{__file__}`, such
   * as `{__file__}/../models`: put the file's own path in its place and normalise.
   */
  | { readonly kind: "text"; readonly text: string; readonly isKnown: boolean }
  | { readonly kind: "number"; readonly number: number }
  | { readonly kind: "boolean"; readonly isTrue: boolean }
  | { readonly kind: "none" }
  | { readonly kind: "list"; readonly items: readonly PythonValue[] }
  | { readonly kind: "dict"; readonly entries: readonly { readonly key: PythonValue; readonly value: PythonValue }[] }
  /** `os.environ["X"]`, `os.getenv("X", default)`. */
  | { readonly kind: "environment"; readonly name: string; readonly fallback: PythonValue | undefined }
  /** Anything else, as written. */
  | { readonly kind: "other"; readonly written: string };

/** One argument of a call. */
export interface PythonArgument {
  /** Keyword; undefined: by position; `*` or `**` for arguments that a sequence or a dictionary brings. */
  readonly name: string | undefined;
  readonly value: PythonValue;
  readonly node: SyntaxNode;
}

/** A call anywhere in the module. */
export interface PythonCall {
  /**
   * What is called, with import aliases resolved: `sp.run` after `import subprocess as sp` is `subprocess.run`;
   * a method of an unknown value is `?.name`, of a named value `name.method`.
   */
  readonly callee: string;
  readonly arguments: readonly PythonArgument[];
  /** Function that it stands in, `<lambda>` for one without name; undefined: it runs when the module is imported. */
  readonly functionName: string | undefined;
  /** Inside the body of a `try`. */
  readonly isInTry: boolean;
  readonly node: SyntaxNode;
  readonly line: number;
}

/** `import a.b as c` or `from .a import b`. */
export interface PythonImport {
  /** Dotted name, dots of a relative import in front: `.utils`. */
  readonly module: string;
  /** Imported names; undefined for `import m`; `["*"]` for a star import. */
  readonly names: readonly string[] | undefined;
  /**
   * Its failure is provided for: in `try` with an except that catches ImportError, or in that except; under
   * `if TYPE_CHECKING`, `if __name__ == "__main__"`, or a test of the Python version or the platform.
   */
  readonly isGuarded: boolean;
  /** Inside a function: it runs only when that function does. */
  readonly functionName: string | undefined;
  readonly line: number;
}

/** A function or method. */
export interface PythonFunction {
  readonly name: string;
  readonly parameters: readonly string[];
  readonly isAsync: boolean;
  /** Class that it belongs to; undefined: none. */
  readonly className: string | undefined;
  readonly body: SyntaxNode;
  readonly line: number;
}

/** A read of an environment variable. */
export interface EnvironmentRead {
  readonly name: string;
  /** `os.environ["X"]` raises without it; `get` and `getenv` do not. */
  readonly raisesWhenUnset: boolean;
  readonly fallback: PythonValue | undefined;
  readonly functionName: string | undefined;
  readonly line: number;
}

/** A syntax error, or an undefined name, told at its line of the file. */
export interface PythonProblem {
  readonly message: string;
  readonly line: number;
}

/** A Python file, or code embedded in another file. */
export interface PythonModule {
  readonly source: MappedText;
  /** What CPython of the image's version would refuse. Empty when it compiles. */
  readonly syntaxErrors: readonly PythonProblem[];
  /** Names that nothing binds (ruff F821); `message` is the name. Empty when a star import could bind them. */
  readonly undefinedNames: readonly PythonProblem[];
  /** Names that a function reads before its own assignment to them (ruff F823); `message` is the name. */
  readonly unboundLocals: readonly PythonProblem[];
  /** Root of the syntax tree; undefined when the module has syntax errors. */
  readonly tree: SyntaxNode | undefined;
  readonly imports: readonly PythonImport[];
  /** What imported names stand for, wherever the import is: `sp` is `subprocess`, `run` is `subprocess.run`. */
  readonly importedNames: ReadonlyMap<string, string>;
  /** Names bound at module level. */
  readonly definitions: ReadonlySet<string>;
  /** `__getattr__`, star imports, `globals()[…]`, `exec`: names may come from elsewhere. */
  readonly hasDynamicNames: boolean;
  readonly calls: readonly PythonCall[];
  readonly functions: readonly PythonFunction[];
  readonly environmentReads: readonly EnvironmentRead[];
  /** Values of names assigned once at module level. */
  readonly constants: ReadonlyMap<string, PythonValue>;
  /** Folders put on `sys.path` by `sys.path.insert/append`. */
  readonly addedSearchPaths: readonly { readonly path: PythonValue; readonly line: number }[];
}

/** The text that a module's nodes point into. */
export type PythonSource = Pick<PythonModule, "source">;

/** What names mean in a module: enough to tell values and callees. */
export type PythonScope = Pick<PythonModule, "source" | "importedNames" | "constants">;

/** Text of a node. */
export function textOf(module: PythonSource, node: SyntaxNode): string {
  return module.source.text.slice(node.start, node.end);
}
