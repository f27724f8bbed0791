import type { PreflightEngine } from "#cli/engine.js";
import type { HistoryEntry, PreflightOptions, PreflightResult } from "#model/result.js";
import type { RuleMeta } from "#model/rule.js";
import { madeUpResult } from "./made-up-result.js";

/** Rules of a made-up engine. */
export const madeUpRules: readonly RuleMeta[] = [
  {
    id: "US101",
    name: "copy-source-missing",
    level: "error",
    phase: "build",
    summary: "A COPY names a file that the build context does not have.",
    seeds: ["S108"],
    fix: "auto",
  },
  {
    id: "US308",
    name: "failure-swallowed",
    level: "warning",
    phase: "build",
    summary: "A failed install is hidden by the shell.",
    seeds: ["S42"],
    fix: "auto",
  },
];

/** An engine that answers what it is told, and remembers what it was asked. */
export interface FakeEngine extends PreflightEngine {
  readonly asked: readonly PreflightOptions[];
}

/** @param results one for each judgement; the last one stays. An error is thrown instead. */
export function createFakeEngine(
  results: readonly (PreflightResult | Error)[] = [madeUpResult()],
  history: readonly HistoryEntry[] = [],
): FakeEngine {
  const asked: PreflightOptions[] = [];
  return {
    asked,
    preflight(options) {
      const result = results[Math.min(asked.length, results.length - 1)] ?? madeUpResult();
      asked.push(options);
      return result instanceof Error ? Promise.reject(result) : Promise.resolve(result);
    },
    async *history(options) {
      asked.push(options);
      yield* history.slice(0, options.last);
    },
    rules: madeUpRules,
    readRulePage: ({ id }) => Promise.resolve(id === "US101" ? "# US101\n\nWhy it matters.\n" : undefined),
  };
}
