import type { Stage } from "#facts/dockerfile/stage.js";
import type { ImageFacts, ModelDownload } from "#facts/image/image-facts.js";
import type { Report } from "#model/finding.js";
import { placeOf } from "./shared/fetched-at-start.js";
import { neededStages, stagesUsedBy } from "./shared/needed-stages.js";
import type { ImageRule } from "./rule.js";

/** Weights are fetched in a stage that the final image neither starts from nor copies from. */
export const artefactLeftBehind: ImageRule = {
  scope: "image",
  meta: {
    id: "US205",
    name: "artefact-left-behind",
    level: "error",
    phase: "job",
    summary: "Weights are fetched in a stage that the final image does not take them from.",
    seeds: ["S25"],
    fix: "by-hand",
  },
  *check(image) {
    const downloads = leftBehind(image);
    for (const download of downloads) yield report(download, image);
    const reported = new Set(downloads.map(({ stageIndex }) => stageIndex));
    for (const stage of unusedStages(image)) if (!reported.has(stage.index)) yield unused(stage);
  },
  lookedAt: ({ downloads, walk: { stages } }) => {
    const built = downloads.filter(({ when }) => when === "build").length;
    if (built > 0) return `${built} downloads of the build`;
    return stages.length > 1 ? `${stages.length} stages` : "";
  },
};

/** A stage that is copied from may pass its files on under names that nobody can know. */
function leftBehind(image: ImageFacts): readonly ModelDownload[] {
  const needed = new Set([...neededStages(image)].map(({ index }) => index));
  return image.downloads.filter(
    (each) =>
      each.when === "build" && !each.isInFinalImage && placeOf(each) !== undefined && !isTaken(each, needed, image),
  );
}

/** Taken for sure or perhaps: by a chain of stages, a bind mount, or a COPY whose source is not known. */
function isTaken({ stageIndex }: ModelDownload, needed: ReadonlySet<number>, { finalSteps }: ImageFacts): boolean {
  if (!needed.has(stageIndex)) return false;
  const copies = finalSteps.filter(
    (step) => step.kind === "copy" && step.from?.kind === "stage" && step.from.index === stageIndex,
  );
  return (
    copies.length === 0 ||
    copies.some((step) => step.kind === "copy" && step.sources.some(({ pattern }) => /[*?[$]/.test(pattern.text)))
  );
}

function report(download: ModelDownload, image: ImageFacts): Report {
  const place = placeOf(download);
  const stage = image.walk.stages[download.stageIndex];
  const name = stage?.name ?? String(download.stageIndex);
  const use = image.modelUses.find(({ value }) => value === place || value === download.what);
  const again = image.downloads.find(({ when, what }) => when === "start" && what === download.what);
  const wanted = use?.location ?? again?.location;
  return {
    message: `${download.what} is fetched into ${place} of stage ${name}, which the final image does not copy: the weights are not in it.`,
    remedy: `Add \`COPY --from=${name} ${place} ${place}\` to the final stage, or drop the download.`,
    at: download.location,
    // Without a use in sight the stage may be meant for another `--target`.
    level: wanted === undefined ? "warning" : "error",
    confidence: wanted === undefined ? "likely" : "certain",
    evidence: wanted === undefined ? [] : [{ statement: "The running image looks for them here.", location: wanted }],
  };
}

/** Stages above the final one that nothing starts from, copies from or mounts, where nobody builds by `--target`. */
function unusedStages(image: ImageFacts): readonly Stage[] {
  const { walk, finalStage, project } = image;
  const above = walk.stages.filter(({ index }) => index < finalStage.index);
  if (project.buildCommands.some(({ targetStage }) => targetStage !== undefined)) return [];
  if (walk.stages.some(takesFromUnknown)) return [];
  const used = new Set(walk.stages.flatMap((stage) => stagesUsedBy(stage, walk.stages)));
  return above.filter((stage) => !used.has(stage) && !builtByHand.test(stage.name ?? ""));
}

/** Stages that people build by name without writing it down. */
const builtByHand = /^(?:dev|test|debug|lint|ci)/;

/** `FROM $BASE`, `COPY --from=$STAGE` and the like may mean any stage. */
function takesFromUnknown({ base, steps }: Stage): boolean {
  if (base.kind === "image" && base.reference.unresolved.length > 0) return true;
  return steps.some(
    (step) =>
      (step.kind === "copy" && step.from?.kind === "image" && step.from.reference.includes("$")) ||
      (step.kind === "run" && step.mounts.some(({ from }) => from?.includes("$"))),
  );
}

function unused({ index, name, from }: Stage): Report {
  return {
    message: `Nothing takes anything from stage ${name ?? index}: the builder skips it.`,
    remedy: "Copy from it what the image needs, or drop the stage.",
    at: { path: from.arguments.path, line: from.line },
    level: "note",
    confidence: "possible",
    phase: "build",
  };
}
