import type { MediaInput, TrackFacts } from "#media/media-io.js";
import { openSoundClip, type SoundClip } from "#media/sound-clip.js";
import { ticksToSeconds } from "#media/ticks.js";
import { createTurns } from "#media/turns.js";
import { digestOf } from "./digest.js";
import { createPacketFates } from "./kept-packets.js";
import type { OpenedClips } from "./open-clips.js";
import { storedSound, treatmentOf } from "./sound-treatment.js";
import type { Entry, VerifyInput } from "./verify-input.js";

/** What the output must hold. */
export interface Expected {
  /** Digest of each picture packet, decode order. */
  readonly picture: ExpectedPicture[];
  /** Copied sound tracks, in track order; behind them one that was made for the film. */
  readonly sound: Entry[][];
}

/** One picture packet that the output must hold. */
export interface ExpectedPicture {
  readonly digest: string;
  readonly isKept: boolean;
  /** Whether decoding can begin with it, and nothing in front of it is needed. */
  readonly isClean: boolean;
  /** When it is shown. */
  readonly seconds: number;
}

/** Reads the source once, and clips, and says what the output must hold. */
export async function readExpected(task: VerifyInput, clips: OpenedClips, progress: () => void): Promise<Expected> {
  const { io, source, plan, index, signal } = task;
  const input = await io.openInput(source.path);
  try {
    const mixed = task.sound && (await readMixed(task.sound));
    const sound = new Map<number, { track: TrackFacts; entries: Entry[] }>();
    for (const track of input.tracks) {
      const isReplaced = mixed?.kind === "whole" && track.index === task.sound?.trackIndex;
      const isCopied = track.kind === "audio" && treatmentOf(track) === "copy" && !isReplaced;
      if (isCopied) sound.set(track.index, { track, entries: [] });
    }
    const made = mixed?.kind === "whole" ? [mixed.entries] : [];
    const isSmart = plan.stitch.mode === "smart";
    const picture = isSmart ? [] : await readClips(task, clips, progress);
    const tracks = [...(isSmart ? [source.video.index] : []), ...sound.keys()];
    if (tracks.length === 0) return { picture, sound: made };
    input.select(tracks);
    const fateOf = createPacketFates(plan);
    const cleanCuts = new Set(index.cutPoints.map(({ packet }) => packet));
    let number = 0;
    const turn = createTurns(signal);
    for (let packet = await input.read(); packet !== undefined; packet = await input.read()) {
      progress();
      await turn();
      const other = sound.get(packet.trackIndex);
      if (other !== undefined) {
        const seconds = secondsOf(input, other.track, packet.ptsTicks);
        const isMixed = mixed?.kind === "spliced" && packet.trackIndex === task.sound?.trackIndex;
        const ours = isMixed ? mixed.digests.get(other.entries.length) : undefined;
        if (ours !== undefined) other.entries.push({ digest: ours, seconds, isMixed: true });
        else other.entries.push({ digest: digestOf(storedSound(other.track, packet.payload)), seconds });
        continue;
      }
      const fate = fateOf(packet);
      const isClean = cleanCuts.has(number++);
      if (fate.kind === "leave-out") continue;
      const isKept = fate.kind === "keep";
      const payload = isKept ? packet.payload : await clips.of(fate.region).readPayload(fate.number);
      const seconds = ticksToSeconds(packet.ptsTicks, source.video.timeBase) - input.zeroSeconds;
      picture.push({ digest: digestOf(payload), isKept, isClean, seconds });
    }
    return { picture, sound: [...[...sound.values()].map(({ entries }) => entries), ...made] };
  } finally {
    input.close();
  }
}

/** What a sound clip puts into the film. */
type MixedEntries =
  /** Digests by the number of the packet in its track. */
  | { readonly kind: "spliced"; readonly digests: ReadonlyMap<number, string> }
  | { readonly kind: "whole"; readonly entries: Entry[] };

async function readMixed({ path }: SoundClip): Promise<MixedEntries> {
  const { contents, readPayload, close } = await openSoundClip(path);
  try {
    if (contents.kind === "spliced") {
      const digests = new Map<number, string>();
      for (const [at, [number]] of contents.packets.entries()) digests.set(number, digestOf(await readPayload(at)));
      return { kind: "spliced", digests };
    }
    const { packets, startSamples, sampleRateHz } = contents;
    const entries: Entry[] = [];
    for (const [at, [ticks]] of packets.entries()) {
      const seconds = (startSamples + ticks) / sampleRateHz;
      entries.push({ digest: digestOf(await readPayload(at)), seconds, isMixed: true });
    }
    return { kind: "whole", entries };
  } finally {
    await close();
  }
}

/** The pictures of a film that is made of clips alone. */
async function readClips(
  { plan: { regions }, index, signal }: VerifyInput,
  clips: OpenedClips,
  progress: () => void,
): Promise<ExpectedPicture[]> {
  const picture: ExpectedPicture[] = [];
  const turn = createTurns(signal);
  for (const region of regions) {
    const clip = clips.of(region);
    for (const packet of clip.contents.packets.keys()) {
      progress();
      await turn();
      const digest = digestOf(await clip.readPayload(packet));
      const isKept = region.kind === "kept";
      const seconds = index.presentationSeconds[region.startFrame + packet] ?? 0;
      picture.push({ digest, isKept, isClean: packet === 0, seconds });
    }
  }
  return picture;
}

function secondsOf(input: MediaInput, track: TrackFacts, ticks: number): number {
  return ticksToSeconds(ticks, track.timeBase) - input.zeroSeconds;
}
