import { createMediaIo, grabFrames, probeSource, readPhoto } from "#media/index.js";
import { UnderstudyError } from "#model/errors.js";
import type { RgbImage } from "#model/image.js";
import { similarity, type FaceEmbedding } from "#nets/face-embedder.js";
import type { FaceMesh } from "#nets/face-landmarks.js";
import { leaseFaceNets } from "#nets/face-nets.js";
import type { RecordingInput } from "./check-recording.js";
import { sampledFrames, type SeenFrame } from "./judge-recording.js";

/** Frames that are in memory at a time: twelve of a 4K recording would be 300 MB. */
const framesAtATime = 4;
const minimumPresence = 0.5;
/** A second face counts when it is this large compared with the first: a poster far behind does not. */
const secondFaceShare = 0.35;

/** Looks at frames of a recording and at the photos. Blocks; for a thread of its own. Embeddings end with it. */
export async function lookAtRecording(input: Omit<RecordingInput, "signal">): Promise<SeenFrame[]> {
  const { recordingPath, photos, limits, mediaIo = "auto" } = input;
  const io = createMediaIo(mediaIo);
  const { source } = await probeSource(io, recordingPath, limits);
  const see = await openSight();
  try {
    const wanted: FaceEmbedding[] = [];
    for (const { path, sha256 } of photos) {
      const faces = await see.faces(await readPhoto(path, { ...limits, expectedSha256: sha256 }));
      wanted.push(await see.embedOnly(faces));
    }
    const frames: SeenFrame[] = [];
    for (const numbers of inBatches(spread(source.video.frameCount))) {
      for (const picture of await grabFrames(io, recordingPath, numbers)) {
        const faces = await see.faces(picture);
        const only = faces.meshes.length === 1 ? await see.embedOnly(faces) : undefined;
        frames.push({
          faceCount: faces.meshes.length,
          similarities: only === undefined ? [] : wanted.map((each) => similarity(each, only)),
        });
      }
    }
    return frames;
  } finally {
    see.close();
  }
}

/** A picture and the faces that count in it. */
interface SeenFaces {
  readonly picture: RgbImage;
  readonly meshes: readonly FaceMesh[];
}

async function openSight() {
  const nets = leaseFaceNets();
  const [detector, landmarks, embedder] = await Promise.all([nets.detector(), nets.landmarks(), nets.embedder()]);
  return {
    async faces(picture: RgbImage): Promise<SeenFaces> {
      const found = await detector.detect(picture, { tiles: "when-empty" });
      const readings = await Promise.all(
        found.map(async (face) => ({
          face,
          ...(await landmarks.read(picture, { ...face, sizePixels: 1.5 * face.sizePixels })),
        })),
      );
      const read = readings.filter(({ presence }) => presence >= minimumPresence);
      const largest = read[0]?.face.sizePixels ?? 0;
      const counted = read.filter(({ face }) => face.sizePixels >= secondFaceShare * largest);
      return { picture, meshes: counted.map(({ mesh }) => mesh) };
    },
    async embedOnly({ picture, meshes }: SeenFaces): Promise<FaceEmbedding> {
      const [mesh, ...others] = meshes;
      if (mesh === undefined) throw new UnderstudyError("no-face-in-photo", "No face was found in the photo.");
      if (others.length > 0) {
        throw new UnderstudyError("many-faces-in-photo", `The photo shows at least ${meshes.length} faces.`);
      }
      return embedder.embed(picture, mesh);
    },
    close: () => nets.release(),
  };
}

/** Frame numbers in the middle of as many equal parts. */
function spread(frameCount: number): number[] {
  return Array.from({ length: sampledFrames }, (_, part) => Math.floor(((part + 0.5) / sampledFrames) * frameCount));
}

function inBatches(numbers: readonly number[]): number[][] {
  const batches: number[][] = [];
  for (let from = 0; from < numbers.length; from += framesAtATime)
    batches.push(numbers.slice(from, from + framesAtATime));
  return batches;
}
