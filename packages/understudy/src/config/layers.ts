import { reservedVariables, settings, type Setting } from "./settings.js";

/** One value as somebody gave it, before it is checked. */
export interface GivenValue {
  readonly path: string;
  readonly value: unknown;
  /** Where it stands, for people: a file, a variable or a flag. */
  readonly source: string;
}

/**
 * Every leaf of a parsed JSON object as a dotted path. What stands where the schema has no branch is a leaf, whatever it
 * holds, so that an unknown key is told once and an empty object below it is not lost.
 */
export function flatten(value: unknown, source: string, parents: readonly string[] = []): GivenValue[] {
  const path = parents.join(".");
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  if (!isObject || !isBranch(path)) return [{ path, value, source }];
  return Object.entries(value).flatMap(([key, inner]) => flatten(inner, source, [...parents, keyInPath(key)]));
}

/** Whether a path holds settings below it; the top, whose path is empty, does. */
export function isBranch(path: string): boolean {
  return path === "" || settings.some((setting) => setting.path.startsWith(`${path}.`));
}

/** A key with a dot in it is quoted: it is no path, and an empty one is no top. */
function keyInPath(key: string): string {
  return key === "" || key.includes(".") ? JSON.stringify(key) : key;
}

/** Values from `UNDERSTUDY_*` variables; one that names no setting comes back under its own name, to be refused. */
export function readVariables(env: Readonly<Record<string, string | undefined>>): GivenValue[] {
  const reserved: readonly string[] = Object.values(reservedVariables);
  return Object.entries(env).flatMap(([name, text]) => {
    if (text === undefined || !name.startsWith("UNDERSTUDY_") || reserved.includes(name)) return [];
    const setting = settings.find(({ variable }) => variable === name);
    if (setting === undefined) return [{ path: name, value: text, source: "environment" }];
    return [{ path: setting.path, value: fromText(setting, text), source: name }];
  });
}

/** A variable is always text; a text that is no number or switch stays as it is, so that the check can show it. */
function fromText(setting: Setting, text: string): unknown {
  if (setting.kind === "text") return text;
  if (setting.kind === "switch") return text === "true" ? true : text === "false" ? false : text;
  const number = Number(text);
  return text.trim() === "" || Number.isNaN(number) ? text : number;
}
