import { expect, it } from "vitest";
import { readProjectFiles } from "#facts/project/project-files.js";
import { readProject } from "#facts/project/read-project.js";
import { defaultConfig } from "#model/config.js";
import type { ProjectRule } from "#rules/rule.js";
import { madeUpSecrets } from "#testing/made-up-secrets.js";
import { memoryTree } from "#tree/memory-tree.js";
import { runRules } from "./run-rules.js";

it("hides what a rule quotes of a credential, whole or cut, in every sentence of a finding", async () => {
  const { runpod } = madeUpSecrets;
  const at = { path: "start.sh", line: 1 };
  const quoting: ProjectRule = {
    scope: "project",
    meta: { id: "US999", name: "quoting", level: "error", phase: "build", summary: "Quotes.", seeds: [], fix: "auto" },
    check: () => [
      {
        message: `The word ${runpod.slice(0, 30)}... is cut.`,
        remedy: `Drop ${runpod}.`,
        at,
        evidence: [{ statement: runpod, location: at }],
        fix: { title: `Drop ${runpod}`, edits: [] },
      },
    ],
  };
  const failing: ProjectRule = {
    ...quoting,
    check: () => {
      throw new Error(`cannot read ${runpod}`);
    },
  };
  const read = await readProjectFiles(
    memoryTree({ Dockerfile: { content: "FROM scratch\n" }, "start.sh": { content: `export KEY=${runpod}\n` } }),
  );
  const project = readProject(read, { config: defaultConfig, dockerfile: undefined, context: undefined });
  const answers = runRules([quoting, failing], project);
  expect(answers.findings).toHaveLength(1);
  expect(answers.unjudged).toHaveLength(1);
  expect(JSON.stringify(answers)).not.toContain(runpod.slice(4, 12));
  expect(answers.findings[0]?.message).toMatch(
    /^The word <RunPod API key rpa_…, 50 characters, #\w{8}>\.\.\. is cut\.$/,
  );
});
