import { UnderstudyError } from "#model/errors.js";
import type { Rational } from "#model/media.js";
import type {
  CodedPacket,
  MediaInput,
  MediaOutput,
  NewPacket,
  OutputPictureTrack,
  OutputSettings,
  SoundEncoder,
  TrackFacts,
} from "#media/media-io.js";
import { Mp4Writer } from "#media/mp4/mp4-writer.js";
import { captionConfiguration, captionTicksPerSecond } from "#media/mp4/caption-entry.js";
import type { TrackEntry } from "#media/mp4/sample-entry.js";
import type { TrackDescription } from "./file-facts.js";
import { FfmpegInput } from "./input.js";
import { FfmpegSoundEncoder } from "./sound-encoder.js";

/** The unit that a track's packets count in, and the one that they are written in. */
interface Clock {
  readonly timeBase: Rational;
  readonly ticksPerSecond: number;
}

/** An MP4 that this project writes itself; copies come from inputs of the same kind. */
export class FfmpegOutput implements MediaOutput {
  readonly #writer: Mp4Writer;
  readonly #settings: OutputSettings;
  readonly #clocks: Clock[] = [];

  /** Creates or empties the file. */
  static async open(path: string, settings: OutputSettings): Promise<FfmpegOutput> {
    const { metadataFrom, movieTicksPerSecond = 1000 } = settings;
    const tags = metadataFrom instanceof FfmpegInput ? metadataFrom.facts.tags : {};
    return new FfmpegOutput(await Mp4Writer.create(path, { movieTicksPerSecond, tags }), settings);
  }

  private constructor(writer: Mp4Writer, settings: OutputSettings) {
    this.#writer = writer;
    this.#settings = settings;
  }

  addCopy(input: MediaInput, trackIndex: number, configuration?: Uint8Array): number {
    const like = descriptionOf(input, trackIndex);
    const { facts } = like;
    const entry = entryOf(facts, configuration ?? facts.configuration);
    return this.#add(entry, { timeBase: facts.timeBase, ticksPerSecond: this.#rateOf(facts) }, like);
  }

  addPicture({ like, timeBase, ...entry }: OutputPictureTrack): number {
    const ticksPerSecond = this.#settings.pictureTicksPerSecond ?? timeBase.denominator;
    const source = like === undefined ? undefined : descriptionOf(like.input, like.trackIndex);
    return this.#add({ kind: "picture", ...entry }, { timeBase, ticksPerSecond }, source);
  }

  addSound(encoder: SoundEncoder): number {
    if (!(encoder instanceof FfmpegSoundEncoder)) throw ofAnotherKind();
    const { sampleRateHz, channelCount, configuration } = encoder;
    const timeBase = { numerator: 1, denominator: sampleRateHz };
    const entry = { kind: "sound", codec: "aac", configuration, sampleRateHz, channelCount } as const;
    return this.#add(entry, { timeBase, ticksPerSecond: sampleRateHz }, undefined);
  }

  addCaptions({ language }: { readonly language: string }): number {
    const timeBase = { numerator: 1, denominator: captionTicksPerSecond };
    const entry = { kind: "text", configuration: captionConfiguration } as const;
    return this.#add(entry, { timeBase, ticksPerSecond: captionTicksPerSecond }, { language });
  }

  /** The file is begun already. */
  async start(): Promise<void> {}

  async write(track: number, packet: CodedPacket | NewPacket, shiftTicks = 0): Promise<void> {
    const { numerator, denominator } = this.#clocks[track]?.timeBase ?? { numerator: 1, denominator: 1 };
    const rate = this.#clocks[track]?.ticksPerSecond ?? 1;
    const convert = (ticks: number) => Math.round((ticks * numerator * rate) / denominator);
    await this.#writer.write(track, {
      ptsTicks: convert(packet.ptsTicks + shiftTicks),
      dtsTicks: convert(packet.dtsTicks + shiftTicks),
      durationTicks: convert(packet.durationTicks),
      isKeyframe: packet.isKeyframe,
      payload: packet.payload,
    });
  }

  finish(): Promise<void> {
    return this.#writer.finish();
  }

  close(): void {
    this.#writer.close();
  }

  #add(
    entry: TrackEntry,
    clock: Clock,
    like: Partial<Pick<TrackDescription, "isDefault" | "language" | "displayMatrix">> | undefined,
  ): number {
    this.#clocks.push(clock);
    return this.#writer.addTrack({
      entry,
      ticksPerSecond: clock.ticksPerSecond,
      isEnabled: like?.isDefault ?? true,
      language: like?.language,
      displayMatrix: entry.kind === "picture" ? like?.displayMatrix : undefined,
    });
  }

  /** Sound counts in samples where the source's ticks are whole numbers of them, else in the source's ticks. */
  #rateOf({ timeBase, sound, picture }: TrackFacts): number {
    if (picture !== undefined) return this.#settings.pictureTicksPerSecond ?? timeBase.denominator;
    const rate = sound?.sampleRateHz ?? timeBase.denominator;
    return (rate * timeBase.numerator) % timeBase.denominator === 0 ? rate : timeBase.denominator;
  }
}

function descriptionOf(input: MediaInput, trackIndex: number): TrackDescription {
  if (!(input instanceof FfmpegInput)) throw ofAnotherKind();
  return input.describe(trackIndex);
}

function entryOf({ codec, kind, picture, sound }: TrackFacts, configuration: Uint8Array): TrackEntry {
  if (codec === "h264" && picture !== undefined) return { kind: "picture", configuration, ...picture };
  if (sound !== undefined) return { kind: "sound", codec, configuration, ...sound };
  if (kind === "subtitle" && codec === "mov_text") return { kind: "text", configuration };
  throw new UnderstudyError("internal-error", `A track of ${codec} cannot be copied into MP4 here.`);
}

function ofAnotherKind(): UnderstudyError {
  return new UnderstudyError("internal-error", "A track of another reader cannot be copied.");
}
