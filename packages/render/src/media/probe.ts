import { basename } from "node:path";
import { UnderstudyError } from "#model/errors.js";
import type { AudioTrack, FrameIndex, SourceMedia } from "#model/media.js";
import { indexPictures, type PictureScan } from "./frame-index.js";
import { createCutScan } from "./h264/cut-scan.js";
import { hashFile } from "./hash-file.js";
import type { MediaInput, MediaIO, PictureFacts, TrackFacts } from "./media-io.js";
import { readMp4Claims } from "./mp4-claims.js";
import { maxPacketsFor, tooManyPackets } from "./packet-limit.js";
import { createPacketTable, notePacket } from "./packet-table.js";
import { openRegularFile } from "./regular-file.js";
import { sourceChanged } from "./source-changed.js";
import { createStartScan } from "./start-scan.js";
import { ticksToSeconds } from "./ticks.js";
import { tooLarge } from "./too-large.js";
import { createTurns } from "./turns.js";

/** Bounds a source must keep; each is inclusive. */
export interface SourceLimits {
  readonly maxInputBytes: number;
  /** Width times height of the stored picture. */
  readonly maxPixels: number;
  readonly maxDurationSeconds: number;
}

/** A probed source: facts for people and manifests, and the index for planning. */
export interface ProbedSource {
  readonly source: SourceMedia;
  readonly index: FrameIndex;
}

/**
 * Opens a video, reads every packet's numbers once and hashes the file. Times of the index count from the moment a player
 * shows as 0:00, so a picture track that starts late does not start at 0.
 * @throws UnderstudyError `file-missing`, `unreadable-media`, `no-video-track`, `input-too-large`, `too-many-pixels`,
 * `input-too-long`, `cancelled`.
 */
export async function probeSource(
  io: MediaIO,
  path: string,
  limits: SourceLimits,
  signal?: AbortSignal,
): Promise<ProbedSource> {
  const byteLength = await sizeOf(path, limits);
  await assertFewPackets(path, limits, signal);
  const input = await io.openInput(path);
  try {
    const track = pictureTrackOf(input);
    assertWithin(track.picture, input, limits);
    const hashing = new AbortController();
    const signals = signal === undefined ? hashing.signal : AbortSignal.any([signal, hashing.signal]);
    const hash = hashFile(path, { maxBytes: limits.maxInputBytes, signal: signals, what: "The video" });
    hash.catch(() => undefined);
    try {
      const scan = await scanTracks(input, track, limits, signal);
      const { sha256, byteLength: hashedBytes } = await hash;
      if (hashedBytes !== byteLength) throw sourceChanged(path);
      return describe(path, byteLength, input, track, scan, limits, sha256);
    } finally {
      hashing.abort();
    }
  } finally {
    input.close();
  }
}

async function sizeOf(path: string, limits: SourceLimits): Promise<number> {
  const { file, byteLength } = await openRegularFile(path, "unreadable-media");
  await file.close();
  if (byteLength === 0) throw new UnderstudyError("unreadable-media", `${basename(path)} is empty (0 bytes).`);
  if (byteLength > limits.maxInputBytes) throw tooLarge("The video", byteLength, limits.maxInputBytes);
  return byteLength;
}

/** Comes before FFmpeg opens the file, which makes room for all that an MP4's tables announce. */
async function assertFewPackets(path: string, limits: SourceLimits, signal?: AbortSignal): Promise<void> {
  const { packets, durationSeconds } = await readMp4Claims(path, signal);
  const maxPackets = maxPacketsFor(limits);
  if (packets <= maxPackets) return;
  assertShortEnough(durationSeconds, limits);
  throw tooManyPackets(path, maxPackets);
}

function pictureTrackOf(input: MediaInput): TrackFacts & { readonly picture: PictureFacts } {
  const found = input.tracks.find((track) => track.kind === "video" && !track.isCoverArt);
  if (found?.picture === undefined) {
    const hasCover = input.tracks.some((track) => track.isCoverArt);
    const what = hasCover ? "only sound and a cover picture" : "no picture track";
    throw new UnderstudyError("no-video-track", `${basename(input.path)} has ${what}.`);
  }
  if (found.picture.widthPixels <= 0 || found.picture.heightPixels <= 0) {
    throw new UnderstudyError("unreadable-media", `The picture of ${basename(input.path)} has no size.`);
  }
  return { ...found, picture: found.picture };
}

function assertWithin(picture: PictureFacts, input: MediaInput, limits: SourceLimits): void {
  const { widthPixels, heightPixels } = picture;
  if (widthPixels * heightPixels > limits.maxPixels) {
    const size = `${widthPixels}x${heightPixels}`;
    throw new UnderstudyError(
      "too-many-pixels",
      `The picture is ${size} pixels, the limit is ${limits.maxPixels} in all.`,
    );
  }
  assertShortEnough(input.durationSeconds, limits);
}

function assertShortEnough(seconds: number, limits: SourceLimits): void {
  if (seconds <= limits.maxDurationSeconds) return;
  const message = `The video is ${seconds.toFixed(1)} s long, the limit is ${limits.maxDurationSeconds} s.`;
  throw new UnderstudyError("input-too-long", message);
}

interface TrackScan extends PictureScan {
  readonly audioPackets: ReadonlyMap<number, number>;
}

async function scanTracks(
  input: MediaInput,
  track: TrackFacts,
  limits: SourceLimits,
  signal?: AbortSignal,
): Promise<TrackScan> {
  const audioPackets = new Map(input.tracks.filter((other) => other.kind === "audio").map((other) => [other.index, 0]));
  input.select([track.index, ...audioPackets.keys()]);
  const table = createPacketTable();
  const idrPackets: number[] = [];
  const startPackets: number[] = [];
  const startScan = createStartScan(track);
  const cutScan = track.codec === "h264" ? createCutScan(track.configuration) : undefined;
  let isDamaged = false;
  let endSeconds = 0;
  let packets = 0;
  const maxPackets = maxPacketsFor(limits);
  let reconfigured: string | undefined;
  const turn = createTurns(signal);
  for (let packet = await input.read(); packet !== undefined; packet = await input.read()) {
    await turn();
    isDamaged ||= packet.isDamaged;
    const { timeBase } = input.tracks[packet.trackIndex] ?? track;
    endSeconds = Math.max(
      endSeconds,
      ticksToSeconds(packet.ptsTicks + packet.durationTicks, timeBase) - input.zeroSeconds,
    );
    if (++packets > maxPackets) {
      assertShortEnough(endSeconds, limits);
      throw tooManyPackets(input.path, maxPackets);
    }
    if (packet.trackIndex !== track.index) {
      audioPackets.set(packet.trackIndex, (audioPackets.get(packet.trackIndex) ?? 0) + 1);
      continue;
    }
    if (packet.isReconfigured) reconfigured ??= "its parameter sets change inside the stream";
    if (reconfigured === undefined && startScan.look(packet)) startPackets.push(table.ptsTicks.length);
    if (cutScan?.look(packet.payload)) idrPackets.push(table.ptsTicks.length);
    notePacket(table, packet);
  }
  if (table.ptsTicks.length === 0) {
    throw new UnderstudyError("unreadable-media", `${basename(input.path)} has a picture track without any picture.`);
  }
  assertComplete(input, track, endSeconds, isDamaged);
  const codecBlocker = cutScan === undefined ? `its codec is ${track.codec}, not h264` : cutScan.blocker();
  const codingBlocker = codecBlocker ?? reconfigured;
  return { table, idrPackets, startPackets, audioPackets, ...(codingBlocker === undefined ? {} : { codingBlocker }) };
}

/** Half a second less than Matroska's header announces: its writers state the length to the millisecond. */
const missingSeconds = 0.5;

/**
 * A file cut off in its middle opens well when its index lies in front. MP4 then gives a read error or a damaged packet;
 * Matroska ends as if nothing were wrong and only its stated length tells.
 */
function assertComplete(input: MediaInput, track: TrackFacts, endSeconds: number, isDamaged: boolean): void {
  const isShort = input.container.startsWith("matroska") && endSeconds < input.durationSeconds - missingSeconds;
  if (!isDamaged && !input.endedEarly && !isShort) return;
  const whole = Math.max(track.durationSeconds, input.durationSeconds).toFixed(1);
  const read = endSeconds.toFixed(1);
  const what =
    Number(read) < Number(whole)
      ? `is cut off: only ${read} of ${whole} seconds could be read`
      : "is damaged: parts of it could not be read";
  throw new UnderstudyError("unreadable-media", `${basename(input.path)} ${what}.`);
}

function describe(
  path: string,
  byteLength: number,
  input: MediaInput,
  track: TrackFacts & { readonly picture: PictureFacts },
  scan: TrackScan,
  limits: SourceLimits,
  sha256: string,
): ProbedSource {
  const { index, frameCount, isVariableFrameRate, framesPerSecond } = indexPictures(track, scan, input.zeroSeconds);
  if (frameCount === 0) throw new UnderstudyError("unreadable-media", `${basename(path)} shows no picture at all.`);
  const durationSeconds = index.endSeconds - (index.presentationSeconds[0] ?? 0);
  assertShortEnough(durationSeconds, limits);
  const bytes = scan.table.byteLengths.reduce((sum, length) => sum + length, 0);
  const { widthPixels, heightPixels, rotation, pixelFormat, bitDepth, isInterlaced } = track.picture;
  const source: SourceMedia = {
    path,
    byteLength,
    sha256,
    container: input.container,
    durationSeconds,
    video: {
      index: track.index,
      codec: track.codec,
      widthPixels,
      heightPixels,
      rotation,
      frameRate: framesPerSecond,
      frameCount,
      timeBase: track.timeBase,
      pixelFormat,
      bitDepth,
      isVariableFrameRate,
      isInterlaced,
      bitRate: Math.round((bytes * 8) / Math.max(durationSeconds, 1e-3)),
    },
    audio: input.tracks.flatMap((other) => audioFacts(other, scan.audioPackets)),
  };
  return { source, index };
}

function audioFacts(track: TrackFacts, packets: ReadonlyMap<number, number>): AudioTrack[] {
  if (track.sound === undefined) return [];
  return [{ index: track.index, codec: track.codec, ...track.sound, packetCount: packets.get(track.index) ?? 0 }];
}
