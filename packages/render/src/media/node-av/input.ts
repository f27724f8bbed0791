import type { FormatContext } from "node-av/lib";
import { basename, resolve } from "node:path";
import { UnderstudyError } from "#model/errors.js";
import type {
  CodedPacket,
  DecoderSettings,
  MediaInput,
  PictureDecoder,
  SoundDecoder,
  TrackFacts,
} from "#media/media-io.js";
import { containersRead } from "#media/containers-read.js";
import { createMissingDecodeTimes } from "#media/missing-decode-times.js";
import type { NodeAv } from "./load.js";
import { NodeAvPacket } from "./packet.js";
import { NodeAvPictureDecoder } from "./picture-decoder.js";
import { NodeAvSoundDecoder } from "./sound-decoder.js";
import { trackFactsOf } from "./track-facts.js";

/** An opened source file. */
export class NodeAvInput implements MediaInput {
  readonly path: string;
  readonly container: string;
  readonly zeroSeconds: number;
  readonly durationSeconds: number;
  readonly tracks: readonly TrackFacts[];
  endedEarly = false;
  readonly native: FormatContext;
  readonly #av: NodeAv;
  readonly #packet: NodeAvPacket;
  readonly #missingDecodeTime: (trackIndex: number, ptsTicks: number, durationTicks: number) => number;
  #selected: ReadonlySet<number>;
  #isClosed = false;

  /** Opens `path`, read as a plain file name whatever it looks like. */
  static async open(av: NodeAv, path: string): Promise<NodeAvInput> {
    const native = new av.lib.FormatContext();
    const options = av.lib.Dictionary.fromObject({
      protocol_whitelist: "file",
      format_whitelist: containersRead,
      // Presentation times for containers that store none (AVI).
      fflags: "+genpts",
    });
    assertReadable(av, path, await native.openInput(`file:${resolve(path)}`, null, options));
    try {
      assertReadable(av, path, await native.findStreamInfo(null));
      return new NodeAvInput(av, path, native);
    } catch (error) {
      native.closeInputSync();
      throw error;
    }
  }

  private constructor(av: NodeAv, path: string, native: FormatContext) {
    this.#av = av;
    this.path = path;
    this.native = native;
    this.container = native.iformat?.name ?? "unknown";
    const start = native.startTime;
    const isMov = this.container.startsWith("mov");
    this.zeroSeconds = isMov || start === av.constants.AV_NOPTS_VALUE ? 0 : Number(start) / 1e6;
    this.durationSeconds = native.duration > 0n ? Number(native.duration) / 1e6 : 0;
    this.tracks = native.streams.map((stream) => trackFactsOf(av, stream));
    this.#selected = new Set(this.tracks.map((track) => track.index));
    this.#packet = new NodeAvPacket(av);
    this.#missingDecodeTime = createMissingDecodeTimes(this.tracks);
  }

  select(trackIndexes: readonly number[]): void {
    const { AVDISCARD_ALL, AVDISCARD_DEFAULT } = this.#av.constants;
    this.#selected = new Set(trackIndexes);
    for (const stream of this.native.streams) {
      stream.discard = this.#selected.has(stream.index) ? AVDISCARD_DEFAULT : AVDISCARD_ALL;
    }
  }

  async read(): Promise<CodedPacket | undefined> {
    const packet = this.#packet;
    for (;;) {
      packet.native.unref();
      const status = this.native.readFrameSync(packet.native);
      if (status < 0) {
        if (status !== this.#av.constants.AVERROR_EOF) this.endedEarly = true;
        return undefined;
      }
      // Tracks that appear late in a transport stream are not in `tracks`.
      if (!this.#selected.has(packet.native.streamIndex)) continue;
      packet.refresh(this.#missingDecodeTime);
      return packet;
    }
  }

  openDecoder(trackIndex: number, settings: DecoderSettings = {}): PictureDecoder {
    return new NodeAvPictureDecoder(this.#av, this.#stream(trackIndex), settings);
  }

  openSoundDecoder(trackIndex: number, sampleRateHz: number): SoundDecoder {
    return new NodeAvSoundDecoder(this.#av, this.#stream(trackIndex), sampleRateHz);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#packet.native.free();
    this.native.closeInputSync();
  }

  #stream(trackIndex: number) {
    const stream = this.native.streams[trackIndex];
    if (stream === undefined) throw new UnderstudyError("internal-error", `There is no track ${trackIndex}.`);
    return stream;
  }
}

/** FFmpeg's own words for a refused file ("Invalid argument") help nobody; they are kept as the cause. */
function assertReadable(av: NodeAv, path: string, status: number): void {
  if (status >= 0) return;
  const cause = new Error(av.lib.FFmpegError.strerror(status));
  throw new UnderstudyError("unreadable-media", `${basename(path)} is not a video that can be read.`, { cause });
}
