import { UnderstudyError } from "#model/errors.js";
import type {
  CodedPacket,
  DecoderSettings,
  MediaInput,
  PictureDecoder,
  SoundDecoder,
  TrackFacts,
} from "#media/media-io.js";
import type { FileFacts, TrackDescription } from "./file-facts.js";
import { PacketList, type ListedPacket } from "./packet-list.js";
import { Payloads } from "./payloads.js";
import { FfmpegPictureDecoder } from "./picture-decoder.js";
import type { Programs } from "./programs.js";
import { FfmpegSoundDecoder } from "./sound-decoder.js";

/** A packet read by FFmpeg's programs. Its payload is memory of its own. */
export interface FfmpegPacket extends CodedPacket, Pick<ListedPacket, "skipSamples"> {}

/**
 * An opened source file. `ffprobe` lists the packets and `ffmpeg` gives their payloads; both read the file from its start
 * with the same demuxers, so they meet the same packets in the same order.
 */
export class FfmpegInput implements MediaInput {
  readonly path: string;
  readonly container: string;
  readonly zeroSeconds: number;
  readonly durationSeconds: number;
  readonly tracks: readonly TrackFacts[];
  readonly facts: FileFacts;
  endedEarly = false;
  readonly #programs: Programs;
  #selected: readonly number[];
  #reading: { readonly list: PacketList; readonly payloads: Payloads } | undefined;
  #isClosed = false;

  /** Opens `path`, read as a plain file name whatever it looks like; `facts` are what ffprobe says of it. */
  constructor(programs: Programs, path: string, facts: FileFacts) {
    this.#programs = programs;
    this.path = path;
    this.facts = facts;
    this.container = facts.container;
    this.zeroSeconds = facts.zeroSeconds;
    this.durationSeconds = facts.durationSeconds;
    this.tracks = facts.tracks.map((track) => track.facts);
    this.#selected = this.tracks.map((track) => track.index);
  }

  select(trackIndexes: readonly number[]): void {
    if (this.#reading !== undefined)
      throw new UnderstudyError("internal-error", "Tracks are chosen before the first read.");
    this.#selected = trackIndexes.filter((track) => this.tracks[track] !== undefined);
  }

  async read(): Promise<FfmpegPacket | undefined> {
    if (this.#isClosed) throw new UnderstudyError("internal-error", "The file is closed already.");
    this.#reading ??= this.#begin();
    const { list, payloads } = this.#reading;
    const listed = await list.next();
    if (listed === undefined) {
      this.endedEarly ||= !list.isComplete;
      return undefined;
    }
    const payload = await payloads.take(listed.trackIndex, listed.byteLength);
    if (payload !== undefined) return { ...listed, payload };
    this.endedEarly = true;
    return undefined;
  }

  openDecoder(trackIndex: number, settings: DecoderSettings = {}): PictureDecoder {
    return new FfmpegPictureDecoder(this.#programs, this.describe(trackIndex), settings);
  }

  openSoundDecoder(trackIndex: number, sampleRateHz: number): SoundDecoder {
    return new FfmpegSoundDecoder(this.#programs, this.describe(trackIndex), sampleRateHz);
  }

  close(): void {
    this.#isClosed = true;
    this.#reading?.list.close();
    this.#reading?.payloads.close();
  }

  /** A track with what a decoder or a copy of it needs. */
  describe(trackIndex: number): TrackDescription {
    const track = this.facts.tracks[trackIndex];
    if (track === undefined) throw new UnderstudyError("internal-error", `There is no track ${trackIndex}.`);
    return track;
  }

  #begin(): { list: PacketList; payloads: Payloads } {
    const selected = new Set(this.#selected);
    const list = new PacketList(this.#programs, this.path, this.facts, (track) => selected.has(track));
    return { list, payloads: new Payloads(this.#programs, this.path, [...selected]) };
  }
}
