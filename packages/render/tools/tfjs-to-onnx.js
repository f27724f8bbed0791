// Translates the operations that the MediaPipe graphs use from TensorFlow (channels last) to ONNX (channels first), in forms
// that ONNX Runtime computes without leaving its blocked layout: convolutions, their sums, pools and nothing else.

/**
 * Translates everything that `target` needs, and nothing else.
 * @param done names of TensorFlow values that exist already, with their names in the model; grows.
 * @returns name of `target` in the model.
 */
export function translate(model, graph, target, done) {
  const known = done.get(target);
  if (known !== undefined) return known;
  const node = graph.nodes.get(target);
  const get = (from) => translate(model, graph, from, done);
  const value = operations[node.op]?.({ model, graph, get }, node);
  if (value === undefined) throw new Error(`no translation of ${node.op} (${target})`);
  done.set(target, value);
  return value;
}

const operations = {
  Conv2D: (at, node) => convolution(at, node),
  DepthwiseConv2dNative: (at, node) => convolution(at, node),
  _FusedConv2D(at, node) {
    const value = convolution(at, node, at.graph.constants.get(node.input[2]));
    const isActive = node.attr.fused_ops.list.s.map(text).includes("Relu");
    return isActive ? keepShape(at.model, "Relu", [value]) : value;
  },
  AddV2: (at, node) => sum(at, node),
  Relu: (at, node) => keepShape(at.model, "Relu", [at.get(node.input[0])]),
  Prelu: (at, node) => leaky(at, at.get(node.input[0]), at.graph.constants.get(node.input[1]).values),
  MaxPool({ model, get }, node) {
    const from = get(node.input[0]);
    const [, kernel] = node.attr.ksize.list.i.map(Number);
    return windowed(model, "MaxPool", [from], model.shapeOf(from)[1], kernel, node, { kernel_shape: [kernel, kernel] });
  },
};

/**
 * x for positive x, slope * x for negative ones, as x + (1 - slope) * max(-x, 0) in two depthwise convolutions of one pixel.
 * ONNX Runtime's own `PRelu` takes 40 % of the landmark network's time, and half as much again to leave the blocked layout.
 */
function leaky({ model }, x, slopes) {
  const shape = model.shapeOf(x);
  const scaled = (from, factorOf) => {
    const weights = model.floats([shape[1], 1, 1, 1], Array.from(slopes, factorOf));
    return model.add("Conv", [from, weights], shape, { group: shape[1], kernel_shape: [1, 1] });
  };
  const minusX = scaled(x, () => -1);
  const below = keepShape(model, "Relu", [minusX]);
  const lift = scaled(below, (slope) => 1 - slope);
  return keepShape(model, "Add", [lift, x]);
}

/** A sum: of a convolution and its bias, of two values, or of both as bias + (value + convolution). */
function sum(at, node) {
  const biased = biasedConvolution(at.graph, node);
  if (biased) return convolution(at, biased.node, biased.bias);
  const bias = node.input.map((name) => at.graph.constants.get(name)).find((constant) => constant !== undefined);
  const parts = bias ? at.graph.nodes.get(node.input.find((name) => !at.graph.constants.has(name))).input : node.input;
  const [one, two] = parts.map((name) => at.graph.nodes.get(name));
  const convolved = biasedConvolution(at.graph, two, bias) ?? biasedConvolution(at.graph, one, bias);
  const other = convolved.sum === two ? one : two;
  if (other.op === "Pad") return addToFirstChannels(at, convolved, at.get(other.input[0]));
  return keepShape(at.model, "Add", [convolution(at, convolved.node, convolved.bias), at.get(other.name)]);
}

/** A convolution and the constant that is added to it; undefined for anything else. @param bias one that is added later. */
function biasedConvolution({ nodes, constants }, sum, bias) {
  if (sum.op === "Conv2D") return bias && { sum, node: sum, bias };
  if (sum.op === "_FusedConv2D") return { sum, node: sum, bias: constants.get(sum.input[2]) };
  const [inner, added] = sum.op === "AddV2" ? sum.input : [];
  if (nodes.get(inner)?.op !== "Conv2D" || !constants.has(added)) return undefined;
  return { sum, node: nodes.get(inner), bias: constants.get(added) };
}

/** Where the other part has fewer channels, the published graph adds empty ones; here the sum covers only what is there. */
function addToFirstChannels(at, { node, bias }, other) {
  const { model } = at;
  const all = bias.shape[0];
  const few = model.shapeOf(other)[1];
  const first = convolution(at, node, bias, [0, few]);
  const rest = convolution(at, node, bias, [few, all]);
  const [, , height, width] = model.shapeOf(rest);
  return model.add("Concat", [keepShape(model, "Add", [first, other]), rest], [1, all, height, width], { axis: 1 });
}

/** @param bias constant of one value a channel. @param range which channels of the result are wanted, default all. */
function convolution({ model, graph, get }, node, bias, range) {
  const from = get(node.input[0]);
  const filter = graph.constants.get(node.input[1]);
  const isDepthwise = node.op === "DepthwiseConv2dNative";
  const [kernel, , inside, outside] = filter.shape;
  const [start, end] = range ?? [0, isDepthwise ? inside : outside];
  const weights = model.packed(filter, isDepthwise ? [2, 3, 0, 1] : [3, 2, 0, 1], [start, end]);
  const inputs = [from, weights, ...(bias ? [model.packed(bias, [0], [start, end])] : [])];
  const attributes = { kernel_shape: [kernel, kernel], ...(isDepthwise && { group: inside }) };
  return windowed(model, "Conv", inputs, end - start, kernel, node, attributes);
}

/** Adds an operation that slides over the picture. "SAME" pads the end by one more than the start where it is odd. */
function windowed(model, op, inputs, channels, kernel, { attr }, attributes) {
  const [, , side] = model.shapeOf(inputs[0]);
  const [, stride] = attr.strides.list.i.map(Number);
  const isSame = text(attr.padding.s) === "SAME";
  const out = isSame ? Math.ceil(side / stride) : Math.floor((side - kernel) / stride) + 1;
  const missing = isSame ? Math.max(0, (out - 1) * stride + kernel - side) : 0;
  const [before, after] = [missing >> 1, missing - (missing >> 1)];
  const all = { ...attributes, strides: [stride, stride], pads: [before, before, after, after] };
  return model.add(op, inputs, [1, channels, out, out], all);
}

const keepShape = (model, op, inputs) => model.add(op, inputs, model.shapeOf(inputs[0]));
const text = (base64) => Buffer.from(base64, "base64").toString();
