import { UnderstudyError } from "#model/errors.js";
import type { CodedPacket, DecodedSound, SoundDecoder } from "#media/media-io.js";
import { CoderChild } from "./coder-child.js";
import type { TrackDescription } from "./file-facts.js";
import { nutFrameHeader, nutHeader } from "./nut/nut-writer.js";
import { nutInput, nutOutput, quietFfmpeg, type Programs } from "./programs.js";

/** FFmpeg's decoder for one sound track, in a process of its own that starts with the first packet. */
export class FfmpegSoundDecoder implements SoundDecoder {
  readonly channelCount: number;
  readonly #programs: Programs;
  readonly #track: TrackDescription;
  readonly #sampleRateHz: number;
  #child: CoderChild | undefined;
  /** Time of the first packet, which counts as 0 in the pipe. */
  #firstTicks = 0;
  #isClosed = false;

  constructor(programs: Programs, track: TrackDescription, sampleRateHz: number) {
    this.#programs = programs;
    this.#track = track;
    this.#sampleRateHz = sampleRateHz;
    this.channelCount = Math.min(2, Math.max(1, track.facts.sound?.channelCount ?? 2));
  }

  async send(
    packet: (CodedPacket & { readonly skipSamples?: { start: number; end: number } | undefined }) | undefined,
  ) {
    if (this.#isClosed) return;
    if (this.#child === undefined) {
      this.#firstTicks = packet?.ptsTicks ?? 0;
      this.#child = this.#start();
    }
    if (packet === undefined) {
      this.#child.end();
      return;
    }
    const { payload, skipSamples } = packet;
    const head = nutFrameHeader({
      ptsTicks: Math.max(0, packet.ptsTicks - this.#firstTicks),
      isKeyframe: true,
      byteLength: payload.length,
      ...(skipSamples === undefined ? {} : { skipSamples }),
    });
    await this.#child.write(Buffer.concat([head, payload]));
  }

  async receive(): Promise<DecodedSound | undefined> {
    for (;;) {
      const packet = await this.#child?.take();
      if (this.#child?.hasNoDecoder === true) {
        throw new UnderstudyError("unreadable-media", "The sound track cannot be decoded here.");
      }
      const rate = this.#child?.stream?.timeBase.denominator;
      if (packet === undefined || rate === undefined) return undefined;
      const { numerator, denominator } = this.#track.facts.timeBase;
      const ptsTicks = this.#firstTicks + Math.round((packet.ptsTicks * denominator) / (rate * numerator));
      const { buffer, byteOffset, byteLength } = packet.payload;
      const samples = new Float32Array(buffer, byteOffset, Math.floor(byteLength / 4));
      // What lies in front of time 0 is a coder's priming.
      const early = Math.round((Math.max(0, -ptsTicks) * numerator * this.#sampleRateHz) / denominator);
      const heard = samples.subarray(early * this.channelCount);
      if (heard.length > 0) return { ptsTicks: Math.max(0, ptsTicks), samples: heard };
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#child?.close();
  }

  #start(): CoderChild {
    const { facts, codecTag } = this.#track;
    const shape = ["-ac", String(this.channelCount), "-ar", String(this.#sampleRateHz)];
    const child = new CoderChild({
      program: this.#programs.ffmpegPath,
      args: [
        [...quietFfmpeg, "-copyts", "-max_error_rate", "1", "-c:a", facts.codec, ...nutInput],
        ["-map", "0:0", ...shape, "-c:a", "pcm_f32le", ...nutOutput],
      ].flat(),
    });
    const { timeBase, configuration } = facts;
    const sound = facts.sound ?? { sampleRateHz: 48_000, channelCount: 2 };
    const header = nutHeader({ codecTag, configuration, timeBase, reorderFrames: 0, sound });
    void child.write(header).catch(() => undefined);
    return child;
  }
}
