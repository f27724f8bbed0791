import { textOf, type PythonSource, type SyntaxNode } from "./module.js";
import { isFunction } from "./scopes.js";
import { ancestors, childByField, dottedName } from "./syntax.js";

/** Whether a node stands in the body of a `try`, in the same function. */
export function isInTry(node: SyntaxNode): boolean {
  return surroundings(node).some(({ around, part }) => around.kind === "try_statement" && part.field === "body");
}

/**
 * Whether a node stands in a `try` that gets over one of these exceptions or any, in its body or in that except. One
 * that only reports and raises again gets over nothing.
 */
export function isCaught(module: PythonSource, node: SyntaxNode, exceptions: ReadonlySet<string>): boolean {
  return surroundings(node).some(
    ({ around, part }) =>
      around.kind === "try_statement" &&
      (part.field === "body" || part.kind === "except_clause") &&
      around.children.some(
        (clause) =>
          clause.kind === "except_clause" && catches(module, clause, exceptions) && !endsInFailure(module, clause),
      ),
  );
}

/** Whether an import need not succeed for the module to work. */
export function isGuardedImport(module: PythonSource, node: SyntaxNode): boolean {
  return (
    isCaught(module, node, importErrors) ||
    surroundings(node).some(({ around, part }) => conditionGuards(module, around, part) || suppresses(module, around))
  );
}

const importErrors: ReadonlySet<string> = new Set(["ImportError", "ModuleNotFoundError"]);
const catchAlls: ReadonlySet<string> = new Set(["Exception", "BaseException"]);

/** Each node around, with its child that leads to `node`, up to the function that `node` stands in. */
function surroundings(node: SyntaxNode): readonly { readonly around: SyntaxNode; readonly part: SyntaxNode }[] {
  const found: { around: SyntaxNode; part: SyntaxNode }[] = [];
  let part = node;
  for (const around of ancestors(node)) {
    if (isFunction(around) && part.field === "body") break;
    found.push({ around, part });
    part = around;
  }
  return found;
}

function catches(module: PythonSource, clause: SyntaxNode, exceptions: ReadonlySet<string>): boolean {
  const value = childByField(clause, "value");
  if (value === undefined) return true;
  const caught = value.kind === "as_pattern" ? (value.children[0] ?? value) : value;
  return (caught.kind === "tuple" ? caught.children : [caught]).some((exception) => {
    const name = dottedName(module, exception)?.split(".").at(-1) ?? "";
    return exceptions.has(name) || catchAlls.has(name);
  });
}

/** The clause ends with `raise`, leaves the program, or hands an error back: `return {"error": str(e)}`. */
function endsInFailure(module: PythonSource, clause: SyntaxNode): boolean {
  const last = clause.children.at(-1)?.children.at(-1);
  if (last === undefined || last.kind === "raise_statement") return last !== undefined;
  const text = textOf(module, last).slice(0, 1000);
  if (last.kind === "return_statement") return /["']error["']\s*:/.test(text);
  return /^(?:sys\.exit|os\._exit|exit|quit)\(/.test(text);
}

/** `if TYPE_CHECKING`, `if __name__ == "__main__"`, `if sys.version_info >= …`, `if sys.platform == …`, and their `else`. */
function conditionGuards(module: PythonSource, around: SyntaxNode, part: SyntaxNode): boolean {
  if (around.kind !== "if_statement" || part.field === "condition") return false;
  const condition = textOf(module, childByField(around, "condition") ?? around).slice(0, 200);
  if (/\bsys\.(?:version_info|platform)\b|\bos\.name\b|\bplatform\.\w+\(/.test(condition)) return true;
  return part.field === "consequence" && /^(?:typing\.)?TYPE_CHECKING$|^__name__\s*==/.test(condition);
}

/** `with contextlib.suppress(ImportError)`. */
function suppresses(module: PythonSource, around: SyntaxNode): boolean {
  if (around.kind !== "with_statement") return false;
  const [clause] = around.children;
  return (
    clause !== undefined && /\bsuppress\([^)]*(?:Import|ModuleNotFound)Error/.test(textOf(module, clause).slice(0, 200))
  );
}
