import { reservedVariables, settings, type Setting } from "./settings.js";

/** One value as somebody gave it, before it is checked. */
export interface GivenValue {
  readonly path: string;
  readonly value: unknown;
  /** Where it stands, for people: a file, a variable or a flag. */
  readonly source: string;
}

/** Every leaf of a parsed JSON object as a dotted path; a value that is no object stands for itself. */
export function flatten(value: unknown, source: string, parents: readonly string[] = []): GivenValue[] {
  const isBranch = typeof value === "object" && value !== null && !Array.isArray(value);
  const isSetting = settings.some((setting) => setting.path === parents.join("."));
  if (!isBranch || isSetting) return [{ path: parents.join("."), value, source }];
  return Object.entries(value).flatMap(([key, inner]) => flatten(inner, source, [...parents, key]));
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

/** A variable is always text; a text that is no number stays as it is, so that the check can show it. */
function fromText(setting: Setting, text: string): unknown {
  if (setting.kind === "text") return text;
  const number = Number(text);
  return text.trim() === "" || Number.isNaN(number) ? text : number;
}
