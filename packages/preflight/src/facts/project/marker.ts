/**
 * Whether an environment marker (PEP 508) can hold where workers run: CPython on Linux, x86_64.
 * @returns false only when it certainly does not; versions of Python are not judged.
 */
export function isForWorkers(marker: string): boolean {
  const text = marker.trim();
  if (text === "" || text.length > maxLength || text.includes("(")) return true;
  return text.split(/\s+or\s+/).some((side) => side.split(/\s+and\s+/).every((part) => comparison(part) !== false));
}

const maxLength = 1000;

const workerValues: Readonly<Record<string, string>> = {
  sys_platform: "linux",
  platform_system: "Linux",
  os_name: "posix",
  platform_machine: "x86_64",
  platform_python_implementation: "CPython",
  implementation_name: "cpython",
  extra: "",
};

/** Undefined: nobody can know. */
function comparison(text: string): boolean | undefined {
  const [, name = "", operator, literal = ""] =
    /^\s*(\w+)\s*(==|!=|not\s+in|in)\s*["']([^"']*)["']\s*$/.exec(text) ?? [];
  const value = workerValues[name];
  if (value === undefined || operator === undefined) return undefined;
  if (operator === "==") return value === literal;
  if (operator === "!=") return value !== literal;
  return operator === "in" ? literal.includes(value) : !literal.includes(value);
}
