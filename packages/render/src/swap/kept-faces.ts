import type { FileHandle } from "node:fs/promises";
import { isDeepStrictEqual } from "node:util";
import { hashStart } from "#media/hash-start.js";
import { openRegularFile } from "#media/regular-file.js";
import type { PixelBox, PlanarFrame } from "#model/image.js";
import type { FrameRange } from "#model/plan.js";
import { facesContentsSchema } from "./faces-contents.js";
import { facesMagic, facesTailBytes, maxContentsBytes, type FacesFacts, type FacesOrigin } from "./faces-file.js";
import { isPackedBox, maxPackedBytes, unpackBox } from "./pack-box.js";

/** Drawn faces of one segment that an earlier render kept. */
export interface KeptFaces {
  readonly facts: FacesFacts;
  /**
   * Puts frame `n` of the segment's faces into a decoded frame.
   * @returns false when they do not fit it; the frame is untouched then.
   */
  paste(frame: PlanarFrame, n: number): Promise<boolean>;
  /** The packed pixels of frame `n`; undefined when they cannot be read, or nothing was drawn on it. */
  readPacked(n: number): Promise<Buffer | undefined>;
  /** Whether every frame unpacks to its box; reads the whole file. */
  isSound(): Promise<boolean>;
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
  const readPacked = async (n: number): Promise<Buffer | undefined> => {
    const byteLength = frames[n]?.[4];
    return byteLength === undefined ? undefined : readExactly(file, starts[n]!, byteLength);
  };
  return {
    facts,
    async paste(frame, n) {
      const entry = frames[n];
      if (entry === null) return true;
      if (entry === undefined || frame.widthPixels !== widthPixels || frame.heightPixels !== heightPixels) return false;
      const payload = await readPacked(n);
      return payload !== undefined && unpackBox(payload, frame, boxOf(entry));
    },
    readPacked,
    async isSound() {
      for (const [n, entry] of frames.entries()) {
        if (entry === null) continue;
        const payload = await readPacked(n);
        if (payload === undefined || !isPackedBox(payload, boxOf(entry))) return false;
      }
      return true;
    },
    close: () => file.close(),
  };
}

/** The box of a frame's entry in the table of contents. */
export function boxOf([left, top, right, bottom]: NonNullable<FacesFacts["frames"][number]>): PixelBox {
  return { left, top, right, bottom };
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
  const magic = await readExactly(file, 0, facesMagic.length);
  if (magic?.equals(facesMagic) !== true) return undefined;
  const hash = await hashStart(file, byteLength - facesTailBytes + 4);
  return hash.equals(tail.subarray(4, 36)) ? facts : undefined;
}

function isSound(frame: FacesFacts["frames"][number], { widthPixels, heightPixels }: FacesFacts): boolean {
  if (frame === null) return true;
  const [left, top, right, bottom, length] = frame;
  if (left >= right || top >= bottom || right > widthPixels || bottom > heightPixels) return false;
  return length <= maxPackedBytes({ left, top, right, bottom });
}

async function readExactly(file: FileHandle, position: number, length: number): Promise<Buffer | undefined> {
  if (position < 0) return undefined;
  const buffer = Buffer.allocUnsafe(length);
  const { bytesRead } = await file.read(buffer, 0, length, position);
  return bytesRead === length ? buffer : undefined;
}
