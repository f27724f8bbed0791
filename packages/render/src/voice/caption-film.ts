import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  captionPresets,
  captionSizeOf,
  cueLines,
  loadCaptionFont,
  makeCaptions,
  missingCharacters,
  presetFor,
  writeAss,
  writeSrt,
  writeVtt,
  type CaptionTrack,
  type Cue,
  type TimedWord,
} from "#captions/index.js";
import type { MediaIO } from "#media/media-io.js";
import { nameWriteError } from "#media/write-error.js";
import type { CaptionBurn, CaptionWish, ShownText } from "#model/captions.js";
import type { CaptionsReport } from "#model/manifest.js";
import type { SourceMedia } from "#model/media.js";

/** Paths of the same captions in three formats. */
export interface CaptionFiles {
  readonly srt: string;
  readonly vtt: string;
  readonly ass: string;
}

/** The captions of a film, as files in the work folder. */
export interface FilmCaptions {
  readonly report: CaptionsReport;
  readonly files: CaptionFiles;
  /** What is drawn into frames; absent unless captions are burned. */
  readonly burn?: CaptionBurn;
  /** What a caption track holds; absent when they are burned, so that nobody sees them twice. */
  readonly texts?: readonly ShownText[];
  /** Sentences for the manifest. */
  readonly notes: readonly string[];
}

/** A range of film time, half-open. */
export interface FilmRange {
  readonly startSeconds: number;
  readonly endSeconds: number;
}

/** What captions are made of. */
interface CaptionInput {
  readonly io: MediaIO;
  readonly source: Pick<SourceMedia, "path" | "video">;
  readonly wish: CaptionWish;
  readonly words: readonly TimedWord[];
  /** When the film ends: what is said behind it is not shown. */
  readonly endSeconds: number;
  /** Times within which a cue that is drawn must lie, ascending and disjoint: other frames are not coded again. */
  readonly ranges: readonly FilmRange[];
  readonly workFolder: string;
}

/**
 * Breaks words into captions for the film's picture and writes them down.
 * @throws UnderstudyError `runtime-missing` where captions cannot be drawn; what `captionSizeOf` throws; `disk-full`, `output-write-failed`.
 */
export async function captionFilm(input: CaptionInput): Promise<FilmCaptions> {
  const { io, source, wish, words, endSeconds, workFolder } = input;
  const size = await captionSizeOf(io, source.path);
  const preset = wish.preset ?? presetFor(size.widthPixels, size.heightPixels);
  const font = await loadCaptionFont(captionPresets[preset].look.font);
  const made = makeCaptions(words, { ...size, preset }, font);
  const film = { startSeconds: 0, endSeconds };
  const track = within(made, wish.mode === "burn" ? input.ranges : [film]);
  const pathOf = (ending: string) => join(workFolder, `captions.${ending}`);
  const files = { srt: pathOf("srt"), vtt: pathOf("vtt"), ass: pathOf("ass") };
  await write(files.srt, writeSrt(track));
  await write(files.vtt, writeVtt(track));
  await write(files.ass, writeAss(track, font));
  const report = {
    mode: wish.mode,
    preset,
    words: wish.transcript === undefined ? ("script" as const) : ("transcript" as const),
    cues: track.cues.length,
  };
  const shown = { report, files, notes: notesOn(missingCharacters(track, font)) };
  if (wish.mode === "sidecar") return { ...shown, texts: track.cues.map(textOf) };
  const burn = { assPath: files.ass, fontsFolder: font.folder };
  await assertDrawable(io, source, burn);
  const spans = track.cues.map(({ startSeconds, endSeconds }) => ({ startSeconds, endSeconds }));
  return { ...shown, burn: { ...burn, spans } };
}

/** Told now, and not when the first frame is drawn that shows one. */
async function assertDrawable(
  io: MediaIO,
  { video }: Pick<SourceMedia, "video">,
  files: Pick<CaptionBurn, "assPath" | "fontsFolder">,
): Promise<void> {
  const { widthPixels, heightPixels, rotation } = video;
  const shape = { widthPixels, heightPixels, rotation, isFullRange: false, matrix: "bt709" } as const;
  (await io.openCaptionPainter({ ...files, ...shape })).close();
}

/** A cue that would outlast the film, or the frames that are coded again, ends with them; one behind them is left out. */
function within(track: CaptionTrack, ranges: readonly FilmRange[]): CaptionTrack {
  const cues = track.cues.flatMap((cue) => {
    const range = ranges.findLast(({ startSeconds }) => startSeconds <= cue.startSeconds);
    const endSeconds = Math.min(cue.endSeconds, range?.endSeconds ?? 0);
    return endSeconds > cue.startSeconds ? [{ ...cue, endSeconds }] : [];
  });
  return { ...track, cues };
}

async function write(path: string, text: string): Promise<void> {
  await writeFile(path, text).catch((thrown: unknown) => {
    throw nameWriteError(path, thrown);
  });
}

function textOf(cue: Cue): ShownText {
  const { startSeconds, endSeconds } = cue;
  return { startSeconds, endSeconds, text: cueLines(cue).join("\n") };
}

function notesOn(missing: readonly string[]): string[] {
  if (missing.length === 0) return [];
  const some = missing.slice(0, 10).join(" ") + (missing.length > 10 ? " and others" : "");
  return [
    `The captions' font has no ${some}: letters are drawn in a font of this machine that has them, emoji are not drawn.`,
  ];
}
