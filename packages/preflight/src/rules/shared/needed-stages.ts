import type { Stage } from "#facts/dockerfile/stage.js";
import type { ImageFacts } from "#facts/image/image-facts.js";

/** Stages that BuildKit builds for the final image: those that it starts from, copies from or mounts. */
export function neededStages({ walk: { stages }, finalStage }: ImageFacts): ReadonlySet<Stage> {
  const needed = new Set<Stage>();
  const waiting: Stage[] = [finalStage];
  for (let stage = waiting.pop(); stage !== undefined; stage = waiting.pop()) {
    if (needed.has(stage)) continue;
    needed.add(stage);
    waiting.push(...stagesUsedBy(stage, stages));
  }
  return needed;
}

/** Stages that a stage itself starts from, copies from or mounts. */
export function stagesUsedBy({ base, steps }: Stage, stages: readonly Stage[]): readonly Stage[] {
  const indexes = base.kind === "stage" ? [base.index] : [];
  const names: string[] = [];
  for (const step of steps) {
    if (step.kind === "copy" && step.from?.kind === "stage") indexes.push(step.from.index);
    if (step.kind === "run") names.push(...step.mounts.flatMap(({ from }) => from ?? []));
  }
  return stages.filter(
    ({ index, name }) =>
      indexes.includes(index) || names.some((each) => each.toLowerCase() === name || each === `${index}`),
  );
}
