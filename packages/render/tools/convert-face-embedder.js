import { openModel } from "./model-builder.js";

/**
 * dlib's face recognition ResNet: 150-pixel picture, values 0 to 255, to 128 numbers. face-api ships only a table of layer
 * weights; the wiring is in its `faceRecognitionNet/*.ts` (MIT): a stem, 14 residual blocks, a mean, one matrix. A layer's
 * scale and shift come after its convolution and are folded into it when the model loads.
 */
export function convertFaceEmbedder(constants) {
  const model = openModel();
  const same = (op, inputs) => model.add(op, inputs, model.shapeOf(inputs[0]));
  const picture = model.input("picture", [1, 3, 150, 150]);
  const mean = model.floats([1, 3, 1, 1], [122.782, 117.001, 104.298]);
  let x = same("Mul", [same("Sub", [picture, mean]), model.floats([], [1 / 255])]);

  const convolution = (name, from, stride, isActive) => {
    const filters = constants.get(`${name}/conv/filters`);
    const bias = constants.get(`${name}/conv/bias`);
    const scale = constants.get(`${name}/scale/weights`);
    const shift = constants.get(`${name}/scale/biases`);
    const [kernel, , , channels] = filters.shape;
    const perFilter = model.floats([channels, 1, 1, 1], scale.values);
    const weights = model.packed(filters, [3, 2, 0, 1]);
    const folded = same("Mul", [weights, perFilter]);
    const foldedBias = model.floats(
      [channels],
      bias.values.map((value, i) => value * scale.values[i] + shift.values[i]),
    );
    const side = model.shapeOf(from)[2];
    const pad = stride === 1 ? (kernel - 1) / 2 : 0;
    const out = Math.floor((side + 2 * pad - kernel) / stride) + 1;
    const attributes = { kernel_shape: [kernel, kernel], strides: [stride, stride], pads: [pad, pad, pad, pad] };
    const sum = model.add("Conv", [from, folded, foldedBias], [1, channels, out, out], attributes);
    return isActive ? same("Relu", [sum]) : sum;
  };
  const pool = (op, from, size) => {
    const [, channels, side] = model.shapeOf(from);
    const out = Math.floor((side - size) / 2) + 1;
    return model.add(op, [from], [1, channels, out, out], { kernel_shape: [size, size], strides: [2, 2] });
  };
  const pad = (from, channels, pixels) => {
    const [, inside, side] = model.shapeOf(from);
    const shape = [1, inside + channels, side + pixels, side + pixels];
    return model.add("Pad", [from, model.index([0, 0, 0, 0, 0, channels, pixels, pixels])], shape);
  };

  x = pool("MaxPool", convolution("conv32_down", x, 2, true), 3);
  for (const { name, halves, widensBy = 0, isOneSmaller = false } of blocks) {
    const main = convolution(`${name}/conv2`, convolution(`${name}/conv1`, x, halves ? 2 : 1, true), 1, false);
    const pooled = halves ? pool("AveragePool", x, 2) : x;
    const side = widensBy > 0 ? pad(pooled, widensBy, 0) : pooled;
    // Convolutions of even maps come out one row and column smaller than the pooled side branch.
    x = same("Relu", [same("Add", [isOneSmaller ? pad(main, 0, 1) : main, side])]);
  }
  x = model.add("ReduceMean", [x], [1, 256], { axes: [2, 3], keepdims: 0 });
  const embedding = model.add("MatMul", [x, model.packed(constants.get("fc"), [0, 1])], [1, 128]);
  model.output(embedding, "embedding", [128]);
  return model.encode("face embedder", "dlib face recognition ResNet (CC0), weights as face-api.js stores them (MIT)");
}

const plain = (...names) => names.map((name) => ({ name, halves: false }));

/** Residual blocks in order. Map sides on the way: 35, 17, 8, 4, 2. */
const blocks = [
  ...plain("conv32_1", "conv32_2", "conv32_3"),
  { name: "conv64_down", halves: true, widensBy: 32 },
  ...plain("conv64_1", "conv64_2", "conv64_3"),
  { name: "conv128_down", halves: true, widensBy: 64 },
  ...plain("conv128_1", "conv128_2"),
  { name: "conv256_down", halves: true, widensBy: 128, isOneSmaller: true },
  ...plain("conv256_1", "conv256_2"),
  { name: "conv256_down_out", halves: true, isOneSmaller: true },
];
