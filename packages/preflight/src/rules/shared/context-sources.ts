import type { Expanded, Stage, Step } from "#facts/dockerfile/stage.js";

/** Something of the build context that a step takes. */
export interface ContextSource {
  readonly step: Step;
  /** As written, with variables expanded. */
  readonly pattern: Expanded;
  readonly line: number;
}

/** What COPY, ADD and `RUN --mount=type=bind` take from the build context, in the order of the file. */
export function contextSources(stages: readonly Stage[]): readonly ContextSource[] {
  return stages.flatMap((stage) => stage.steps.flatMap(sourcesOf));
}

/** How many there are, as a rule tells what it looked at. */
export function countContextSources(stages: readonly Stage[]): string {
  const { length } = contextSources(stages);
  return length === 0 ? "" : `${length} sources of COPY, ADD and bind mounts`;
}

function sourcesOf(step: Step): readonly ContextSource[] {
  if (step.kind === "copy" && step.from === undefined) {
    return step.sources.flatMap(({ kind, pattern, line }) => (kind === "path" ? [{ step, pattern, line }] : []));
  }
  if (step.kind !== "run") return [];
  return step.mounts.flatMap(({ type, source, from, line }) => {
    if (type !== "bind" || from !== undefined || source === undefined) return [];
    return [{ step, pattern: { text: source, unresolved: source.includes("$") ? [source] : [] }, line }];
  });
}
