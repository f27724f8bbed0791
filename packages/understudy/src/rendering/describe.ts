import {
  assertNever,
  nameOfPerson,
  type Manifest,
  type PreparedRender,
  type RenderRequest,
  type Stitch,
} from "@understudy/render";
import { printableLine } from "#cli/printable.js";
import { consentInLine } from "#consent/index.js";
import type { OutputFiles } from "#paths/index.js";

/** What `--dry-run` prints for people. */
export function planInWords(
  { source, plan }: Pick<PreparedRender, "source" | "plan">,
  cast: RenderRequest["cast"],
): string {
  const { video, audio, durationSeconds } = source;
  const sound = audio.length === 0 ? "no sound" : audio.map(({ codec }) => codec).join(", ");
  const changed = plan.regions.filter(({ kind }) => kind === "changed");
  const reencoded = changed.reduce((sum, region) => sum + region.endFrame - region.startFrame, 0);
  const lines = [
    `${source.path}`,
    `  ${video.widthPixels}x${video.heightPixels} ${video.codec}, ${video.frameRate.toFixed(2)} frames/s, ${durationSeconds.toFixed(2)} s, ${plan.frameCount} frames; ${sound}`,
    "",
    "Plan",
    ...plan.segments.map(
      ({ treatment, startSeconds, endSeconds, startFrame, endFrame }) =>
        `  ${treatment}  ${startSeconds.toFixed(2).padStart(8)} - ${endSeconds.toFixed(2).padStart(8)} s   ${endFrame - startFrame} frames`,
    ),
    "",
    `  ${stitchInWords(plan.stitch)}: ${reencoded} of ${plan.frameCount} frames are encoded again, all sound is copied.`,
    `  ${plan.labelRanges.length === 0 ? "No visible label: it is left to whoever publishes." : `Visible label on ${plan.labelRanges.reduce((sum, range) => sum + range.endFrame - range.startFrame, 0)} frames.`}`,
    ...castInLines(cast),
    "Nothing was written.",
  ];
  return `${lines.map(printableLine).join("\n")}\n`;
}

/** What a finished render prints for people. */
export function resultInWords(manifest: Manifest, outputs: OutputFiles, cast: RenderRequest["cast"]): string {
  const { frames, stages, provenance, watermark, disclosure } = manifest;
  const seconds = stages.reduce((sum, stage) => sum + stage.seconds, 0);
  const skipped = frames.withoutFace === 0 ? "" : `, ${frames.withoutFace} without a face left as they were`;
  const lines = [
    `Video     ${outputs.video}`,
    `Manifest  ${outputs.manifest}`,
    ...(outputs.report === undefined ? [] : [`Report    ${outputs.report}`]),
    ...(provenance.embedded ? [] : [`Sidecar   ${outputs.sidecar}`]),
    ...castInLines(cast),
    `${frames.swapped} of ${frames.total} frames swapped${skipped}; ${frames.reencoded} encoded again; ${seconds.toFixed(1)} s.`,
    `${labelWords[disclosure.label]}, ${watermark.placed ? `watermark ${watermark.id}` : "no watermark"}, Content Credentials signed by ${provenance.signer.name}.`,
  ];
  return `${lines.map(printableLine).join("\n")}\n`;
}

function stitchInWords(stitch: Stitch): string {
  switch (stitch.mode) {
    case "smart":
      return "Smart stitch";
    case "reencode":
      return `Whole picture track encoded again (${stitch.reason})`;
    case "uniform":
      return "Uniform stitch, in which frames without a change are the same for every face";
    default:
      return assertNever(stitch);
  }
}

/** On whose permission it rests; of several people, who gets whose face. */
function castInLines(cast: RenderRequest["cast"]): string[] {
  if (cast.length === 1) return [`Consent   ${consentInLine(cast[0].consent)}`];
  return cast.map(({ person, consent }) => `Consent   ${nameOfPerson(person).padEnd(8)}${consentInLine(consent)}`);
}

const labelWords = {
  on: "Labelled over the swapped segments",
  start: "Labelled over the swapped segments and at the start",
  delegated: "Not labelled: left to whoever publishes",
} as const;
