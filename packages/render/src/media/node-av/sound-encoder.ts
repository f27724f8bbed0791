import type { CodecContext, Packet } from "node-av/lib";
import { UnderstudyError } from "#model/errors.js";
import type { EncodedSound, SoundEncoder, SoundEncoderSettings } from "#media/media-io.js";
import { check } from "./failure.js";
import type { NodeAv } from "./load.js";

/** FFmpeg's native AAC encoder. libfdk_aac is in the same binary but may not be distributed together with GPL code. */
export class NodeAvSoundEncoder implements SoundEncoder {
  readonly sampleRateHz: number;
  readonly native: CodecContext;
  readonly #av: NodeAv;
  readonly #channelCount: number;
  readonly #packet: Packet;
  readonly #frameSamples: number;
  #pending: Float32Array;
  #pendingSamples = 0;
  #sentSamples = 0;
  #isClosed = false;

  constructor(av: NodeAv, settings: SoundEncoderSettings) {
    this.#av = av;
    this.sampleRateHz = settings.sampleRateHz;
    this.#channelCount = settings.channelCount;
    const codec = av.lib.Codec.findEncoderByName(av.constants.FF_ENCODER_AAC);
    if (codec === null) throw new UnderstudyError("internal-error", "This build of FFmpeg has no AAC encoder.");
    const context = new av.lib.CodecContext();
    context.allocContext3(codec);
    context.sampleRate = settings.sampleRateHz;
    context.sampleFormat = av.constants.AV_SAMPLE_FMT_FLTP;
    context.channelLayout = av.lib.avChannelLayoutDefault(settings.channelCount);
    context.bitRate = BigInt(settings.bitRate ?? (settings.channelCount === 1 ? 96_000 : 128_000));
    context.timeBase = new av.lib.Rational(1, settings.sampleRateHz);
    context.setFlags(av.constants.AV_CODEC_FLAG_GLOBAL_HEADER);
    try {
      check(av, context.open2Sync(codec, null), "internal-error", "The AAC encoder could not start");
    } catch (error) {
      context.freeContext();
      throw error;
    }
    this.native = context;
    this.#frameSamples = context.frameSize;
    this.#pending = new Float32Array(this.#frameSamples * settings.channelCount);
    this.#packet = new av.lib.Packet();
    this.#packet.alloc();
  }

  /** Blocks are cut to the encoder's 1024 samples; packets wait inside the encoder until `receive()`. */
  async send(interleaved: Float32Array | undefined): Promise<void> {
    if (interleaved === undefined) {
      if (this.#pendingSamples > 0) this.#sendFrame(this.#pendingSamples);
      check(this.#av, this.native.sendFrameSync(null), "internal-error", "The AAC encoder could not finish");
      return;
    }
    const channels = this.#channelCount;
    const total = Math.floor(interleaved.length / channels);
    let done = 0;
    while (done < total) {
      const count = Math.min(this.#frameSamples - this.#pendingSamples, total - done);
      this.#pending.set(
        interleaved.subarray(done * channels, (done + count) * channels),
        this.#pendingSamples * channels,
      );
      this.#pendingSamples += count;
      done += count;
      if (this.#pendingSamples === this.#frameSamples) this.#sendFrame(this.#frameSamples);
    }
  }

  readonly #received: EncodedSound[] = [];

  async receive(): Promise<EncodedSound | undefined> {
    this.#collect();
    return this.#received.shift();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#packet.free();
    this.native.freeContext();
  }

  #sendFrame(sampleCount: number): void {
    const av = this.#av;
    const frame = new av.lib.Frame();
    frame.alloc();
    try {
      frame.format = av.constants.AV_SAMPLE_FMT_FLTP;
      frame.nbSamples = sampleCount;
      frame.sampleRate = this.sampleRateHz;
      frame.channelLayout = av.lib.avChannelLayoutDefault(this.#channelCount);
      check(av, frame.getBuffer(), "internal-error", "No memory for sound");
      for (let channel = 0; channel < this.#channelCount; channel++) {
        const plane = frame.data?.[channel];
        if (plane === undefined) continue;
        for (let sample = 0; sample < sampleCount; sample++) {
          plane.writeFloatLE(this.#pending[sample * this.#channelCount + channel] ?? 0, sample * 4);
        }
      }
      frame.pts = BigInt(this.#sentSamples);
      check(av, this.native.sendFrameSync(frame), "internal-error", "The AAC encoder refused sound");
    } finally {
      frame.free();
    }
    this.#sentSamples += sampleCount;
    this.#pendingSamples = 0;
    this.#collect();
  }

  #collect(): void {
    const packet = this.#packet;
    for (;;) {
      packet.unref();
      if (this.native.receivePacketSync(packet) < 0) return;
      this.#received.push({
        ptsTicks: Number(packet.pts),
        durationTicks: Number(packet.duration),
        payload: Uint8Array.from(packet.data ?? []),
      });
    }
  }
}
