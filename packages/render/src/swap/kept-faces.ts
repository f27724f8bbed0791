import { createHash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import { isDeepStrictEqual } from "node:util";
import { openRegularFile } from "#media/regular-file.js";
import type { PlanarFrame } from "#model/image.js";
import type { FrameRange } from "#model/plan.js";
import {
  facesContentsSchema,
  facesMagic,
  facesTailBytes,
  maxContentsBytes,
  type FacesFacts,
  type FacesOrigin,
} from "./faces-file.js";
import { maxPackedBytes, unpackBox } from "./pack-box.js";

/** Drawn faces of one segment that an earlier render kept. */
export interface KeptFaces {
  readonly facts: FacesFacts;
  /**
   * Puts frame `n` of the segment's faces into a decoded frame.
   * @returns false when they do not fit it; the frame is untouched then.
   */
  paste(frame: PlanarFrame, n: number): Promise<boolean>;
  close(): Promise<void>;
}

/**
 * Opens the faces of a segment if they are there, whole and follow from the very same; undefined otherwise. The file may be
 * anybody's: what it costs in memory is bounded by the segment's frames and by one frame's box.
 */
export async function openKeptFaces(
  path: string,
  origin: FacesOrigin,
  segment: FrameRange,
): Promise<KeptFaces | undefined> {
  const opened = await openRegularFile(path, "file-missing").catch(() => undefined);
  if (opened === undefined) return undefined;
  const { file, byteLength } = opened;
  try {
    const facts = await readFacts(file, byteLength, segment);
    if (facts !== undefined && isDeepStrictEqual(facts.origin, origin)) return keptFaces(file, facts);
  } catch {
    // What cannot be read is not used.
  }
  await file.close();
  return undefined;
}

function keptFaces(file: FileHandle, facts: FacesFacts): KeptFaces {
  const { frames, widthPixels, heightPixels } = facts;
  const starts = [facesMagic.length];
  for (const frame of frames) starts.push(starts.at(-1)! + (frame?.[4] ?? 0));
  return {
    facts,
    async paste(frame, n) {
      const entry = frames[n];
      if (entry === null) return true;
      if (entry === undefined || frame.widthPixels !== widthPixels || frame.heightPixels !== heightPixels) return false;
      const [left, top, right, bottom, length] = entry;
      const payload = await readExactly(file, starts[n]!, length);
      return payload !== undefined && unpackBox(payload, frame, { left, top, right, bottom });
    },
    close: () => file.close(),
  };
}

async function readFacts(file: FileHandle, byteLength: number, segment: FrameRange): Promise<FacesFacts | undefined> {
  const frameCount = segment.endFrame - segment.startFrame;
  const tail = await readExactly(file, byteLength - facesTailBytes, facesTailBytes);
  if (tail === undefined || !tail.subarray(36).equals(facesMagic)) return undefined;
  const length = tail.readUInt32BE(0);
  if (length > maxContentsBytes(frameCount)) return undefined;
  const json = await readExactly(file, byteLength - facesTailBytes - length, length);
  if (json === undefined) return undefined;
  const { version: _, ...parsed } = facesContentsSchema.parse(JSON.parse(json.toString("utf8")));
  const facts = parsed as FacesFacts;
  const hasSegment = facts.startFrame === segment.startFrame && facts.endFrame === segment.endFrame;
  if (!hasSegment || facts.frames.length !== frameCount || !facts.frames.every((frame) => isSound(frame, facts))) {
    return undefined;
  }
  const payloadBytes = facts.frames.reduce((sum, frame) => sum + (frame?.[4] ?? 0), 0);
  if (facesMagic.length + payloadBytes + length + facesTailBytes !== byteLength) return undefined;
  const hash = await hashOf(file, byteLength - facesTailBytes + 4);
  return hash?.equals(tail.subarray(4, 36)) === true ? facts : undefined;
}

function isSound(frame: FacesFacts["frames"][number], { widthPixels, heightPixels }: FacesFacts): boolean {
  if (frame === null) return true;
  const [left, top, right, bottom, length] = frame;
  if (left >= right || top >= bottom || right > widthPixels || bottom > heightPixels) return false;
  return length <= maxPackedBytes({ left, top, right, bottom });
}

/** Hashes the first bytes of a file, and looks at its magic on the way. */
async function hashOf(file: FileHandle, byteLength: number): Promise<Buffer | undefined> {
  const hash = createHash("sha256");
  const block = Buffer.allocUnsafe(1 << 20);
  for (let at = 0; at < byteLength;) {
    const { bytesRead } = await file.read(block, 0, Math.min(block.length, byteLength - at), at);
    if (bytesRead === 0) return undefined;
    if (at === 0 && !block.subarray(0, facesMagic.length).equals(facesMagic)) return undefined;
    hash.update(block.subarray(0, bytesRead));
    at += bytesRead;
  }
  return hash.digest();
}

async function readExactly(file: FileHandle, position: number, length: number): Promise<Buffer | undefined> {
  if (position < 0) return undefined;
  const buffer = Buffer.allocUnsafe(length);
  const { bytesRead } = await file.read(buffer, 0, length, position);
  return bytesRead === length ? buffer : undefined;
}
