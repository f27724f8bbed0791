import { join } from "node:path";
import { createActor, demoActors, drawPortrait, openScene, talkingTimeline, type ActorState } from "@understudy/actors";
import { createNodeAvIo, openVideoWriter, writePng } from "#media/index.js";

/** A clip of invented people, as tests ask for it. */
export interface ActorClipSpec {
  readonly widthPixels?: number;
  readonly heightPixels?: number;
  readonly frameRate?: number;
  readonly durationSeconds?: number;
  readonly gopFrames?: number;
  /** Frame numbers, half-open, in which the room is empty. */
  readonly emptyFrames?: readonly [number, number];
  /** Default 1; 0 for an empty room. */
  readonly actorCount?: 0 | 1 | 2;
  readonly hasSound?: boolean;
}

/**
 * Draws a talking clip and writes it as H.264 with silent AAC; some 20 ms a frame at the default size, and a second for
 * making the actor.
 */
export async function writeActorClip(path: string, spec: ActorClipSpec = {}): Promise<void> {
  const { widthPixels = 320, heightPixels = 240, frameRate = 15, durationSeconds = 2, actorCount = 1 } = spec;
  const actors = [demoActors.presenter, createActor({ seed: 11 })].slice(0, actorCount);
  const scene = openScene({ width: widthPixels, height: heightPixels, actors: actors.map((actor) => ({ actor })) });
  const timelines = actors.map((_, i) => talkingTimeline({ seed: i + 1, durationSeconds }));
  const [emptyFrom, emptyTo] = spec.emptyFrames ?? [0, 0];
  const writer = await openVideoWriter(createNodeAvIo(), path, {
    widthPixels,
    heightPixels,
    frameRate: { numerator: frameRate, denominator: 1 },
    gopFrames: spec.gopFrames ?? frameRate,
    ...(spec.hasSound === false ? {} : { sound: { sampleRateHz: 48_000, channelCount: 1 as const, isSilent: true } }),
  });
  try {
    for (let frame = 0; frame < durationSeconds * frameRate; frame += 1) {
      const isEmpty = emptyFrom <= frame && frame < emptyTo;
      const states = timelines.map((at) => (isEmpty ? null : at(frame / frameRate)));
      const { rgb } = scene.draw(states, { grainSeed: frame });
      await writer.writePicture({ widthPixels, heightPixels, rgb });
    }
    await writer.finish();
  } finally {
    writer.close();
  }
}

/**
 * Draws a portrait of the demo's customer, or of another seed, and writes it as PNG. At the default size the face is
 * 180 pixels high (1.6 s of processor time); from 190 on, actors are made in finer detail (2.5 s at 512 pixels).
 */
export async function writeActorPortrait(
  path: string,
  options: { sizePixels?: number; seed?: number; state?: Partial<ActorState> } = {},
): Promise<string> {
  const { sizePixels = 300, seed } = options;
  const actor = seed === undefined ? demoActors.customer : createActor({ seed });
  const { width, height, rgb } = drawPortrait(actor, {
    width: sizePixels,
    height: sizePixels,
    faceHeight: 0.6,
    ...(options.state === undefined ? {} : { state: options.state }),
  });
  await writePng({ widthPixels: width, heightPixels: height, rgb }, path);
  return path;
}

/** Both, side by side in a folder. */
export async function writeActorPair(
  folder: string,
  spec: ActorClipSpec = {},
): Promise<{ readonly sourcePath: string; readonly facePath: string }> {
  const sourcePath = join(folder, "source.mp4");
  await writeActorClip(sourcePath, spec);
  return { sourcePath, facePath: await writeActorPortrait(join(folder, "face.png")) };
}
