// How the attention mesh looks again at lips and eyes: turned crops around the landmarks of each head, read out of the feature
// map, and the way of refined landmarks back into the picture. A head has `landmarks`, the numbers of those that it refines, and
// `turn`, the two that give its crop the turn.

/** Pixels of the picture in each direction, and pixels per cell of the feature map that the heads look at again. */
export const pictureSide = 192;
const pixelsPerCell = 4;
const mapSide = pictureSide / pixelsPerCell;
const mapChannels = 32;
/** Cells of a head's crop in each direction; the crop is this much larger than the landmarks that it holds. */
const cropSide = 16;
const cropMargin = 1.5;

/**
 * Boxes around each head's landmarks, turned with the line between two of them.
 * @returns `axes`: two rows, the directions along and across that line; `size` and `middle` of the box in these directions.
 */
export function cropFrames(model, heads, places) {
  const n = heads.length;
  const most = Math.max(...heads.map(({ landmarks }) => landmarks.length));
  // Shorter lists repeat their first landmark, which changes no box.
  const inside = heads.flatMap(({ landmarks }) => Array.from({ length: most }, (_, i) => landmarks[i] ?? landmarks[0]));
  const points = model.add("Gather", [places, model.index(inside, [n, most])], [n, most, 2], { axis: 0 });
  const turn = model.index(
    heads.flatMap((head) => head.turn),
    [n, 2],
  );
  const ends = model.add("Gather", [places, turn], [n, 2, 2], { axis: 0 });
  const line = model.add("MatMul", [model.floats([1, 2], [-1, 1]), ends], [n, 1, 2]);
  const length = model.add("ReduceL2", [line], [n, 1, 1], { axes: [2] });
  const along = model.add("Div", [line, model.add("Max", [length, model.floats([], [1e-6])], [n, 1, 1])], [n, 1, 2]);
  const across = model.add("MatMul", [along, model.floats([2, 2], [0, 1, -1, 0])], [n, 1, 2]);
  const axes = model.add("Concat", [along, across], [n, 2, 2], { axis: 1 });
  const turned = model.add(
    "MatMul",
    [points, model.add("Transpose", [axes], [n, 2, 2], { perm: [0, 2, 1] })],
    [n, most, 2],
  );
  const lowest = model.add("ReduceMin", [turned], [n, 1, 2], { axes: [1] });
  const highest = model.add("ReduceMax", [turned], [n, 1, 2], { axes: [1] });
  const both = model.add("Add", [highest, lowest], [n, 1, 2]);
  return {
    axes,
    size: model.add("Sub", [highest, lowest], [n, 1, 2]),
    middle: model.add("Mul", [both, model.floats([], [0.5])], [n, 1, 2]),
  };
}

/** Takes points given in sizes of a box from its middle to pixels of the picture. @param shape of points and result. */
function toPicture(model, points, { axes, size, middle }, shape) {
  const inBox = model.add("Add", [model.add("Mul", [points, size], shape), middle], shape);
  return model.add("MatMul", [inBox, axes], shape);
}

/** Reads each head's crop out of the feature map, bilinear; what lies outside is the map's edge. */
export function cutCrops(model, heads, map, frames) {
  const n = heads.length;
  const count = cropSide * cropSide;
  const step = cropMargin / cropSide;
  const offsets = Array.from({ length: cropSide }, (_, i) => (i - cropSide / 2) * step);
  const grid = offsets.flatMap((y) => offsets.flatMap((x) => [x, y]));
  const pixels = toPicture(model, model.floats([1, count, 2], grid), frames, [n, count, 2]);
  const onEach = (op, inputs, shape = [n, count, 2]) => model.add(op, inputs, shape);
  const number = (value) => model.floats([], [value]);
  const cells = onEach("Mul", [pixels, number(1 / pixelsPerCell)]);
  const held = onEach("Clip", [cells, number(0), number(mapSide - 1)]);
  // Left upper of the four cells around each point; the last but one at most, so that there is a next.
  const corner = onEach("Min", [onEach("Floor", [held]), number(mapSide - 2)]);
  const part = onEach("Sub", [held, corner]);
  const first = onEach("MatMul", [corner, model.floats([2, 1], [1, mapSide])], [n, count, 1]);
  const four = onEach("Add", [first, model.floats([4], [0, 1, mapSide, mapSide + 1])], [n, count, 4]);
  const share = (factors, start) => {
    const sloped = onEach("MatMul", [part, model.floats([2, 4], factors)], [n, count, 4]);
    return onEach("Add", [sloped, model.floats([4], start)], [n, count, 4]);
  };
  // 1 - x, x, 1 - x, x and 1 - y, 1 - y, y, y.
  const across = share([-1, 1, -1, 1, 0, 0, 0, 0], [1, 0, 1, 0]);
  const down = share([0, 0, 0, 0, -1, -1, 1, 1], [1, 1, 0, 0]);
  const both = onEach("Mul", [across, down], [n, count, 4]);
  const weight = model.add("Reshape", [both, model.index([n, count, 1, 4])], [n, count, 1, 4]);

  const flat = model.add("Reshape", [map, model.index([mapChannels, mapSide ** 2])], [mapChannels, mapSide ** 2]);
  const rows = model.add("Transpose", [flat], [mapSide ** 2, mapChannels]);
  const at = model.add("Cast", [four], [n, count, 4], { to: 7 });
  const taps = model.add("Gather", [rows, at], [n, count, 4, mapChannels], { axis: 0 });
  const mixed = model.add("MatMul", [weight, taps], [n, count, 1, mapChannels]);
  const asPictures = [n, cropSide, cropSide, mapChannels];
  const channelsLast = model.add("Reshape", [mixed, model.index(asPictures)], asPictures);
  const channelsFirst = [n, mapChannels, cropSide, cropSide];
  const pictures = model.add("Transpose", [channelsLast], channelsFirst, { perm: [0, 3, 1, 2] });
  return heads.map((_, i) =>
    model.add("Gather", [pictures, model.index([i])], [1, ...channelsFirst.slice(1)], { axis: 0 }),
  );
}

/** Puts the refined landmarks, in pixels of each head's 64-pixel crop, into all places. */
export function placeRefined(model, heads, places, refined, { axes, size, middle }) {
  const owner = heads.flatMap(({ landmarks }, i) => landmarks.map(() => i));
  const count = owner.length;
  const flat = refined.map((value) => model.add("Reshape", [value, model.index([-1])], []));
  const joined = model.add("Concat", flat, [2 * count], { axis: 0 });
  const points = model.add("Reshape", [joined, model.index([count, 1, 2])], [count, 1, 2]);
  const share = model.floats([], [cropMargin / (cropSide * pixelsPerCell)]);
  const scaled = model.add("Mul", [points, share], [count, 1, 2]);
  const centred = model.add("Sub", [scaled, model.floats([], [cropMargin / 2])], [count, 1, 2]);
  const ofOwner = (value, ...shape) => model.add("Gather", [value, model.index(owner)], [count, ...shape], { axis: 0 });
  const frame = { axes: ofOwner(axes, 2, 2), size: ofOwner(size, 1, 2), middle: ofOwner(middle, 1, 2) };
  const pixels = toPicture(model, centred, frame, [count, 1, 2]);
  const updates = model.add("Reshape", [pixels, model.index([count, 2])], [count, 2]);
  const landmarks = heads.flatMap((head) => head.landmarks);
  return model.add("ScatterND", [places, model.index(landmarks, [count, 1]), updates], [468, 2]);
}
