import type { CaptionTrack, Cue } from "#captions/caption-track.js";
import type { CaptionFont } from "#captions/font/caption-font.js";
import { layoutFor } from "#captions/layout.js";
import { captionPresets } from "#captions/preset.js";
import { drawTrack } from "./draw-track.js";
import { isSpoken, lineRows, wordColumns } from "./look-at-pictures.js";

/** When a word should change colour, and when it is first seen to; undefined when it is not told from its neighbours. */
export interface Flip {
  readonly startSeconds: number;
  readonly seenSeconds: number | undefined;
}

/** Looks at a cue's pictures, this many a second, for the first one in which each of its words has the spoken colour. */
export async function measureFlips(
  track: CaptionTrack,
  cue: Cue,
  font: CaptionFont,
  picturesPerSecond: number,
): Promise<Flip[]> {
  const layout = layoutFor(captionPresets[track.preset].look, track);
  const rows = lineRows(cue, layout);
  const [first, end] = [cue.startSeconds, cue.endSeconds].map((seconds) => Math.ceil(seconds * picturesPerSecond)) as [
    number,
    number,
  ];
  const times = Array.from({ length: end - first }, (_, at) => (first + at) / picturesPerSecond);
  const places = cue.lines.map(() => [] as ReturnType<typeof wordColumns>);
  await drawTrack(track, font, [times[times.length >> 1]!], (picture) => {
    for (const line of rows.keys()) places[line] = wordColumns(picture, rows[line]!, cue.lines[line]!.length);
  });
  const flips = cue.lines.flatMap((words, line) =>
    words.map(({ startSeconds }, at) => ({
      startSeconds,
      rows: rows[line]!,
      columns: places[line]!.length === words.length ? places[line]![at] : undefined,
      seenSeconds: undefined as number | undefined,
    })),
  );
  await drawTrack(track, font, times, (picture, seconds) => {
    for (const flip of flips) {
      if (flip.columns !== undefined && isSpoken(picture, flip.columns, flip.rows)) flip.seenSeconds ??= seconds;
    }
  });
  return flips;
}
