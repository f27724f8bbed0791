import { UnderstudyError } from "#model/errors.js";
import type { RgbImage } from "#model/image.js";
import type { DetectedFace, FaceDetector } from "#nets/face-detector.js";
import { squareAround, type FaceLandmarks } from "#nets/face-landmarks.js";
import type { FaceReferenceFacts } from "#engines/face-engine.js";
import { cutFace, prepareTexture, type FaceTexture } from "./face-texture.js";
import { eyeOpening, headPose, mouthOpening } from "#face-mesh/mesh-measures.js";
import { measureSkinLight } from "./photo-light.js";
import { sightMouth, type MouthSight } from "./photo-mouth.js";

/** A photo that passed: what is drawn from it, and what was measured. */
export interface AcceptedPhoto {
  readonly texture: FaceTexture;
  /** Landmarks in pixels of the photo. */
  readonly mesh: Float32Array;
  readonly facts: FaceReferenceFacts;
}

/** Everything the gate judges, in the order in which it judges. */
export interface PhotoMeasures extends FaceReferenceFacts, MouthSight {
  /** Lid gaps over the interocular distance, the narrower eye. */
  readonly eyeOpening: number;
  readonly mouthOpening: number;
  /** Mean brightness of plain skin, 0-255. */
  readonly skinLuma: number;
  /** Fine detail of the face over its contrast; see `photo-light.ts`. */
  readonly sharpness: number;
}

/** Limits of the gate, calibrated on the photos of docs/quality.md. */
export const photoLimits = {
  /** A face of this width still gives a passable 150-pixel face in the video. */
  smallestFacePixels: 100,
  yawDegrees: 20,
  /** Photos beside the first are drawn only on heads that are turned like them. */
  furtherYawDegrees: 40,
  pitchDegrees: 20,
  skinCoverage: 0.7,
  darkestSkinLuma: 28,
  sideLightRatio: 2.4,
  sharpness: 0.17,
  narrowestEye: 0.045,
  widestMouth: 0.09,
  faintestMouthLine: 0.86,
  palestLips: -0.05,
} as const;

const minimumPresence = 0.5;
/** A second face counts when it is this large compared with the first: passers-by far away do not. */
const secondFaceShare = 0.35;

/**
 * Measures a photo and refuses what would make a bad render.
 * @param place whether it is the photo that stands for the person, or one that shows the same person turned.
 * @throws UnderstudyError as `FaceEngine.readFace` says, the message with the number and its limit.
 */
export async function checkPhoto(
  photo: RgbImage,
  detector: FaceDetector,
  landmarks: FaceLandmarks,
  place: "first" | "further" = "first",
): Promise<AcceptedPhoto> {
  const mesh = await theOnlyFace(photo, detector, landmarks);
  const { texture, measures } = measurePhoto(photo, mesh);
  judge(measures, place === "first" ? photoLimits.yawDegrees : photoLimits.furtherYawDegrees);
  const { faceWidthPixels, yawDegrees, pitchDegrees, skinCoverage, sideLightRatio } = measures;
  return { texture, mesh, facts: { faceWidthPixels, yawDegrees, pitchDegrees, skinCoverage, sideLightRatio } };
}

async function theOnlyFace(photo: RgbImage, detector: FaceDetector, landmarks: FaceLandmarks): Promise<Float32Array> {
  const confirmed: { face: DetectedFace; mesh: Float32Array }[] = [];
  const found = await detector.detect(photo);
  for (const face of found.slice(0, 6)) {
    const mesh = await readCarefully(photo, face, landmarks);
    // In a picture of a few pixels the networks see a face without any width.
    if (mesh && widthPixels(mesh) >= 1) confirmed.push({ face, mesh });
  }
  const [first, second] = confirmed;
  if (first === undefined) throw new UnderstudyError("no-face-in-photo", "No face was found in the photo.");
  if (second && second.face.sizePixels > secondFaceShare * first.face.sizePixels) {
    throw new UnderstudyError("many-faces-in-photo", `The photo shows at least ${confirmed.length} faces.`);
  }
  return first.mesh;
}

/** Reads the landmarks several times from slightly different crops: the mean is steadier than any one of them. */
async function readCarefully(
  photo: RgbImage,
  face: DetectedFace,
  landmarks: FaceLandmarks,
): Promise<Float32Array | undefined> {
  const rough = await landmarks.read(photo, { ...face, sizePixels: 1.5 * face.sizePixels });
  if (rough.presence < minimumPresence) return undefined;
  const roi = squareAround(rough.mesh, 1.5);
  const mean = new Float32Array(rough.mesh.length);
  const readings = await Promise.all(
    [0.94, 1, 1.07].map((factor) => landmarks.read(photo, { ...roi, sizePixels: roi.sizePixels * factor })),
  );
  if (readings.some((reading) => reading.presence < minimumPresence)) return undefined;
  for (const { mesh } of readings) for (let i = 0; i < mean.length; i++) mean[i]! += mesh[i]! / readings.length;
  return mean;
}

/** From ear to ear. */
function widthPixels(mesh: Float32Array): number {
  return Math.abs(mesh[3 * 454]! - mesh[3 * 234]!);
}

/** Measures a face whose landmarks are known; throws nothing. */
export function measurePhoto(photo: RgbImage, mesh: Float32Array): { texture: FaceTexture; measures: PhotoMeasures } {
  const cutout = cutFace(photo, mesh);
  const light = measureSkinLight(cutout);
  const sight = sightMouth(cutout);
  const texture = prepareTexture(cutout);
  return {
    texture,
    measures: {
      faceWidthPixels: Math.round(widthPixels(mesh)),
      ...headPose(mesh),
      skinCoverage: texture.skinCoverage,
      eyeOpening: Math.min(eyeOpening(mesh, "right"), eyeOpening(mesh, "left")),
      mouthOpening: mouthOpening(mesh),
      ...light,
      ...sight,
    },
  };
}

function judge(m: PhotoMeasures, widestYaw: number): void {
  const limits = photoLimits;
  const refuse = (code: ConstructorParameters<typeof UnderstudyError>[0], message: string): never => {
    throw new UnderstudyError(code, message);
  };
  const round = (value: number, digits = 0): string => value.toFixed(digits);
  if (m.faceWidthPixels < limits.smallestFacePixels) {
    refuse(
      "face-too-small",
      `The face in the photo is ${m.faceWidthPixels} pixels wide; ${limits.smallestFacePixels} are needed.`,
    );
  }
  if (m.skinLuma < limits.darkestSkinLuma) {
    refuse(
      "face-too-dark",
      `The face in the photo has a brightness of ${round(m.skinLuma)} of 255; ${limits.darkestSkinLuma} is needed.`,
    );
  }
  if (Math.abs(m.yawDegrees) > widestYaw) {
    refuse(
      "face-turned-away",
      `The face in the photo is turned ${round(Math.abs(m.yawDegrees))} degrees to the side; ${widestYaw} is the limit.`,
    );
  }
  if (Math.abs(m.pitchDegrees) > limits.pitchDegrees) {
    const way = m.pitchDegrees > 0 ? "down" : "up";
    refuse(
      "face-turned-away",
      `The face in the photo looks ${round(Math.abs(m.pitchDegrees))} degrees ${way}; ${limits.pitchDegrees} is the limit.`,
    );
  }
  if (m.sharpness < limits.sharpness) {
    refuse(
      "face-blurred",
      `The face in the photo is blurred: sharpness ${round(m.sharpness, 2)}, ${limits.sharpness} is needed.`,
    );
  }
  if (m.sideLightRatio > limits.sideLightRatio) {
    refuse(
      "face-unevenly-lit",
      `One side of the face in the photo is ${round(m.sideLightRatio, 1)} times as bright as the other; ${limits.sideLightRatio} is the limit.`,
    );
  }
  if (m.mouthLine > limits.faintestMouthLine || m.lipRedness < limits.palestLips) {
    refuse("face-covered", "The mouth in the photo cannot be seen: something is in front of it.");
  }
  if (m.eyeOpening < limits.narrowestEye) refuse("face-expression", "The eyes in the photo are closed.");
  if (m.mouthOpening > limits.widestMouth) refuse("face-expression", "The mouth in the photo is open.");
  if (m.skinCoverage < limits.skinCoverage) {
    const hidden = round(100 * (1 - m.skinCoverage));
    refuse(
      "face-covered",
      `${hidden} % of the face in the photo is covered or not skin-coloured; ${round(100 * (1 - limits.skinCoverage))} % is the limit.`,
    );
  }
}
