import { FACE_VERTEX_COUNT, FOREHEAD_TOP } from "./landmarks.js";
import { FACE_TRIANGLES } from "./topology.js";

/** A finer face surface as weights over the 468 vertices; vertex i < 468 stays vertex i, so truth stays exact. */
export interface FaceSurface {
  readonly vertexCount: number;
  /** Vertex triples, facing the viewer. */
  readonly triangles: Int32Array;
  /** Vertices of the face border in order, starting at the top of the forehead. */
  readonly border: Int32Array;
  /** Weights of vertex i: entries `start[i]..start[i + 1]` of `source` and `weight`. */
  readonly start: Int32Array;
  readonly source: Int32Array;
  readonly weight: Float32Array;
}

interface Edge {
  readonly a: number;
  readonly b: number;
  readonly opposite: number[];
  middle: number;
}

type Triangle = readonly [number, number, number];
type Weights = ReadonlyMap<number, number>;

const KEY = 100_000;
const edgeKey = (a: number, b: number): number => (a < b ? a * KEY + b : b * KEY + a);

/** One step of Loop subdivision. */
function refine(
  triangles: readonly Triangle[],
  weights: readonly Weights[],
): { triangles: Triangle[]; weights: Weights[] } {
  const edges = new Map<number, Edge>();
  const neighbours = weights.map(() => new Set<number>());
  for (const [a, b, c] of triangles)
    for (const [p, q, r] of [
      [a, b, c],
      [b, c, a],
      [c, a, b],
    ] as const) {
      let edge = edges.get(edgeKey(p, q));
      if (!edge) edges.set(edgeKey(p, q), (edge = { a: p, b: q, opposite: [], middle: 0 }));
      edge.opposite.push(r);
      neighbours[p]!.add(q);
      neighbours[q]!.add(p);
    }
  const onBorder = weights.map((): number[] => []);
  for (const edge of edges.values())
    if (edge.opposite.length === 1) {
      onBorder[edge.a]!.push(edge.b);
      onBorder[edge.b]!.push(edge.a);
    }
  const blend = (list: readonly (readonly [number, number])[]): Weights => {
    const sum = new Map<number, number>();
    for (const [vertex, share] of list)
      for (const [source, weight] of weights[vertex]!) sum.set(source, (sum.get(source) ?? 0) + weight * share);
    return sum;
  };
  const next: Weights[] = weights.map((own, i) => {
    const border = onBorder[i]!;
    if (border.length === 2)
      return blend([
        [i, 0.75],
        [border[0]!, 0.125],
        [border[1]!, 0.125],
      ]);
    const count = neighbours[i]!.size;
    if (border.length || !count) return own;
    const share = (5 / 8 - (3 / 8 + Math.cos((2 * Math.PI) / count) / 4) ** 2) / count;
    return blend([[i, 1 - count * share], ...[...neighbours[i]!].map((j) => [j, share] as const)]);
  });
  for (const edge of edges.values()) {
    edge.middle = next.length;
    const [left, right] = edge.opposite;
    next.push(
      right === undefined
        ? blend([
            [edge.a, 0.5],
            [edge.b, 0.5],
          ])
        : blend([
            [edge.a, 0.375],
            [edge.b, 0.375],
            [left!, 0.125],
            [right, 0.125],
          ]),
    );
  }
  const middle = (a: number, b: number): number => edges.get(edgeKey(a, b))!.middle;
  const finer = triangles.flatMap(([a, b, c]): Triangle[] => {
    const [x, y, z] = [middle(a, b), middle(b, c), middle(c, a)];
    return [
      [a, x, z],
      [x, b, y],
      [z, y, c],
      [x, y, z],
    ];
  });
  return { triangles: finer, weights: next };
}

/** Walks along the directed edges that have no counterpart, from the top of the forehead. */
function borderOf(triangles: readonly Triangle[]): number[] {
  const open = new Map<number, readonly [number, number]>();
  for (const triangle of triangles)
    for (let k = 0; k < 3; k++) {
      const a = triangle[k]!;
      const b = triangle[(k + 1) % 3]!;
      if (!open.delete(b * KEY + a)) open.set(a * KEY + b, [a, b]);
    }
  const next = new Map(open.values());
  const border = [FOREHEAD_TOP];
  for (let v = next.get(FOREHEAD_TOP)!; v !== FOREHEAD_TOP; v = next.get(v)!) border.push(v);
  return border;
}

const made = new Map<number, FaceSurface>();

/** Loop subdivision of the face, 1 or 2 levels (1 794 or 6 990 vertices); made once per level. */
export function subdividedFace(levels: number): FaceSurface {
  const known = made.get(levels);
  if (known) return known;
  let triangles: readonly Triangle[] = FACE_TRIANGLES;
  let weights: readonly Weights[] = Array.from({ length: FACE_VERTEX_COUNT }, (_, i) => new Map([[i, 1]]));
  for (let level = 0; level < levels; level++) ({ triangles, weights } = refine(triangles, weights));
  const start = new Int32Array(weights.length + 1);
  const source: number[] = [];
  const weight: number[] = [];
  weights.forEach((list, i) => {
    for (const [from, share] of list) {
      source.push(from);
      weight.push(share);
    }
    start[i + 1] = source.length;
  });
  const surface: FaceSurface = {
    vertexCount: weights.length,
    triangles: Int32Array.from(triangles.flat()),
    border: Int32Array.from(borderOf(triangles)),
    start,
    source: Int32Array.from(source),
    weight: Float32Array.from(weight),
  };
  made.set(levels, surface);
  return surface;
}

/** Values of the fine vertices from values of the 468 control vertices (`dimension` numbers each), written to `out`. */
export function applySurface(
  surface: FaceSurface,
  control: Float64Array,
  dimension: 2 | 3,
  out: Float32Array | Float64Array,
): void {
  const { start, source, weight, vertexCount } = surface;
  for (let i = 0; i < vertexCount; i++) {
    let x = 0;
    let y = 0;
    let z = 0;
    for (let j = start[i]!; j < start[i + 1]!; j++) {
      const w = weight[j]!;
      const o = source[j]! * dimension;
      x += w * control[o]!;
      y += w * control[o + 1]!;
      if (dimension === 3) z += w * control[o + 2]!;
    }
    out[i * dimension] = x;
    out[i * dimension + 1] = y;
    if (dimension === 3) out[i * 3 + 2] = z;
  }
}
