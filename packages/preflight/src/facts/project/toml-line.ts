import { listOf, objectOf } from "./data-value.js";

/** The line of the table header or key; of a text in a list, the next line that holds it. */
export function tomlLine(text: string, value: unknown, keys: readonly (string | number)[]): number {
  const lines = text.split("\n");
  const names = keys.filter((key) => typeof key === "string");
  const at = keyIndex(lines, names);
  const item = typeof keys.at(-1) === "number" ? valueAt(value, keys) : undefined;
  const itemAt = typeof item === "string" ? lines.findIndex((line, i) => i >= at && line.includes(item)) : -1;
  return Math.max(0, itemAt === -1 ? at : itemAt) + 1;
}

function keyIndex(lines: readonly string[], names: readonly string[]): number {
  for (let depth = names.length; depth > 0; depth--) {
    const header = lines.findIndex((line) => tableName(line) === names.slice(0, depth).join("."));
    if (header === -1) continue;
    if (depth === names.length) return header;
    const end = lines.findIndex((line, i) => i > header && tableName(line) !== undefined);
    const table = lines.slice(header, end === -1 ? undefined : end);
    return (
      header +
      Math.max(
        0,
        table.findIndex((line) => keyName(line) === names[depth]),
      )
    );
  }
  return lines.findIndex((line) => keyName(line) === names[0]);
}

function valueAt(value: unknown, keys: readonly (string | number)[]): unknown {
  return keys.reduce<unknown>((at, key) => (typeof key === "number" ? listOf(at)[key] : objectOf(at)[key]), value);
}

function tableName(line: string): string | undefined {
  return /^\s*\[{1,2}([^\]]{1,200})\]/.exec(line)?.[1]?.replaceAll(/["'\s]/g, "");
}

function keyName(line: string): string | undefined {
  return /^\s*["']?([\w.-]{1,200})["']?\s*=/.exec(line)?.[1];
}
