import { headPose } from "#face-mesh/mesh-measures.js";
import type { MediaIO } from "#media/media-io.js";
import { openRegionReader } from "#media/region-reader.js";
import type { PlanarFrame } from "#model/image.js";
import type { VideoTrack } from "#model/media.js";
import type { Region, Stitch } from "#model/plan.js";
import type { FaceDetector } from "#nets/face-detector.js";
import type { FaceEmbedder } from "#nets/face-embedder.js";
import { squareAround, type FaceLandmarks, type FaceMesh } from "#nets/face-landmarks.js";
import { confirmFace, sureScore } from "./confirm-face.js";
import { createShotCutDetector } from "./shot-cut.js";
import type { FaceBox, Sighting } from "./sighting.js";

/** One run of packets in which people are looked for; plain data. */
export interface LookWork {
  readonly sourcePath: string;
  readonly video: VideoTrack;
  readonly region: Region;
  readonly stitch: Stitch;
  /** Frames to look at, ascending; the first frame of every new shot is looked at, too. */
  readonly frames: readonly number[];
  /** Whether small faces are looked for in every such frame, which takes three times as long, or where no other was found. */
  readonly tiles: "always" | "when-empty";
}

/** What was seen in a run of packets; plain data, fit for JSON. */
export interface Looked {
  /** Ascending; also those in which nobody was seen. */
  readonly frames: readonly number[];
  /** Ascending by frame. */
  readonly sightings: readonly Sighting[];
}

/** The networks that people are known by. */
export interface PeopleNets {
  readonly detector: FaceDetector;
  readonly landmarks: FaceLandmarks;
  readonly embedder: FaceEmbedder;
}

/** Shots that are shorter than this are not looked at for their own sake. */
const minFramesBetween = 3;
/** Smaller faces tell nobody apart. */
const minFacePixels = 20;
/** More faces in one frame are a crowd; the largest are people. */
const maxFaces = 30;

/**
 * Looks for all faces in some frames; some 50 ms a frame with small ones, 30 without.
 * @param onFrames told how many of `frames` were passed so far.
 * @throws UnderstudyError every code of reading.
 */
export async function lookForPeople(
  { sourcePath, video, region, stitch, frames, tiles }: LookWork,
  { io, nets }: { readonly io: MediaIO; readonly nets: PeopleNets },
  signal: AbortSignal,
  onFrames: (frames: number) => void,
): Promise<Looked> {
  const reader = await openRegionReader({ io, sourcePath, trackIndex: video.index, region, stitch, signal });
  const angleRadians = (-video.rotation * Math.PI) / 180;
  const wanted = new Set(frames);
  const cuts = createShotCutDetector();
  const looked: number[] = [];
  const sightings: Sighting[] = [];
  try {
    for await (const frame of reader) {
      const { frameNumber, picture } = frame;
      // In open groups of pictures some neighbours' frames come along.
      const isInside = region.startFrame <= frameNumber && frameNumber < region.endFrame;
      const isNewShot =
        isInside && cuts.isCut(picture) && frameNumber - (looked.at(-1) ?? -Infinity) >= minFramesBetween;
      if (isNewShot || wanted.has(frameNumber)) {
        looked.push(frameNumber);
        for (const face of await lookAt(picture, nets, { angleRadians, tiles }))
          sightings.push({ frame: frameNumber, ...face });
        onFrames(frames.filter((n) => n <= frameNumber).length);
      }
      frame.release();
      if (frameNumber >= frames.at(-1)!) break;
    }
  } finally {
    reader.close();
  }
  return { frames: looked, sightings };
}

async function lookAt(
  picture: PlanarFrame,
  { detector, landmarks, embedder }: PeopleNets,
  how: { readonly angleRadians: number } & Pick<LookWork, "tiles">,
): Promise<Omit<Sighting, "frame">[]> {
  const faces = await detector.detect(picture, how);
  const sights: Omit<Sighting, "frame">[] = [];
  for (const face of faces.slice(0, maxFaces)) {
    if (face.score < sureScore || face.sizePixels < minFacePixels) continue;
    const mesh = await confirmFace(landmarks, picture, face);
    if (mesh === undefined) continue;
    const box = boxOf(mesh);
    // Two boxes of the detector may lead to one face.
    if (sights.some((other) => isSamePlace(other.box, box))) continue;
    const embedding = Array.from(await embedder.embed(picture, mesh), (value) => Math.round(value * 1e4) / 1e4);
    sights.push({ box, yawDegrees: Math.round(headPose(mesh).yawDegrees), embedding });
  }
  return sights;
}

/** The square around a face's landmarks. */
export function boxOf(mesh: FaceMesh): FaceBox {
  const { centerX, centerY, sizePixels } = squareAround(mesh, 1);
  return { centerX, centerY, sizePixels };
}

/** Whether two boxes are so near each other that they are one face. */
export function isSamePlace(a: FaceBox, b: FaceBox): boolean {
  const apart = Math.hypot(a.centerX - b.centerX, a.centerY - b.centerY);
  return apart < 0.4 * Math.min(a.sizePixels, b.sizePixels);
}
