import type { ProjectFacts } from "#facts/project/project-facts.js";
import { testInputFile, workerFlags } from "#knowledge/index.js";
import type { ProjectRule } from "./rule.js";
import { fromLine, imageInUse } from "./shared/judged-image.js";

/** A serverless worker without one job body that a person or CI can send. */
export const smokeInput: ProjectRule = {
  scope: "project",
  meta: {
    id: "US1004",
    name: "smoke-input",
    level: "note",
    phase: "deploy",
    summary: "No file holds a job body to try the worker with.",
    seeds: ["S49", "S54", "S60", "S73"],
    fix: "by-hand",
  },
  *check(project) {
    const image = imageInUse(project);
    if (image?.target !== "serverless" || project.isListingCut || inputsOf(project).length > 0) return;
    const isDeploy = project.config.profile === "deploy";
    yield {
      message: "No file holds a job body: the first job that this image ever gets is a customer's.",
      remedy: `Add ${testInputFile}, {"input": {…}} with a short sample; \`python handler.py\` runs it without an endpoint.`,
      at: fromLine(image),
      level: isDeploy ? "error" : "note",
      confidence: "likely",
    };
  },
  lookedAt: (project) => inputsOf(project).join(", "),
};

/** Documents show bodies to read, not to send; blueprints fill theirs in when they run. */
function inputsOf({ payloads, files }: ProjectFacts): readonly string[] {
  const bodies = payloads.filter(({ source }) => source !== "docs" && source !== "blueprint");
  const passed = [...files.values()].filter(({ path, text = "" }) => sender.test(path) && holdsBody(text));
  return [...new Set([...bodies.map(({ location }) => location.path), ...passed.map(({ path }) => path)])];
}

const sender = /\.(?:py|sh|[cm]?[jt]s|ya?ml)$|(?:^|\/)Makefile$/;

/** A client or a test that builds the body itself, or the SDK's own option. */
const holdsBody = (text: string) => /["']input["']\s*:/.test(text) || text.includes(workerFlags.testInput);
