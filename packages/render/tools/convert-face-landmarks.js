import { leftEyeLandmarks, lipLandmarks, rightEyeLandmarks } from "../dist/nets/landmark-indices.js";
import { cropFrames, cutCrops, pictureSide, placeRefined } from "./attention-crops.js";
import { openModel } from "./model-builder.js";
import { translate } from "./tfjs-to-onnx.js";

/** The map of 48 x 48 cells that the heads look at again. */
const features = "p_re_lu_3/Alpha_dequantize_prelu/Relu";

/**
 * The refining heads: their landmarks, the two that give the crop its turn, where the crop enters the published graph, where
 * the landmarks leave it. The graph names eyes by the picture: its left one is the person's right.
 */
const heads = [
  { landmarks: [...lipLandmarks], turn: [61, 291], crop: "Add_10", refined: "conv_lips" },
  { landmarks: [...rightEyeLandmarks], turn: [33, 133], crop: "Add_15", refined: "conv_left_eye" },
  { landmarks: [...leftEyeLandmarks], turn: [362, 263], crop: "Add_20", refined: "conv_right_eye" },
];

/**
 * The attention mesh: 192-pixel picture, values 0 to 1, to 468 landmarks (x, y, z in pixels of the picture) and a logit of
 * presence. The heads' x and y of lips and eyes are in place already; z is the body's. Between body and heads the published
 * graph has 250 operations that cut turned crops out of a feature map; here the crops of all heads are 30. Irises are left
 * out.
 */
export function convertFaceLandmarks(graph) {
  const model = openModel();
  const done = new Map([["input_1", model.input("picture", [1, 3, pictureSide, pictureSide])]]);
  const rows = translate(model, graph, "output_mesh", done);
  const coarse = model.add("Reshape", [rows, model.index([468, 3])], [468, 3]);
  const places = model.add("Gather", [coarse, model.index([0, 1])], [468, 2], { axis: 1 });
  const frames = cropFrames(model, heads, places);
  const crops = cutCrops(model, heads, translate(model, graph, features, done), frames);
  heads.forEach(({ crop }, i) => done.set(`ArithmeticOptimizer/AddOpsRewrite_${crop}`, crops[i]));
  const refined = heads.map((head) => translate(model, graph, head.refined, done));
  const depths = model.add("Gather", [coarse, model.index([2])], [468, 1], { axis: 1 });
  const placed = placeRefined(model, heads, places, refined, frames);
  model.output(model.add("Concat", [placed, depths], [468, 3], { axis: 1 }), "mesh");
  model.output(translate(model, graph, "conv_faceflag", done), "presence", [1]);
  return model.encode("face landmarks", "Attention Mesh (MediaPipe), Apache-2.0");
}
