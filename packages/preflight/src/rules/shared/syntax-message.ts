import type { PythonModule, PythonProblem } from "#facts/python/module.js";
import type { Confidence } from "#model/finding.js";

/** The first syntax error of a module: what follows it is often its echo. */
export function firstSyntaxError({ syntaxErrors }: PythonModule): PythonProblem | undefined {
  return syntaxErrors[0];
}

/** Some errors hold for older Pythons only, and the version of an image is mostly deduced. */
export function syntaxConfidence({ message }: PythonProblem): Confidence {
  return /\bPython 3\.\d+\b/.test(message) ? "likely" : "certain";
}

/** The message without its full stop, its first letter small. */
export function syntaxWords({ message }: PythonProblem): string {
  const text = message.replace(/\.$/, "").split("\n")[0] ?? message;
  return text.charAt(0).toLowerCase() + text.slice(1, 200);
}
