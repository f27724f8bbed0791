import type { Blueprint } from "./blueprint.js";

/** A blueprint as a file. It is ASCII throughout: no program on the way can spoil the flag of a failed row. */
export function blueprintText(blueprint: Blueprint): string {
  const text = JSON.stringify(blueprint, null, 2);
  return `${text.replaceAll(/[^\n\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)}\n`;
}
