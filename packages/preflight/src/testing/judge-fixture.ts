import { readProjectFiles } from "#facts/project/project-files.js";
import { readProject } from "#facts/project/read-project.js";
import { loadPython } from "#facts/python/grammar.js";
import { loadShellGrammar } from "#facts/shell/grammar.js";
import { defaultConfig } from "#model/config.js";
import type { Finding } from "#model/finding.js";
import { pastSecretsIn } from "#past-secrets.js";
import type { Rule } from "#rules/rule.js";
import { runRules } from "#run-rules.js";
import { memoryTree } from "#tree/memory-tree.js";
import type { Fixture } from "./fixture.js";

/** Loads what reads shell and Python; once before the first `judgeFixture`. */
export async function loadReaders(): Promise<void> {
  await loadShellGrammar();
  await loadPython();
}

/** The day and the commit of every scenario: test evidence in it is fresh or stale against them. */
const fixtureMoment = { commit: "0123456789abcdef0123456789abcdef01234567", now: new Date("2026-01-31T12:00:00Z") };

/** What one rule says of a scenario. @throws Error when the rule itself fails. */
export async function judgeFixture(
  { files, past, config }: Pick<Fixture, "files" | "past" | "config">,
  rule: Rule,
): Promise<readonly Finding[]> {
  const read = await readProjectFiles(memoryTree(files));
  const project = readProject(read, {
    config: { ...defaultConfig, ...config },
    dockerfile: undefined,
    context: undefined,
    moment: fixtureMoment,
    pastSecrets: Object.entries(past).flatMap(([path, text]) => pastSecretsIn(path, text)),
  });
  const { findings, unjudged } = runRules([rule], project);
  if (unjudged.length > 0) throw new Error(unjudged.map((open) => open.reason).join("\n"));
  return findings;
}
