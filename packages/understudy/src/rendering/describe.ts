import type { Consent, Manifest, PreparedRender } from "@understudy/render";
import { printableLine } from "#cli/printable.js";
import { consentInLine } from "#consent/index.js";
import type { OutputFiles } from "#paths/index.js";

/** What `--dry-run` prints for people. */
export function planInWords({ source, plan }: Pick<PreparedRender, "source" | "plan">, consent: Consent): string {
  const { video, audio, durationSeconds } = source;
  const sound = audio.length === 0 ? "no sound" : audio.map(({ codec }) => codec).join(", ");
  const reencoded = plan.regions.reduce((sum, region) => sum + region.endFrame - region.startFrame, 0);
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
    `  ${plan.stitch.mode === "smart" ? "Smart stitch" : `Whole picture track encoded again (${plan.stitch.reason})`}: ${reencoded} of ${plan.frameCount} frames are encoded again, all sound is copied.`,
    `  ${plan.labelRanges.length === 0 ? "No visible label: it is left to whoever publishes." : `Visible label on ${plan.labelRanges.reduce((sum, range) => sum + range.endFrame - range.startFrame, 0)} frames.`}`,
    `Consent   ${consentInLine(consent)}`,
    "Nothing was written.",
  ];
  return `${lines.map(printableLine).join("\n")}\n`;
}

/** What a finished render prints for people. */
export function resultInWords(manifest: Manifest, outputs: OutputFiles, consent: Consent): string {
  const { frames, stages, provenance, watermark, disclosure } = manifest;
  const seconds = stages.reduce((sum, stage) => sum + stage.seconds, 0);
  const skipped = frames.withoutFace === 0 ? "" : `, ${frames.withoutFace} without a face left as they were`;
  const lines = [
    `Video     ${outputs.video}`,
    `Manifest  ${outputs.manifest}`,
    ...(outputs.report === undefined ? [] : [`Report    ${outputs.report}`]),
    ...(provenance.embedded ? [] : [`Sidecar   ${outputs.sidecar}`]),
    `Consent   ${consentInLine(consent)}`,
    `${frames.swapped} of ${frames.total} frames swapped${skipped}; ${frames.reencoded} encoded again; ${seconds.toFixed(1)} s.`,
    `${labelWords[disclosure.label]}, ${watermark.placed ? `watermark ${watermark.id}` : "no watermark"}, Content Credentials signed by ${provenance.signer.name}.`,
  ];
  return `${lines.map(printableLine).join("\n")}\n`;
}

const labelWords = {
  on: "Labelled over the swapped segments",
  start: "Labelled over the swapped segments and at the start",
  delegated: "Not labelled: left to whoever publishes",
} as const;
