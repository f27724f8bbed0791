import type { CodecContext, SoftwareResampleContext, Stream } from "node-av/lib";
import { UnderstudyError } from "#model/errors.js";
import type { CodedPacket, DecodedSound, SoundDecoder } from "#media/media-io.js";
import { check } from "./failure.js";
import type { NodeAv } from "./load.js";
import type { NodeAvPacket } from "./packet.js";

/** FFmpeg's decoder for one sound track, giving interleaved floats. */
export class NodeAvSoundDecoder implements SoundDecoder {
  readonly channelCount: number;
  readonly #av: NodeAv;
  readonly #context: CodecContext;
  readonly #sampleRateHz: number;
  #resampler: SoftwareResampleContext | undefined;

  constructor(av: NodeAv, stream: Stream, sampleRateHz: number) {
    this.#av = av;
    this.#sampleRateHz = sampleRateHz;
    this.channelCount = Math.min(2, Math.max(1, stream.codecpar.channels));
    const codec = av.lib.Codec.findDecoder(stream.codecpar.codecId);
    if (codec === null) throw new UnderstudyError("unreadable-media", "The sound track cannot be decoded here.");
    this.#context = new av.lib.CodecContext();
    this.#context.allocContext3(codec);
    check(av, this.#context.parametersToContext(stream.codecpar), "unreadable-media", "The sound track is not valid");
    this.#context.pktTimebase = stream.timeBase;
    check(av, this.#context.open2Sync(codec, null), "unreadable-media", "The sound track cannot be decoded");
  }

  async send(packet: CodedPacket | undefined): Promise<void> {
    // A damaged packet gives a gap, as in every player; the pictures decide whether the file is readable.
    this.#context.sendPacketSync(packet === undefined ? null : (packet as NodeAvPacket).native);
  }

  async receive(): Promise<DecodedSound | undefined> {
    const av = this.#av;
    const frame = new av.lib.Frame();
    frame.alloc();
    try {
      if (this.#context.receiveFrameSync(frame) < 0) return undefined;
      this.#resampler ??= this.#openResampler(frame.channelLayout, frame.format as never, frame.sampleRate);
      const room = this.#resampler.getOutSamples(frame.nbSamples);
      const bytes = Buffer.alloc(room * this.channelCount * 4);
      const made = this.#resampler.convertSync([bytes], room, frame.extendedData ?? frame.data, frame.nbSamples);
      const count = check(av, made, "internal-error", "Sound could not be converted") * this.channelCount;
      const samples = new Float32Array(bytes.buffer, bytes.byteOffset, count);
      return { ptsTicks: Number(frame.bestEffortTimestamp), samples };
    } finally {
      frame.free();
    }
  }

  close(): void {
    this.#resampler?.free();
    this.#resampler = undefined;
    this.#context.freeContext();
  }

  #openResampler(
    layout: Parameters<SoftwareResampleContext["allocSetOpts2"]>[3],
    format: never,
    fromRateHz: number,
  ): SoftwareResampleContext {
    const { lib, constants } = this.#av;
    const resampler = new lib.SoftwareResampleContext();
    const out = lib.avChannelLayoutDefault(this.channelCount);
    const failed = "Sound could not be converted";
    check(
      this.#av,
      resampler.allocSetOpts2(out, constants.AV_SAMPLE_FMT_FLT, this.#sampleRateHz, layout, format, fromRateHz),
      "internal-error",
      failed,
    );
    check(this.#av, resampler.init(), "internal-error", failed);
    return resampler;
  }
}
