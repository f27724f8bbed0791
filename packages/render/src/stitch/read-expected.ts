import type { MediaInput, TrackFacts } from "#media/media-io.js";
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
  /** Copied sound tracks, in track order. */
  readonly sound: Entry[][];
}

interface ExpectedPicture {
  readonly digest: string;
  readonly isKept: boolean;
}

/** Reads the source once, and clips, and says what the output must hold. */
export async function readExpected(task: VerifyInput, clips: OpenedClips, progress: () => void): Promise<Expected> {
  const { io, source, plan, signal } = task;
  const input = await io.openInput(source.path);
  try {
    const sound = new Map<number, { track: TrackFacts; entries: Entry[] }>();
    for (const track of input.tracks) {
      if (track.kind === "audio" && treatmentOf(track) === "copy") sound.set(track.index, { track, entries: [] });
    }
    const isSmart = plan.stitch.mode === "smart";
    const picture = isSmart ? [] : await readClips(plan, clips, progress, signal);
    const tracks = [...(isSmart ? [source.video.index] : []), ...sound.keys()];
    if (tracks.length === 0) return { picture, sound: [] };
    input.select(tracks);
    const fateOf = createPacketFates(plan);
    const turn = createTurns(signal);
    for (let packet = await input.read(); packet !== undefined; packet = await input.read()) {
      progress();
      await turn();
      const other = sound.get(packet.trackIndex);
      if (other !== undefined) {
        const digest = digestOf(storedSound(other.track, packet.payload));
        other.entries.push({ digest, seconds: secondsOf(input, other.track, packet.ptsTicks) });
        continue;
      }
      const fate = fateOf(packet);
      if (fate.kind === "keep") picture.push({ digest: digestOf(packet.payload), isKept: true });
      if (fate.kind === "replace") {
        picture.push({ digest: digestOf(await clips.of(fate.region).readPayload(fate.number)), isKept: false });
      }
    }
    return { picture, sound: [...sound.values()].map(({ entries }) => entries) };
  } finally {
    input.close();
  }
}

/** The pictures of a film that is made of clips alone. */
async function readClips(
  { regions }: VerifyInput["plan"],
  clips: OpenedClips,
  progress: () => void,
  signal: AbortSignal | undefined,
): Promise<ExpectedPicture[]> {
  const picture: ExpectedPicture[] = [];
  const turn = createTurns(signal);
  for (const region of regions) {
    const clip = clips.of(region);
    for (const packet of clip.contents.packets.keys()) {
      progress();
      await turn();
      picture.push({ digest: digestOf(await clip.readPayload(packet)), isKept: region.kind === "kept" });
    }
  }
  return picture;
}

function secondsOf(input: MediaInput, track: TrackFacts, ticks: number): number {
  return ticksToSeconds(ticks, track.timeBase) - input.zeroSeconds;
}
