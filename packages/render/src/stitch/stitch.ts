import type { ClipFile } from "#media/clip-file.js";
import { mergeConfigurations, parseAvcConfiguration, writeAvcConfiguration } from "#media/h264/parameter-sets.js";
import type { CodedPacket, MediaInput, MediaIO, MediaOutput, TrackFacts } from "#media/media-io.js";
import type { SoundClip } from "#media/sound-clip.js";
import { commonRate, secondsToTicks, ticksToSeconds } from "#media/ticks.js";
import { createTurns } from "#media/turns.js";
import type { ShownText } from "#model/captions.js";
import { UnderstudyError } from "#model/errors.js";
import type { SourceMedia } from "#model/media.js";
import type { RenderPlan } from "#model/plan.js";
import { addCaptionTrack, type CaptionTrack } from "./caption-track.js";
import { createPacketFates } from "./kept-packets.js";
import { openClips, type OpenedClips } from "./open-clips.js";
import { createPacketProgress, packetsOf } from "./packet-progress.js";
import { openPlacedSound, type PlacedSound } from "./placed-sound.js";
import { createSoundTranscoder, type SoundTranscoder } from "./sound-transcoder.js";
import { treatmentOf } from "./sound-treatment.js";

/** A finished clip, and what is said of it in the notes. */
export type ClipPlace = Pick<ClipFile, "path" | "repeatedFrames">;

/** What stitching needs. */
export interface StitchInput {
  readonly io: MediaIO;
  readonly source: SourceMedia;
  readonly plan: RenderPlan;
  /** One finished clip for each region of the plan, in any order. */
  readonly clips: readonly ClipPlace[];
  /** Sound with speech in it, for the first sound track; default: all sound is the source's. */
  readonly sound?: SoundClip;
  /** What a caption track shows; default: there is none. */
  readonly captions?: {
    /** ISO 639-2, such as `eng`. */
    readonly language: string;
    readonly texts: readonly ShownText[];
  };
  /** An existing file is overwritten; nothing else is written. */
  readonly outputPath: string;
  readonly signal?: AbortSignal;
  /** Packets of the source that were handled, and how many there are; the last call says that all are. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** What was written; plain data. */
export interface StitchOutcome {
  readonly copiedPackets: number;
  readonly replacedPackets: number;
  /** One sentence for each track that was not copied as it was, and one for frames that could not be decoded. */
  readonly notes: readonly string[];
}

/**
 * Puts clips and source together: every packet outside the regions, and all sound that MP4 can carry, is copied byte for
 * byte. Times, edit lists, rotation and metadata stay the source's.
 * @throws UnderstudyError `output-write-failed`, `disk-full`, `unreadable-media`, `cancelled`, `internal-error`.
 */
export async function stitch(task: StitchInput): Promise<StitchOutcome> {
  const { io, source, plan, outputPath } = task;
  const clips = await openClips(plan, task.clips);
  let input: MediaInput | undefined;
  let output: MediaOutput | undefined;
  let transcoders: SoundTranscoder[] = [];
  let placed: PlacedSound | undefined;
  try {
    placed = task.sound && (await openPlacedSound(io, task.sound));
    input = await io.openInput(source.path);
    const track = input.tracks[source.video.index];
    if (track?.picture === undefined)
      throw new UnderstudyError("no-video-track", "The source has lost its picture track.");
    const { timeBase } = track;
    const soundRate =
      input.tracks.find((other) => other.sound !== undefined)?.sound?.sampleRateHz ?? timeBase.denominator;
    output = await io.openOutput(outputPath, {
      metadataFrom: input,
      pictureTicksPerSecond: timeBase.denominator,
      movieTicksPerSecond: commonRate(timeBase.denominator, soundRate),
    });
    const tracks = await addTracks({ io, input, output, picture: track, plan, clips, placed });
    transcoders = tracks.transcoders;
    const captions = task.captions && addCaptionTrack(output, task.captions);
    await output.start();
    const counts = await copyPackets(task, { input, output, clips, placed, captions, ...tracks });
    await output.finish();
    return { ...counts, notes: [...tracks.notes, ...repeatNotes(task.clips)] };
  } finally {
    for (const transcoder of transcoders) transcoder.close();
    await placed?.close();
    output?.close();
    input?.close();
    await clips.close();
  }
}

function repeatNotes(clips: readonly ClipPlace[]): string[] {
  const frames = clips.reduce((sum, clip) => sum + clip.repeatedFrames, 0);
  if (frames === 0) return [];
  const [what, verb] = frames === 1 ? ["frame", "shows"] : ["frames", "show"];
  return [`${frames} ${what} of the source could not be decoded and ${verb} a neighbour.`];
}

interface StitchTracks {
  /** Output track number of each source track that is copied. */
  readonly copied: ReadonlyMap<number, number>;
  readonly pictureTrack: number;
  readonly transcoders: SoundTranscoder[];
  readonly notes: readonly string[];
}

interface TrackSources {
  readonly io: MediaIO;
  readonly input: MediaInput;
  readonly output: MediaOutput;
  readonly picture: TrackFacts;
  readonly plan: RenderPlan;
  readonly clips: OpenedClips;
  readonly placed: PlacedSound | undefined;
}

async function addTracks({ io, input, output, picture, plan, clips, placed }: TrackSources): Promise<StitchTracks> {
  const pictureTrack = addPictureTrack(input, output, picture, plan, clips);
  const copied = new Map<number, number>();
  const transcoders: SoundTranscoder[] = [];
  const notes: string[] = [];
  for (const track of input.tracks) {
    if (track.index === picture.index) continue;
    if (placed?.kind === "whole" && placed.trackIndex === track.index) {
      placed.addTo(output);
      continue;
    }
    const treatment = treatmentOf(track);
    if (treatment === "copy") copied.set(track.index, output.addCopy(input, track.index));
    if (treatment === "encode-aac") {
      transcoders.push(await createSoundTranscoder(io, input, track, output));
      notes.push(`Sound track ${track.index} (${track.codec}) was encoded as AAC, because MP4 does not carry it well.`);
    }
    if (treatment === "drop") notes.push(`Track ${track.index} (${track.kind}, ${track.codec}) was left out.`);
  }
  if (placed?.kind === "whole" && placed.trackIndex === undefined) placed.addTo(output);
  input.select([picture.index, ...copied.keys(), ...transcoders.map((transcoder) => transcoder.trackIndex)]);
  return { copied, pictureTrack, transcoders, notes };
}

function addPictureTrack(
  input: MediaInput,
  output: MediaOutput,
  picture: TrackFacts,
  plan: RenderPlan,
  clips: OpenedClips,
): number {
  const configurations = clips.all.map(({ contents }) => {
    const parsed = parseAvcConfiguration(Buffer.from(contents.configuration, "base64"));
    if (parsed === undefined) throw new UnderstudyError("internal-error", "A clip has no valid H.264 header.");
    return parsed;
  });
  const [first] = clips.all;
  if (plan.stitch.mode !== "smart") {
    const own = configurations[0];
    if (first === undefined || own === undefined)
      throw new UnderstudyError("internal-error", "There is no clip to write.");
    return output.addPicture({
      ...first.contents,
      configuration: writeAvcConfiguration(own),
      like: { input, trackIndex: picture.index },
    });
  }
  const source = parseAvcConfiguration(picture.configuration);
  if (source === undefined)
    throw new UnderstudyError("internal-error", "Smart cut was planned for a track that is not avc1.");
  return output.addCopy(input, picture.index, writeAvcConfiguration(mergeConfigurations(source, configurations)));
}

interface CopyContext extends StitchTracks {
  readonly input: MediaInput;
  readonly output: MediaOutput;
  readonly clips: OpenedClips;
  readonly placed: PlacedSound | undefined;
  readonly captions: CaptionTrack | undefined;
}

async function copyPackets(
  task: StitchInput,
  context: CopyContext,
): Promise<{ copiedPackets: number; replacedPackets: number }> {
  const { input, output, copied, transcoders, placed, captions } = context;
  const pictureIndex = task.source.video.index;
  const fateOf = createPacketFates(task.plan);
  const shifts = new Map(
    input.tracks.map((track) => [track.index, -secondsToTicks(input.zeroSeconds, track.timeBase)]),
  );
  const progress = createPacketProgress(packetsOf(task.source), task.onProgress);
  const turn = createTurns(task.signal);
  let copiedPackets = 0;
  let replacedPackets = 0;
  for (let packet = await input.read(); packet !== undefined; packet = await input.read()) {
    progress.step();
    await turn();
    const shift = shifts.get(packet.trackIndex) ?? 0;
    if (packet.trackIndex !== pictureIndex) {
      const track = copied.get(packet.trackIndex);
      if (track === undefined) await transcoders.find((one) => one.trackIndex === packet.trackIndex)?.take(packet);
      else if (await writeSound(context, track, packet, shift)) copiedPackets++;
      else replacedPackets++;
      continue;
    }
    const seconds = ticksToSeconds(packet.dtsTicks + shift, task.source.video.timeBase);
    if (placed?.kind === "whole") await placed.writeUntil(output, seconds);
    await captions?.writeUntil(seconds);
    const written = await writePicture(context, fateOf, packet, shift);
    if (written === "copied") copiedPackets++;
    if (written === "replaced") replacedPackets++;
  }
  for (const transcoder of transcoders) await transcoder.finish();
  if (placed?.kind === "whole") await placed.writeUntil(output, Number.POSITIVE_INFINITY);
  await captions?.writeUntil(Number.POSITIVE_INFINITY);
  progress.end();
  return { copiedPackets, replacedPackets };
}

/** @returns whether it is the source's packet. */
async function writeSound(
  { output, placed }: CopyContext,
  track: number,
  packet: CodedPacket,
  shiftTicks: number,
): Promise<boolean> {
  const isSpliced = placed?.kind === "spliced" && placed.trackIndex === packet.trackIndex;
  const payload = isSpliced ? await placed.nextPayload() : undefined;
  if (payload === undefined) await output.write(track, packet, shiftTicks);
  else {
    const { ptsTicks, dtsTicks, durationTicks } = packet;
    await output.write(track, { ptsTicks, dtsTicks, durationTicks, isKeyframe: true, payload }, shiftTicks);
  }
  return payload === undefined;
}

async function writePicture(
  { output, clips, pictureTrack }: CopyContext,
  fateOf: ReturnType<typeof createPacketFates>,
  packet: CodedPacket,
  shiftTicks: number,
): Promise<"copied" | "replaced" | "left out"> {
  const fate = fateOf(packet);
  if (fate.kind === "leave-out") return "left out";
  if (fate.kind === "keep") {
    await output.write(pictureTrack, packet, shiftTicks);
    return "copied";
  }
  const clip = clips.of(fate.region);
  const row = clip.contents.packets[fate.number];
  if (row === undefined)
    throw new UnderstudyError("internal-error", `The clip of region ${fate.region.index} is too short.`);
  const [ptsTicks, dtsTicks, durationTicks, isKeyframe] = row;
  const payload = await clip.readPayload(fate.number);
  await output.write(
    pictureTrack,
    { ptsTicks, dtsTicks, durationTicks, isKeyframe: isKeyframe === 1, payload },
    shiftTicks,
  );
  return "replaced";
}
