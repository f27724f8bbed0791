import { posix } from "node:path";
import type { PythonModule, PythonValue } from "#facts/python/module.js";

/** Values of constants that name each other are followed this far; a hostile file may go round in a circle. */
const maxDepth = 8;

/**
 * The text that a Python value has when the code runs with these environment variables, or undefined when nobody can
 * know. Constants of the module are filled in: `f"{MODEL_PATH}/vae"` after `MODEL_PATH = os.getenv("MODEL_PATH", "/m")`.
 */
export function knownText(
  value: PythonValue,
  module: PythonModule,
  environment: ReadonlyMap<string, string>,
  depth = 0,
): string | undefined {
  if (depth > maxDepth) return undefined;
  const follow = (inner: PythonValue | undefined): string | undefined =>
    inner === undefined ? undefined : knownText(inner, module, environment, depth + 1);
  /** `{NAME}` in a text is a name of the program or a variable of the environment (facts/python/values.ts). */
  const named = (name: string): string | undefined =>
    follow(module.constants.get(name)) ??
    environment.get(name) ??
    follow(module.environmentReads.find((read) => read.name === name)?.fallback);
  switch (value.kind) {
    case "text":
      return value.isKnown ? value.text : filled(value.text, named);
    case "environment":
      return environment.get(value.name) ?? follow(value.fallback);
    case "other": {
      const name = /^(?:(?:str|Path|pathlib\.Path)\()?([A-Za-z_]\w*)\)?$/.exec(value.written)?.[1];
      return name === undefined ? undefined : named(name);
    }
    default:
      return undefined;
  }
}

/** An absolute path for a path as written in code that runs in `workdir`; `~` is the home of root. */
export function absolutePath(
  path: string | undefined,
  workdir: string | undefined,
  environment: ReadonlyMap<string, string>,
): string | undefined {
  if (path === undefined || path === "") return undefined;
  const expanded = path.replace(/^~(?=\/|$)/, environment.get("HOME") ?? "/root");
  if (posix.isAbsolute(expanded)) return posix.resolve(expanded);
  return workdir === undefined ? undefined : posix.resolve(workdir, expanded);
}

/** An f-string with its `{name}` parts replaced; undefined when one is not known or the result is absurdly long. */
function filled(text: string, valueOf: (name: string) => string | undefined): string | undefined {
  let isComplete = true;
  const result = text.replaceAll(/\{([^{}]*)\}/g, (_, name: string) => {
    const part = valueOf(name);
    if (part === undefined) isComplete = false;
    return part ?? "";
  });
  return isComplete && result.length <= 4096 ? result : undefined;
}
