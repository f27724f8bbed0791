import type { SourceMedia } from "#model/media.js";

/** Counts packets and tells of every 256th. */
export interface PacketProgress {
  /** One more packet was handled. */
  step(): void;
  /** Tells that all are done, also where the count differs: packets that nothing shows are not among those announced. */
  end(): void;
}

/** Packets of a source's picture and sound. */
export function packetsOf(source: SourceMedia): number {
  return source.video.frameCount + source.audio.reduce((sum, track) => sum + track.packetCount, 0);
}

/** Starts counting towards `total`. */
export function createPacketProgress(
  total: number,
  onProgress: ((done: number, total: number) => void) | undefined,
): PacketProgress {
  let done = 0;
  return {
    step() {
      if (done++ % 256 === 0) onProgress?.(Math.min(done, total), total);
    },
    end() {
      onProgress?.(total, total);
    },
  };
}
