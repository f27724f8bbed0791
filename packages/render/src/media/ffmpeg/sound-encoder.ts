import type { EncodedSound, SoundEncoder, SoundEncoderSettings } from "#media/media-io.js";
import { CoderChild } from "./coder-child.js";
import type { EncoderHeaders } from "./encoder-header.js";
import { nutOutput, quietFfmpeg, type Programs } from "./programs.js";

/** Samples of an AAC packet; the encoder puts as many of silence in front, its priming. */
const packetSamples = 1024;

/** FFmpeg's own AAC encoder in a process of its own. */
export class FfmpegSoundEncoder implements SoundEncoder {
  readonly sampleRateHz: number;
  /** AudioSpecificConfig of ISO/IEC 14496-3. */
  readonly configuration: Uint8Array;
  readonly channelCount: number;
  readonly #child: CoderChild;
  #sentSamples = 0;
  #nextTicks = -packetSamples;

  static async open(
    programs: Programs,
    headers: EncoderHeaders,
    settings: SoundEncoderSettings,
  ): Promise<FfmpegSoundEncoder> {
    const args = argsFor(settings);
    const silence = new Uint8Array(4 * packetSamples * settings.channelCount);
    const configuration = await headers.headerOf(args, silence);
    return new FfmpegSoundEncoder(new CoderChild({ program: programs.ffmpegPath, args }), configuration, settings);
  }

  private constructor(child: CoderChild, configuration: Uint8Array, settings: SoundEncoderSettings) {
    this.#child = child;
    this.configuration = configuration;
    this.sampleRateHz = settings.sampleRateHz;
    this.channelCount = settings.channelCount;
  }

  async send(interleaved: Float32Array | undefined): Promise<void> {
    if (interleaved === undefined) {
      this.#child.end();
      return;
    }
    this.#sentSamples += Math.floor(interleaved.length / this.channelCount);
    const { buffer, byteOffset, byteLength } = interleaved;
    if (byteLength > 0) await this.#child.write(new Uint8Array(buffer, byteOffset, byteLength));
  }

  async receive(): Promise<EncodedSound | undefined> {
    const packet = await this.#child.take();
    if (packet === undefined) return undefined;
    const ptsTicks = this.#nextTicks;
    this.#nextTicks += packetSamples;
    // The last packet is as long as what it holds.
    const rest = this.#sentSamples - ptsTicks;
    const durationTicks = rest > 0 && rest < packetSamples ? rest : packetSamples;
    return { ptsTicks, durationTicks, payload: packet.payload };
  }

  close(): void {
    this.#child.close();
  }
}

function argsFor({ sampleRateHz, channelCount, bitRate }: SoundEncoderSettings): string[] {
  const bitsPerSecond = bitRate ?? (channelCount === 1 ? 96_000 : 128_000);
  return [
    [...quietFfmpeg, "-protocol_whitelist", "pipe", "-f", "f32le", "-ar", String(sampleRateHz)],
    ["-ac", String(channelCount), "-i", "pipe:0", "-map", "0:0"],
    ["-c:a", "aac", "-b:a", String(bitsPerSecond), ...nutOutput],
  ].flat();
}
