import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { inflateRawSync } from "node:zlib";
import { hashStart } from "#media/hash-start.js";
import { openRegularFile } from "#media/regular-file.js";
import { createTurns } from "#media/turns.js";
import { UnderstudyError } from "#model/errors.js";
import type { FaceTrack } from "#model/face-track.js";
import {
  meshBytes,
  tableRowBytes,
  trackHeader,
  trackMagic,
  trackTailBytes,
  unwrappedBytes,
  type TrackKey,
} from "./track-file.js";

/** A track on disk. */
export interface TrackFile extends FaceTrack {
  /** Whether the face is there in frame `n`; costs nothing. */
  isSeen(n: number): boolean;
  /** Idempotent. */
  close(): void;
}

/** Frames that are read at a time, and how many of them lie before the one asked for: smoothing looks both ways. */
const windowFrames = 32;
const framesBefore = 8;

/** A deflated mask is hardly larger than the mask. */
const maxPayloadBytes = unwrappedBytes + 64;
/** No landmark of a picture that is accepted lies further out, in pixels. */
const maxCoordinate = 1e5;

/**
 * Opens a track that is complete and of this very key; undefined otherwise. Its bytes are not hashed (`isWholeTrack` does that
 * once); every mesh is looked at when it is read. Holds the table and a window of some frames, whatever the length.
 */
export function openTrackFile(path: string, key: TrackKey): TrackFile | undefined {
  let file: number | undefined;
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const layout = readLayout(file, key);
    if (layout !== undefined) return trackFile(file, layout);
  } catch {
    // What cannot be read is not used.
  }
  if (file !== undefined) closeSync(file);
  return undefined;
}

/** Whether a track is there, of this very key, and as it was written; reads all of it. The file may be anybody's. */
export async function isWholeTrack(path: string, key: TrackKey, signal: AbortSignal): Promise<boolean> {
  const track = openTrackFile(path, key);
  if (track === undefined) return false;
  try {
    const turn = createTurns(signal);
    for (let n = 0; n < track.frameCount; n++) {
      await turn();
      track.tracked(n);
      track.occlusion(n);
    }
    return await hasItsHash(path);
  } catch {
    signal.throwIfAborted();
    return false;
  } finally {
    track.close();
  }
}

async function hasItsHash(path: string): Promise<boolean> {
  const { file, byteLength } = await openRegularFile(path, "file-missing");
  try {
    const hash = await hashStart(file, byteLength - trackTailBytes);
    const stated = Buffer.alloc(hash.length);
    await file.read(stated, 0, stated.length, byteLength - trackTailBytes);
    return stated.equals(hash);
  } finally {
    await file.close();
  }
}

/** Where everything lies in a track. */
interface Layout {
  readonly frameCount: number;
  readonly meshesAt: number;
  readonly table: Buffer;
  /** Of each frame's mask; one more than frames. */
  readonly masksAt: readonly number[];
  readonly usualLuma: Uint8Array;
}

function readLayout(file: number, key: TrackKey): Layout | undefined {
  const facts = fstatSync(file);
  const header = trackHeader(key);
  const frameCount = key.endFrame - key.startFrame;
  const endAt = facts.size - trackTailBytes;
  const tableAt = endAt - frameCount * tableRowBytes;
  const usualLumaAt = tableAt - unwrappedBytes;
  const firstMaskAt = header.length + frameCount * meshBytes;
  if (!facts.isFile() || usualLumaAt < firstMaskAt || !readExactly(file, 0, header.length).equals(header))
    return undefined;
  if (!readExactly(file, facts.size - trackMagic.length, trackMagic.length).equals(trackMagic)) return undefined;
  const table = readExactly(file, tableAt, frameCount * tableRowBytes);
  const masksAt = [firstMaskAt];
  for (let n = 0; n < frameCount; n++) {
    const byteLength = table.readUInt32LE(n * tableRowBytes + 4);
    if (byteLength > maxPayloadBytes) return undefined;
    masksAt.push(masksAt[n]! + byteLength);
  }
  if (masksAt.at(-1) !== usualLumaAt) return undefined;
  const usualLuma = readExactly(file, usualLumaAt, unwrappedBytes);
  return { frameCount, meshesAt: header.length, table, masksAt, usualLuma };
}

function trackFile(file: number, { frameCount, meshesAt, table, masksAt, usualLuma }: Layout): TrackFile {
  let isOpen = true;
  let windowStart = 0;
  let meshes: readonly Float32Array[] = [];
  const runOf = (n: number): number => (n >= 0 && n < frameCount ? table.readUInt32LE(n * tableRowBytes) : 0);
  const readWindow = (n: number): void => {
    windowStart = Math.max(0, n - framesBefore);
    const count = Math.min(windowFrames, frameCount - windowStart);
    const { buffer, byteOffset } = readExactly(file, meshesAt + windowStart * meshBytes, count * meshBytes);
    // A copy of its own: meshes outlive the window that they were read with.
    const numbers = new Float32Array(buffer.slice(byteOffset, byteOffset + count * meshBytes));
    if (!numbers.every((value) => Math.abs(value) <= maxCoordinate)) throw damaged();
    const perMesh = meshBytes / Float32Array.BYTES_PER_ELEMENT;
    meshes = Array.from({ length: count }, (_, i) => numbers.subarray(i * perMesh, (i + 1) * perMesh));
  };
  return {
    frameCount,
    isSeen: (n) => runOf(n) !== 0,
    tracked(n) {
      const run = runOf(n);
      if (run === 0) return undefined;
      if (n < windowStart || n >= windowStart + meshes.length) readWindow(n);
      return { mesh: meshes[n - windowStart]!, run };
    },
    occlusion(n) {
      const [start = 0, end = 0] = n < 0 ? [] : masksAt.slice(n, n + 2);
      if (end <= start) return undefined;
      const mask = inflateRawSync(readExactly(file, start, end - start), { maxOutputLength: unwrappedBytes });
      if (mask.length !== unwrappedBytes) throw damaged();
      return mask;
    },
    usualLuma: usualLuma.some((value) => value !== 0) ? usualLuma : undefined,
    close() {
      if (isOpen) closeSync(file);
      isOpen = false;
    },
  };
}

function damaged(): UnderstudyError {
  return new UnderstudyError("internal-error", "What was kept of the video's analysis is damaged.");
}

function readExactly(file: number, position: number, byteLength: number): Buffer {
  const buffer = Buffer.allocUnsafeSlow(byteLength);
  if (readSync(file, buffer, 0, byteLength, position) !== byteLength) throw damaged();
  return buffer;
}
