import type { PythonModule } from "#facts/python/module.js";

/**
 * Whether running the module runs a function of that name: it is called at module level, or by one that is. Undefined
 * is the module level itself. Methods and callbacks are not followed.
 */
export function runsFunction(module: PythonModule, name: string | undefined): boolean {
  return name === undefined || calledAtImport(module).has(name);
}

function calledAtImport(module: PythonModule): ReadonlySet<string> {
  const own = new Set(module.functions.filter(({ className }) => className === undefined).map(({ name }) => name));
  const reached = new Set<string>();
  const open: (string | undefined)[] = [undefined];
  const callees = new Map<string | undefined, string[]>();
  for (const { callee, functionName } of module.calls) {
    if (own.has(callee)) callees.set(functionName, [...(callees.get(functionName) ?? []), callee]);
  }
  while (open.length > 0) {
    for (const name of callees.get(open.pop()) ?? []) {
      if (reached.has(name)) continue;
      reached.add(name);
      open.push(name);
    }
  }
  return reached;
}
