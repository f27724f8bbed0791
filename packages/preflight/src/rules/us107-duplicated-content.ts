import type { Stage } from "#facts/dockerfile/stage.js";
import type { ImageFacts } from "#facts/image/image-facts.js";
import type { Fix } from "#model/finding.js";
import { neededStages } from "./shared/needed-stages.js";
import type { ImageRule } from "./rule.js";

/** The same file twice in one: a first stage that nothing uses repeats what the last one says. */
export const duplicatedContent: ImageRule = {
  scope: "image",
  meta: {
    id: "US107",
    name: "duplicated-content",
    level: "warning",
    phase: "build",
    summary: "The Dockerfile holds the same instructions twice, as two stages that have nothing to do with each other.",
    seeds: ["S114"],
    fix: "auto",
  },
  lookedAt: ({ walk }) => (walk.stages.length < 2 ? "" : `${walk.stages.length} stages`),
  *check(image) {
    const needed = neededStages(image);
    for (const stage of image.walk.stages) {
      if (stage.name !== undefined || needed.has(stage)) continue;
      const shared = sharedLines(stage, image.finalStage, image);
      if (shared < 4 || shared < 0.6 * instructionsOf(stage, image).length) continue;
      const { path } = image.dockerfile;
      const { line } = stage.from;
      const again = image.finalStage.from.line;
      yield {
        message: `Lines ${line} to ${endOf(stage, image)} say the same as the stage of line ${again}, and nothing uses them: a change made here changes nothing.`,
        remedy: "Keep the last stage and delete this one.",
        at: { path, line, endLine: endOf(stage, image) },
        evidence: [
          { statement: `The first ${shared} instructions of both are the same.`, location: { path, line: again } },
        ],
        fix: withoutStage(stage, image),
      };
    }
  },
};

const instructionsOf = (stage: Stage, { dockerfile, walk }: ImageFacts) => {
  const next = walk.stages[stage.index + 1]?.from.line ?? Infinity;
  return dockerfile.instructions.filter(({ line }) => line >= stage.from.line && line < next);
};

const endOf = (stage: Stage, image: ImageFacts) => instructionsOf(stage, image).at(-1)?.endLine ?? stage.from.line;

/** How many instructions are the same from the top. */
function sharedLines(stage: Stage, other: Stage, image: ImageFacts): number {
  const [first, second] = [instructionsOf(stage, image), instructionsOf(other, image)];
  const differs = first.findIndex(
    ({ keyword, arguments: { text } }, at) =>
      second[at]?.keyword !== keyword || second[at]?.arguments.text.trim() !== text.trim(),
  );
  return differs === -1 ? first.length : differs;
}

function withoutStage(stage: Stage, image: ImageFacts): Fix {
  const { line: startLine } = stage.from;
  return {
    title: "Delete the stage that repeats the last one",
    edits: [{ kind: "lines", path: image.dockerfile.path, startLine, endLine: endOf(stage, image), lines: [] }],
  };
}
