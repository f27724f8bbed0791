import { printableLine } from "#cli/printable.js";
import type { LoadedConfig } from "./load-config.js";
import { settings } from "./settings.js";

/** What `config explain` says of one setting. */
export interface ExplainedSetting {
  readonly path: string;
  readonly value: unknown;
  readonly source: string;
  readonly default: unknown;
  readonly range: string;
  readonly variable: string;
  readonly meaning: string;
}

/** Every setting with the value in force and where it came from. */
export function explainConfig({ config, sources }: LoadedConfig): ExplainedSetting[] {
  return settings.map(({ path, defaultValue, range, variable, meaning }) => ({
    path,
    value: path.split(".").reduce<unknown>((node, key) => (node as Record<string, unknown>)[key], config),
    source: sources.get(path) ?? "default",
    default: defaultValue,
    range,
    variable,
    meaning,
  }));
}

/** The same for people: a paragraph a setting. */
export function explanationInWords(explained: readonly ExplainedSetting[]): string {
  const paragraphs = explained.map((each) =>
    [
      `${each.path} = ${each.value}   (from ${each.source})`,
      `    ${each.meaning}`,
      `    default ${each.default}; ${each.range}; ${each.variable}`,
    ]
      .map(printableLine)
      .join("\n"),
  );
  return `${paragraphs.join("\n\n")}\n`;
}
