import type { PythonCall, PythonImport } from "./module.js";

/** Whether names of a module may come from where no reader sees them. */
export function hasDynamicNames(
  imports: readonly PythonImport[],
  definitions: ReadonlySet<string>,
  calls: readonly PythonCall[],
): boolean {
  return (
    definitions.has("__getattr__") ||
    imports.some(({ names }) => names?.includes("*")) ||
    calls.some(({ callee, functionName }) =>
      functionName === undefined ? moduleWriters.has(callee) : callee === "globals",
    )
  );
}

/** `setattr(sys.modules[__name__], …)` writes names too; `locals()` and `vars()` are the module's own at its level. */
const moduleWriters: ReadonlySet<string> = new Set(["exec", "execfile", "globals", "locals", "setattr", "vars"]);
