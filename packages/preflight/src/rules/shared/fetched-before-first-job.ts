import type { ImageFacts, ModelDownload } from "#facts/image/image-facts.js";
import type { PythonModule } from "#facts/python/module.js";
import { fetchedAtStart } from "./fetched-at-start.js";

/**
 * Weights that are fetched before the worker asks for its first job: by a start command, by code at module level, or by a
 * function that code at module level leads to. What only the handler calls is left out.
 */
export function fetchedBeforeFirstJob(image: ImageFacts): readonly ModelDownload[] {
  const modules = image.python.modules.filter((each) => each.isReachable).map(({ module }) => module);
  const byPath = new Map(modules.map((module) => [module.source.path, module]));
  const called = functionsOfStart(modules);
  return fetchedAtStart(image).filter(({ location }) => {
    const module = byPath.get(location.path);
    return (
      module === undefined ||
      module.calls.some(
        ({ line, functionName }) => line === location.line && (functionName === undefined || called.has(functionName)),
      )
    );
  });
}

/** Names of functions that module-level code calls, directly or through others; methods count by their own name. */
function functionsOfStart(modules: readonly PythonModule[]): ReadonlySet<string> {
  const calleesByCaller = new Map<string | undefined, Set<string>>();
  for (const { functionName, callee } of modules.flatMap(({ calls }) => calls)) {
    const callees = calleesByCaller.get(functionName) ?? new Set();
    calleesByCaller.set(functionName, callees.add(callee.slice(callee.lastIndexOf(".") + 1)));
  }
  const called = new Set(calleesByCaller.get(undefined));
  // A set that grows while it is walked is walked to its new end.
  for (const name of called) for (const callee of calleesByCaller.get(name) ?? []) called.add(callee);
  return called;
}
