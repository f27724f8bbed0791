// Collects the operations of one ONNX model, with the shape of every value: channels first, one picture at a time.
import { encodeOnnxModel, floatTensor, indexTensor } from "../dist/testing/onnx-model.js";

/** Opens an empty model. Values are named by number, so that the same conversion gives the same bytes. */
export function openModel() {
  const [nodes, constants, inputs, outputs] = [[], [], [], []];
  const shapes = new Map();
  let count = 0;
  const name = (prefix) => `${prefix}${count++}`;

  const model = {
    /** Adds an operation with one result. @param shape of the result. @returns the result's name. */
    add(op, from, shape, attributes = {}, output = name("v")) {
      nodes.push({ op, inputs: from, outputs: [output], attributes });
      shapes.set(output, shape);
      return output;
    },
    shapeOf: (value) => shapes.get(value) ?? fail(`no shape of ${value}`),
    input(inputName, shape) {
      inputs.push({ name: inputName, shape });
      shapes.set(inputName, shape);
      return inputName;
    },
    /** Names a value as it leaves the model. */
    output(value, outputName, shape = model.shapeOf(value)) {
      model.add("Reshape", [value, model.index(shape)], shape, {}, outputName);
      outputs.push({ name: outputName, shape });
    },
    floats(shape, values) {
      const constant = floatTensor(name("c"), shape, values);
      constants.push(constant);
      shapes.set(constant.name, shape);
      return constant.name;
    },
    /** Whole numbers: shapes, or where to gather. */
    index(values, shape = [values.length]) {
      const constant = indexTensor(name("c"), shape, values);
      constants.push(constant);
      return constant.name;
    },
    /**
     * A constant that keeps the packing it was published in; the runtime unpacks it once, when it loads the model.
     * @param axes order in which the published axes are wanted. @param range which part of the first of them, default all.
     */
    packed(constant, axes, range = [0, constant.shape[axes[0]]]) {
      const [start, end] = range;
      const [first, ...others] = axes.map((axis) => constant.shape[axis]);
      const shape = [end - start, ...others];
      const pick = (values) => {
        const size = values.length / first;
        return reorder(values, constant.shape, axes).slice(start * size, end * size);
      };
      if (constant.stored === "float32") return model.floats(shape, pick(constant.values));
      const bits = pick(constant.bits);
      const tensor = { name: name("c"), type: constant.stored, shape, bytes: new Uint8Array(bits.buffer) };
      constants.push(tensor);
      const plain = model.add("Cast", [tensor.name], shape, { to: 1 });
      if (constant.stored === "float16") return plain;
      const scaled = model.add("Mul", [plain, model.floats([], [constant.scale])], shape);
      return model.add("Add", [scaled, model.floats([], [constant.min])], shape);
    },
    /** The file. */
    encode: (title, about) => encodeOnnxModel({ name: title, about, inputs, outputs, nodes, constants }),
  };
  return model;
}

/** Values with their axes in another order. */
export function reorder(values, shape, axes) {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1));
  const sizes = axes.map((axis) => shape[axis]);
  const out = new values.constructor(values.length);
  const at = sizes.map(() => 0);
  for (let o = 0; o < out.length; o++) {
    out[o] = values[at.reduce((sum, position, i) => sum + position * strides[axes[i]], 0)];
    for (let i = at.length - 1; i >= 0 && ++at[i] === sizes[i]; i--) at[i] = 0;
  }
  return out;
}

function fail(message) {
  throw new Error(message);
}
