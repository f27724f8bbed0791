import type { PythonModule } from "#facts/python/module.js";
import { childByField, dottedName, stringValue, walk } from "#facts/python/syntax.js";
import { valueOf } from "#facts/python/values.js";
import { knownText } from "./known-text.js";

/**
 * The environment after modules have set variables of their own, `os.environ["HF_HOME"] = "/models"` and
 * `os.environ.setdefault(…)`: libraries take their cache folders from it. All of them count, in functions too.
 */
export function environmentAfter(
  modules: readonly PythonModule[],
  environment: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const result = new Map(environment);
  for (const module of modules) {
    if (!module.source.text.includes("os.environ")) continue;
    for (const call of module.calls) {
      if (call.callee !== "os.environ.setdefault") continue;
      const [name, value] = call.arguments.map((argument) => knownText(argument.value, module, result));
      if (name === undefined || value === undefined) continue;
      if (!result.has(name)) result.set(name, value);
    }
    for (const node of module.tree === undefined ? [] : walk(module.tree)) {
      if (node.kind !== "assignment") continue;
      const left = childByField(node, "left");
      const right = childByField(node, "right");
      const [object, key] = left?.kind === "subscript" ? left.children : [];
      if (object === undefined || key === undefined || right === undefined) continue;
      if (dottedName(module, object) !== "os.environ") continue;
      const name = stringValue(module, key);
      const value = knownText(valueOf(module, right), module, result);
      if (name !== undefined && value !== undefined) result.set(name, value);
    }
  }
  return result;
}
