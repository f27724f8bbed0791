import { UnderstudyError } from "#model/errors.js";
import { Child } from "./child.js";
import { ByteSource } from "./nut/byte-source.js";
import { withPatience } from "./patience.js";
import { fileInput, quietFfmpeg, type Programs } from "./programs.js";

/**
 * The payloads of a file's packets, track by track, each track through a pipe of its own: FFmpeg's `data` muxer writes them
 * one behind the other and nothing else. Packets must be asked for in file order, or the pipes block each other.
 */
export class Payloads {
  readonly #child: Child;
  readonly #bytes = new Map<number, ByteSource>();

  constructor(programs: Programs, path: string, trackIndexes: readonly number[]) {
    // Packets in front of the first keyframe or of time 0 belong to the film as well.
    const copy = ["-c", "copy", "-copyinkf", "-copypriorss", "1", "-f", "data"];
    const outputs = trackIndexes.flatMap((track, at) => ["-map", `0:${track}`, ...copy, `pipe:${3 + at}`]);
    const args = [...quietFfmpeg, "-copyts", ...fileInput(path), ...outputs];
    this.#child = new Child({ program: programs.ffmpegPath, args, extraOutputs: trackIndexes.length });
    for (const [at, track] of trackIndexes.entries())
      this.#bytes.set(track, new ByteSource(this.#child.extraOutput(at)));
  }

  /** The next `byteLength` bytes of a track; `undefined` when the file ends before. */
  async take(trackIndex: number, byteLength: number): Promise<Uint8Array | undefined> {
    const source = this.#bytes.get(trackIndex);
    if (source === undefined) throw new UnderstudyError("internal-error", `Track ${trackIndex} is not being read.`);
    const payload = Buffer.allocUnsafeSlow(byteLength);
    return (await withPatience(this.#child, source.fill(payload))) ? payload : undefined;
  }

  close(): void {
    this.#child.kill();
  }
}
