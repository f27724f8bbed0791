import { openModel } from "./model-builder.js";
import { translate } from "./tfjs-to-onnx.js";

/** Maps of the network, in the order of its anchors: sides 16 and 8, anchors per cell, TensorFlow's names of both heads. */
const layers = [
  { perCell: 2, scores: "conv2d_33/BiasAdd", boxes: "conv2d_35/BiasAdd" },
  { perCell: 6, scores: "conv2d_34/BiasAdd", boxes: "conv2d_36/BiasAdd" },
];

/** BlazeFace: 256-pixel picture, values -1 to 1, to 896 scores (logits) and boxes of 16 numbers. */
export function convertFaceDetector(graph) {
  const model = openModel();
  const done = new Map([["input", model.input("picture", [1, 3, 256, 256])]]);
  const rows = (ending, width) =>
    layers.map(({ perCell, ...names }) => {
      const target = [...graph.nodes.keys()].find((name) => name.endsWith(`/${names[ending]}`));
      const map = translate(model, graph, target, done);
      const [, channels, side] = model.shapeOf(map);
      // Cell by cell, as anchors are numbered.
      const last = model.add("Transpose", [map], [1, side, side, channels], { perm: [0, 2, 3, 1] });
      const shape = [perCell * side * side, width];
      return model.add("Reshape", [last, model.index(shape)], shape);
    });
  model.output(model.add("Concat", rows("scores", 1), [896, 1], { axis: 0 }), "scores", [896]);
  model.output(model.add("Concat", rows("boxes", 16), [896, 16], { axis: 0 }), "boxes");
  return model.encode("face detector", "BlazeFace (MediaPipe, back camera), Apache-2.0");
}
