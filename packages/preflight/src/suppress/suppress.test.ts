import { describe, expect, it } from "vitest";
import { madeUpFinding } from "#cli/testing/made-up-result.js";
import { defaultConfig } from "#model/config.js";
import type { Finding } from "#model/finding.js";
import { suppress, type SuppressionSources } from "./suppress.js";

/** Suppresses findings of one file; instructions by first and last line. */
function suppressIn(
  lines: readonly string[],
  findings: readonly Finding[],
  options: Partial<SuppressionSources> & { readonly instructions?: Readonly<Record<number, number>> } = {},
) {
  const { instructions = {}, ...sources } = options;
  return suppress(findings, {
    config: defaultConfig,
    baseline: new Set(),
    now: new Date("2026-06-15T12:00:00Z"),
    textOf: () => lines.join("\n"),
    endLineOf: (_path, line) => instructions[line],
    ...sources,
  });
}

const at = (line: number, change: Partial<Finding> = {}) =>
  madeUpFinding({ ruleId: "US308", location: { path: "Dockerfile", line }, ...change });

describe("suppress", () => {
  it("covers the whole instruction below a comment, comments between them included", () => {
    const lines = [
      "FROM x",
      "# preflight ignore=US308 reason=the mirror is ours",
      "# why",
      "RUN a \\",
      "  || true",
      "RUN b",
    ];
    const { kept, suppressed } = suppressIn(lines, [at(5), at(6)], { instructions: { 4: 5 } });
    expect(kept.map(({ location }) => location.line)).toEqual([6]);
    expect(suppressed).toMatchObject([{ by: "comment", reason: "the mirror is ours" }]);
  });

  it("covers its own line when it stands behind code, and no other rule", () => {
    const lines = ["x = 1  # preflight ignore=US701,US308 reason=a test key", "y = 2"];
    const { kept } = suppressIn(lines, [at(1), at(2), at(1, { ruleId: "US302" })]);
    expect(kept.map(({ ruleId, location }) => `${ruleId}:${location.line}`)).toEqual(["US308:2", "US302:1"]);
  });

  it("covers a file from its top, and says so when it stands elsewhere", () => {
    const comment = "# preflight ignore-file=US308 reason=generated";
    expect(suppressIn(["#!/bin/sh", comment, "a", "b"], [at(4)]).suppressed).toHaveLength(1);
    const late = suppressIn(["a", comment, "b"], [at(3)]);
    expect(late.suppressed).toEqual([]);
    expect(late.kept.at(-1)).toMatchObject({ ruleId: "US000", level: "note", location: { line: 2 } });
  });

  it.each([
    ["no reason", "# preflight ignore=US308"],
    ["an empty reason", "# preflight ignore=US308 reason="],
    ["no rule id", "# preflight ignore=everything reason=tired"],
    ["a day that is none", "# preflight ignore=US308 reason=later until=2026-02-31"],
    ["a day that is over", "# preflight ignore=US308 reason=later until=2026-06-14"],
  ])("keeps the finding and adds a note for a comment with %s", (_what, comment) => {
    const { kept, suppressed } = suppressIn([comment, "RUN a || true"], [at(2)]);
    expect(suppressed).toEqual([]);
    expect(kept.map(({ ruleId }) => ruleId)).toEqual(["US308", "US000"]);
  });

  it("holds on its last day, wherever until= stands", () => {
    const lines = ["# preflight ignore=US308 until=2026-06-15 reason=the fix is on its way", "RUN a || true"];
    expect(suppressIn(lines, [at(2)]).suppressed).toMatchObject([{ reason: "the fix is on its way" }]);
  });

  it("takes a level, or off, from the configuration", () => {
    const config = { ...defaultConfig, rules: { US308: "note", US101: "off" } } as const;
    const { kept, suppressed } = suppressIn([], [at(1), madeUpFinding()], { config });
    expect(kept).toMatchObject([{ ruleId: "US308", level: "note" }]);
    expect(suppressed).toMatchObject([{ by: "config", reason: "rules.US101 is off" }]);
  });

  it("leaves out what is less sure than asked for", () => {
    const config = { ...defaultConfig, minConfidence: "likely" } as const;
    expect(suppressIn([], [at(1, { confidence: "possible" })], { config }).kept).toEqual([]);
  });

  it("sets aside what the baseline knows", () => {
    const { kept, suppressed } = suppressIn([], [at(1), at(2, { fingerprint: "ffffffffffffffff" })], {
      baseline: new Set(["ffffffffffffffff"]),
    });
    expect(kept).toHaveLength(1);
    expect(suppressed).toMatchObject([{ by: "baseline" }]);
  });
});
