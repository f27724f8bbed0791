import type { PythonFunction, PythonModule } from "#facts/python/module.js";

/**
 * Whether running the module runs a function of that name: it is called at module level, or by one that is. Undefined
 * is the module level itself. Methods and callbacks are not followed.
 */
export function runsFunction(module: PythonModule, name: string | undefined): boolean {
  return name === undefined || calledFrom(module, undefined).has(name);
}

/** A function and those of its module that it calls by name, directly or through each other. */
export function withCalledFunctions(module: PythonModule, start: PythonFunction): readonly PythonFunction[] {
  const names = calledFrom(module, start.name);
  return module.functions.filter((each) => each === start || (each.className === undefined && names.has(each.name)));
}

function calledFrom(module: PythonModule, start: string | undefined): ReadonlySet<string> {
  const own = new Set(module.functions.filter(({ className }) => className === undefined).map(({ name }) => name));
  const reached = new Set<string>();
  const open = [start];
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
