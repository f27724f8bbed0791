import {
  assertNever,
  nameOfPerson,
  readScript,
  type Manifest,
  type Passage,
  type FrameRange,
  type PreparedRender,
  type RenderPlan,
  type RenderRequest,
  type Stitch,
} from "@understudy/render";
import { printableLine } from "#cli/printable.js";
import { consentInLine } from "#consent/index.js";
import type { OutputFiles } from "#paths/index.js";

/** What `--dry-run` prints for people. */
export function planInWords(
  { source, plan }: Pick<PreparedRender, "source" | "plan">,
  { cast, captions }: Pick<RenderRequest, "cast" | "captions">,
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
    ...plan.passages.map(passageInLine),
    "",
    `  ${stitchInWords(plan.stitch)}: ${reencoded} of ${plan.frameCount} frames are encoded again, ${plan.passages.length === 0 ? "all sound is copied" : "and the sound around what is said"}.`,
    `  ${plan.labelRanges.length === 0 ? "No visible label: it is left to whoever publishes." : `Visible label on ${framesIn(plan.labelRanges)} frames.`}`,
    ...captionsInLines(captions, plan),
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
    ...captionFilesInLines(manifest, outputs),
    ...voiceInLines(manifest, cast),
    ...castInLines(cast),
    `${frames.swapped} of ${frames.total} frames swapped${skipped}; ${frames.reencoded} encoded again; ${seconds.toFixed(1)} s.`,
    ...manifest.notes.map((note) => `Note      ${note}`),
    `${labelWords[disclosure.label]}, ${watermark.placed ? `watermark ${watermark.id}` : "no watermark"}, Content Credentials signed by ${provenance.signer.name}.`,
  ];
  return `${lines.map(printableLine).join("\n")}\n`;
}

/** Times are those within which it is said; how long it takes shows when it is spoken. */
function passageInLine({ text, startSeconds, endSeconds, estimatedSeconds }: Passage): string {
  const words = readScript(text).length;
  const pace = estimatedSeconds / (endSeconds - startSeconds);
  const haste = pace > 1 ? `, ${pace.toFixed(2)} times as fast as usual` : "";
  const times = `${startSeconds.toFixed(2).padStart(8)} - ${endSeconds.toFixed(2).padStart(8)} s`;
  return `  say   ${times}   ${words} words, about ${estimatedSeconds.toFixed(1)} s${haste}`;
}

/** What captions cost; frames of swaps and labels are encoded again in any case. */
function captionsInLines(
  captions: RenderRequest["captions"],
  { segments, labelRanges, captionRanges }: RenderPlan,
): string[] {
  if (captions === undefined) return [];
  if (captions.mode === "sidecar") return ["  Captions as a track and as files: no frame is encoded again for them."];
  const swapped = segments.filter(({ treatment }) => treatment === "swap");
  const only = captionRanges.reduce((sum, range) => sum + framesOutside(range, [...swapped, ...labelRanges]), 0);
  return [
    `  Captions may be drawn on ${framesIn(captionRanges)} frames; ${only} of them are encoded again only for that.`,
  ];
}

function framesIn(ranges: readonly FrameRange[]): number {
  return ranges.reduce((sum, { startFrame, endFrame }) => sum + endFrame - startFrame, 0);
}

/** Frames of a range that lie in none of the others, which may overlap. */
function framesOutside({ startFrame, endFrame }: FrameRange, others: readonly FrameRange[]): number {
  let [outside, from] = [0, startFrame];
  for (const other of others.toSorted((a, b) => a.startFrame - b.startFrame)) {
    outside += Math.max(0, Math.min(other.startFrame, endFrame) - from);
    from = Math.max(from, other.endFrame);
  }
  return outside + Math.max(0, endFrame - from);
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

function captionFilesInLines({ captions }: Manifest, outputs: OutputFiles): string[] {
  if (captions === undefined || outputs.captions === undefined) return [];
  const shown = captions.mode === "burn" ? "drawn into the picture" : "a track of the video";
  return [`Captions  ${outputs.captions.srt}, .vtt, .ass; ${captions.cues}, ${shown}`];
}

/** Whose voice it is; a clone's record is that of the first of the cast. */
function voiceInLines({ speech }: Manifest, [{ consent }]: RenderRequest["cast"]): string[] {
  if (speech === undefined) return [];
  const whose = speech.cloned ? `cloned from the sample, under ${consent.id}` : "nobody's voice, not a clone";
  const words = speech.passages.reduce((sum, passage) => sum + passage.words, 0);
  return [`Voice     ${speech.engine}, ${whose}; ${words} words`];
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
