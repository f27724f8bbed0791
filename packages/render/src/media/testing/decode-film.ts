import { createHash } from "node:crypto";
import type { PlanarFrame } from "#model/image.js";
import type { DecodeStart, FrameIndex } from "#model/media.js";
import { packetsToDecode } from "#model/packets-to-decode.js";
import type { FrameRange } from "#model/plan.js";
import type { MediaIO } from "#media/media-io.js";
import { probeSource } from "#media/probe.js";
import { openRegionReader } from "#media/region-reader.js";

const limits = { maxInputBytes: 1e8, maxPixels: 1e7, maxDurationSeconds: 60 };

/** A film to decode parts of. */
export interface Film {
  readonly index: FrameIndex;
  /** Number, time and hash of the pixels of each frame of a range, decoded from the packets that `starts` choose. */
  decode(range: FrameRange, starts: readonly DecodeStart[]): Promise<string[]>;
}

/** Probes a film for tests that compare what decoding gives. */
export async function openFilm(io: MediaIO, path: string): Promise<Film> {
  const { source, index } = await probeSource(io, path, limits);
  return {
    index,
    async decode(range, starts) {
      const region = { index: 0, kind: "changed", ...range, ...packetsToDecode(starts, range) } as const;
      const task = {
        io,
        sourcePath: path,
        trackIndex: source.video.index,
        region,
        stitch: { mode: "uniform" },
      } as const;
      const reader = await openRegionReader(task);
      const frames: string[] = [];
      for await (const { picture, decoded, frameNumber, release } of reader) {
        frames.push(`${frameNumber} at ${decoded.ptsTicks}: ${hashOf(picture)}`);
        release();
      }
      return reader.repeatedFrames === 0 ? frames : [...frames, `${reader.repeatedFrames} repeated`];
    },
  };
}

/** Of the pixels alone; rows may be followed by anything. */
function hashOf({ widthPixels, heightPixels, y, u, v, lumaStride, chromaStride }: PlanarFrame): string {
  const hash = createHash("sha256");
  const add = (plane: Uint8Array, stride: number, width: number, height: number): void => {
    for (let row = 0; row < height; row++) hash.update(plane.subarray(row * stride, row * stride + width));
  };
  add(y, lumaStride, widthPixels, heightPixels);
  for (const plane of [u, v]) add(plane, chromaStride, widthPixels / 2, heightPixels / 2);
  return hash.digest("hex");
}
