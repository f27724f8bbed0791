import { deflateRawSync } from "node:zlib";
import { BlockFileWriter } from "#media/block-file.js";
import type { TrackedFrame } from "#model/face-track.js";
import { meshBytes, tableRowBytes, trackHeader, trackMagic, unwrappedBytes, type TrackKey } from "./track-file.js";

/** Writes the track of one segment, or of a part of it: first all frames, then the masks of those that have one. */
export interface TrackWriter {
  /** Takes the next frame; undefined where the face is not there. */
  append(tracked: TrackedFrame | undefined): Promise<void>;
  /** Takes the mask of frame `n`; ascending, after the last frame. */
  appendMask(n: number, mask: Uint8Array): Promise<void>;
  /** Ends the file. @param usualLuma see `FaceTrack`. @throws UnderstudyError `disk-full`, `output-write-failed`. */
  finish(usualLuma?: Uint8Array): Promise<void>;
  /** Closes the file and removes it when it was not finished; safe to call twice. */
  close(): Promise<void>;
}

const noMesh = new Uint8Array(meshBytes);
const noUsualLuma = new Uint8Array(unwrappedBytes);

/** Creates or empties a track. @throws UnderstudyError `disk-full`, `output-write-failed`. */
export async function openTrackWriter(path: string, key: TrackKey): Promise<TrackWriter> {
  const file = await BlockFileWriter.create(path);
  const table = Buffer.alloc((key.endFrame - key.startFrame) * tableRowBytes);
  let frames = 0;
  await file.append(trackHeader(key));
  return {
    async append(tracked) {
      table.writeUInt32LE(tracked?.run ?? 0, frames++ * tableRowBytes);
      const { buffer, byteOffset } = tracked?.mesh ?? noMesh;
      await file.append(new Uint8Array(buffer, byteOffset, meshBytes));
    },
    async appendMask(n, mask) {
      const payload = deflateRawSync(mask);
      table.writeUInt32LE(payload.length, n * tableRowBytes + 4);
      await file.append(payload);
    },
    async finish(usualLuma = noUsualLuma) {
      await file.append(usualLuma);
      await file.append(table);
      await file.append(file.digest());
      await file.append(trackMagic);
      await file.finish();
    },
    close: () => file.close(),
  };
}
