import { attentionFrame, cropSide, featureChannels, placeRefined, readAttentionCrop } from "./attention-crop.js";
import { fuseConvolutions } from "./fuse-convolutions.js";
import { parseGraph } from "./graph.js";
import { leftEyeLandmarks, lipLandmarks, rightEyeLandmarks } from "./landmark-indices.js";
import { readOrientedCrop, type OrientedSquare, type Picture } from "./oriented-crop.js";
import type { TensorRuntime } from "./tensor-runtime.js";
import { readWeights } from "./weights.js";

/** Landmarks of one face: 468 of the canonical mesh. */
export const landmarkCount = 468;

/** 468 times x, y (pixels of the picture, pixel centres are whole numbers) and z (same scale, smaller is nearer). */
export type FaceMesh = Float32Array;

/** What the landmark network saw in one crop. */
export interface FaceReading {
  readonly mesh: FaceMesh;
  /** 0-1: how sure the network is that the crop shows a face. */
  readonly presence: number;
}

/** Reads the landmarks of a face whose place is roughly known. */
export interface FaceLandmarks {
  /** @param roi square around the face, 1.5 times its size, turned with it. */
  read(picture: Picture, roi: OrientedSquare): FaceReading;
}

const inputSide = 192;
/** Node of the feature map that the refining heads look at again. */
const features = "p_re_lu_3/Alpha_dequantize_prelu/Relu";
const coarseOutputs = ["output_mesh_identity", "conv_faceflag", features] as const;

/**
 * The refining heads: which landmarks, the two that give the crop its turn, where the crop enters the graph, where the
 * landmarks leave it. The network names eyes by the picture: its left one is the person's right.
 */
const heads = [
  {
    landmarks: lipLandmarks,
    from: 61,
    to: 291,
    input: "ArithmeticOptimizer/AddOpsRewrite_Add_10",
    output: "conv_lips",
  },
  {
    landmarks: rightEyeLandmarks,
    from: 33,
    to: 133,
    input: "ArithmeticOptimizer/AddOpsRewrite_Add_15",
    output: "conv_left_eye",
  },
  {
    landmarks: leftEyeLandmarks,
    from: 362,
    to: 263,
    input: "ArithmeticOptimizer/AddOpsRewrite_Add_20",
    output: "conv_right_eye",
  },
] as const;
const headOutputs = heads.map((head) => head.output);
const outerRightEyeCorner = 33;
const outerLeftEyeCorner = 263;

/** Loads the attention mesh (MediaPipe; lips and eyes refined). About 60 ms; a reading takes 8-12 ms. */
export async function loadFaceLandmarks(runtime: TensorRuntime): Promise<FaceLandmarks> {
  const [json, weightBytes] = await Promise.all([
    readWeights("facemesh-attention-pinto.json"),
    readWeights("facemesh-attention-pinto.bin"),
  ]);
  const net = await runtime.load("face landmarks", fuseConvolutions(parseGraph(json, weightBytes)));
  const crop = new Float32Array(inputSide * inputSide * 3);
  const input = { values: crop, shape: [1, inputSide, inputSide, 3] };
  const headInputs = Object.fromEntries(
    heads.map((head) => [
      head.input,
      {
        values: new Float32Array(cropSide * cropSide * featureChannels),
        shape: [1, cropSide, cropSide, featureChannels],
      },
    ]),
  );
  return {
    read(picture, roi): FaceReading {
      readOrientedCrop(picture, roi, inputSide, 1 / 255, 0, crop);
      const [coarse, flag, featureMap] = runtime.run(net, { input_1: input }, coarseOutputs);
      const mesh = Float32Array.from(coarse!);
      const presence = 1 / (1 + Math.exp(-flag![0]!));
      const frames = heads.map(({ landmarks, from, to }) => attentionFrame(coarse!, landmarks, from, to));
      heads.forEach((head, i) => readAttentionCrop(featureMap!, frames[i]!, headInputs[head.input]!.values));
      const refined = runtime.run(net, headInputs, headOutputs);
      heads.forEach(({ landmarks }, i) => placeRefined(mesh, landmarks, refined[i]!, frames[i]!));
      toPicture(mesh, roi);
      return { mesh, presence };
    },
  };
}

function toPicture(mesh: FaceMesh, roi: OrientedSquare): void {
  const scale = roi.sizePixels / inputSide;
  const cos = Math.cos(roi.angleRadians) * scale;
  const sin = Math.sin(roi.angleRadians) * scale;
  for (let o = 0; o < mesh.length; o += 3) {
    const dx = mesh[o]! - inputSide / 2;
    const dy = mesh[o + 1]! - inputSide / 2;
    mesh[o] = roi.centerX + dx * cos - dy * sin;
    mesh[o + 1] = roi.centerY + dx * sin + dy * cos;
    mesh[o + 2] = mesh[o + 2]! * scale;
  }
}

/** Clockwise turn of the line from the right to the left eye. */
export function rollOf(mesh: FaceMesh): number {
  const right = 3 * outerRightEyeCorner;
  const left = 3 * outerLeftEyeCorner;
  return Math.atan2(mesh[left + 1]! - mesh[right + 1]!, mesh[left]! - mesh[right]!);
}

/** The turned square around all landmarks. @param factor its side over the mesh's longer side; the network wants 1.5. */
export function squareAround(mesh: FaceMesh, factor: number): OrientedSquare {
  const angleRadians = rollOf(mesh);
  const cos = Math.cos(angleRadians);
  const sin = Math.sin(angleRadians);
  let [minU, maxU, minV, maxV] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let o = 0; o < mesh.length; o += 3) {
    const u = mesh[o]! * cos + mesh[o + 1]! * sin;
    const v = mesh[o + 1]! * cos - mesh[o]! * sin;
    if (u < minU) minU = u;
    if (u > maxU) maxU = u;
    if (v < minV) minV = v;
    if (v > maxV) maxV = v;
  }
  const u = (minU + maxU) / 2;
  const v = (minV + maxV) / 2;
  return {
    centerX: u * cos - v * sin,
    centerY: u * sin + v * cos,
    sizePixels: Math.max(maxU - minU, maxV - minV) * factor,
    angleRadians,
  };
}
