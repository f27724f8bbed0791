import { box, fullBox, u16, u32, u64, u8 } from "./boxes.js";
import { sampleEntry, type TrackEntry } from "./sample-entry.js";
import type { SampleList } from "./sample-list.js";

/** A track of a file that is written. */
export interface Mp4Track {
  readonly entry: TrackEntry;
  /** Ticks a second of its clock. */
  readonly ticksPerSecond: number;
  readonly samples: SampleList;
  /** Three letters of ISO 639-2; default undetermined. */
  readonly language?: string | undefined;
  /** Played without being asked for. */
  readonly isEnabled: boolean;
  /** Nine entries in 16.16, the last column in 2.30; default none. */
  readonly displayMatrix?: readonly number[] | undefined;
}

/** What the track shares with the others. */
export interface TrackPlace {
  /** Counted from 1. */
  readonly id: number;
  readonly movieTicksPerSecond: number;
  /** How far the data move. */
  readonly shiftBytes: number;
  readonly firstPayload: Uint8Array;
}

/** `trak`: one track with its tables and its place in time. */
export function trackBox(track: Mp4Track, place: TrackPlace): Buffer {
  const { entry, samples, ticksPerSecond } = track;
  const edit = editOf(track, place);
  const media = [
    fullBox(
      "mdhd",
      1,
      0,
      u64(0, 0),
      u32(ticksPerSecond),
      u64(samples.durationTicks),
      u16(languageCode(track.language), 0),
    ),
    handlerBox(entry),
    box(
      "minf",
      mediaHeader(entry),
      box("dinf", fullBox("dref", 0, 0, u32(1), fullBox("url ", 0, 1))),
      box(
        "stbl",
        fullBox("stsd", 0, 0, u32(1), sampleEntry(entry, place.firstPayload)),
        ...samples.tables(place.shiftBytes),
      ),
    ),
  ];
  return box("trak", trackHeader(track, place, edit.durationTicks), edit.box, box("mdia", ...media));
}

/** Movie ticks until the end of the track. */
export function trackDuration(track: Mp4Track, movieTicksPerSecond: number): number {
  return editOf(track, { movieTicksPerSecond }).durationTicks;
}

const noTurn = [65_536, 0, 0, 0, 65_536, 0, 0, 0, 2 ** 30];

function trackHeader(track: Mp4Track, { id }: TrackPlace, durationTicks: number): Buffer {
  const { entry, isEnabled, displayMatrix = noTurn } = track;
  const [enabled, inMovie] = [isEnabled ? 1 : 0, 2];
  const isSound = entry.kind === "sound";
  const aspect = entry.kind === "picture" ? entry.sampleAspectRatio : undefined;
  const stretch = aspect !== undefined && aspect.numerator > 0 ? aspect.numerator / aspect.denominator : 1;
  const [width, height] = entry.kind === "picture" ? [entry.widthPixels * stretch, entry.heightPixels] : [0, 0];
  return fullBox(
    "tkhd",
    1,
    enabled | inMovie,
    u64(0, 0),
    u32(id, 0),
    u64(durationTicks),
    u32(0, 0),
    // Layer, group of alternatives (sound tracks are such), volume.
    u16(0, isSound ? 1 : 0, isSound ? 0x0100 : 0, 0),
    u32(...displayMatrix),
    u32(Math.min(2 ** 32 - 1, Math.round(width * 65_536)), height * 65_536),
  );
}

/**
 * Where the track's clock lies in the film: what comes before time 0 is hidden, and a track that begins later has an empty
 * stretch in front.
 */
function editOf(
  { samples, ticksPerSecond }: Mp4Track,
  { movieTicksPerSecond }: Pick<TrackPlace, "movieTicksPerSecond">,
): { readonly box: Buffer; readonly durationTicks: number } {
  const toMovie = (ticks: number) => Math.round((ticks * movieTicksPerSecond) / ticksPerSecond);
  const from = Math.max(0, samples.firstShownTicks);
  const [empty, shown] = [toMovie(from), toMovie(Math.max(0, samples.endTicks - from))];
  const edits = [...(empty > 0 ? [[empty, -1] as const] : []), [shown, from - samples.startTicks] as const];
  const entries = edits.map(([duration, start]) => Buffer.concat([u64(duration, start), u16(1, 0)]));
  return {
    box: box("edts", fullBox("elst", 1, 0, u32(entries.length), ...entries)),
    durationTicks: empty + shown,
  };
}

function handlerBox({ kind }: TrackEntry): Buffer {
  const [type, name] = {
    picture: ["vide", "VideoHandler"],
    sound: ["soun", "SoundHandler"],
    text: ["sbtl", "SubtitleHandler"],
  }[kind] as [string, string];
  return fullBox(
    "hdlr",
    0,
    0,
    u32(0),
    Buffer.from(type, "latin1"),
    Buffer.alloc(12),
    Buffer.from(`${name}\0`, "latin1"),
  );
}

function mediaHeader({ kind }: TrackEntry): Buffer {
  if (kind === "picture") return fullBox("vmhd", 0, 1, Buffer.alloc(8));
  return kind === "sound" ? fullBox("smhd", 0, 0, u8(0, 0, 0, 0)) : fullBox("nmhd", 0, 0);
}

/** Three letters, five bits each. */
function languageCode(language: string | undefined): number {
  const letters = language !== undefined && /^[a-z]{3}$/.test(language) ? language : "und";
  return [...letters].reduce((code, letter) => code * 32 + letter.charCodeAt(0) - 0x60, 0);
}
