import { boxBlur } from "./box-blur.js";
import { smoothstep } from "#face-mesh/mesh-measures.js";
import { fillPolygon, ringPoints } from "#face-mesh/polygon.js";
import { quantile, skinLogs, skinOffsets, type FacePlanes } from "./skin-model.js";
import { fillSmoothly } from "./smooth-fill.js";
import { faceOval } from "#face-mesh/topology.js";
import { maskFeatures } from "./feature-mask.js";

/** Radius over the side of the picture of the blur in which shine is looked for: pores and hairs are not shine. */
const blurShare = 0.014;
/** Logarithm of brightness over that of dull skin where shine begins and is complete. */
const brighter = { begins: 0.15, complete: 0.35 } as const;
/** Share of the skin's redness that is lost: shine has the colour of the lamp, lit skin keeps its own. */
const paler = { begins: 0.1, complete: 0.35 } as const;
/** Redness of the palest skin: below it, noise would be shine. */
const leastRedness = 0.12;
/** Value of the darkest channel at which a pixel begins to be, and is, burnt out: only spots with such a middle are repaired. */
const burnt = { begins: 215, complete: 240 } as const;
/** How much of the shine is taken away. */
const strength = 0.85;

/**
 * Finds where a flash or a lamp is mirrored in the skin: brighter than the rest and paler at once. The surroundings are
 * continued over it.
 * @param mesh landmarks in pixels of the planes.
 * @returns factors for red, green and blue a pixel; 1 where nothing shines.
 */
export function findShine(planes: FacePlanes, mesh: Float32Array): FacePlanes["channels"] {
  const { sidePixels: side, channels } = planes;
  const radius = Math.max(1, Math.round(side * blurShare));
  const soft = channels.map((channel) => {
    const copy = channel.slice();
    boxBlur(copy, side, side, radius);
    return copy;
  }) as [Float32Array, Float32Array, Float32Array];
  const logs = skinLogs({ sidePixels: side, channels: soft });
  const offsets = skinOffsets(mesh, side);
  // A lamp is mirrored by the very places at which skin is sure: the duller and redder of them are the skin.
  const luma = quantile(
    Float32Array.from(offsets, (o) => logs.luma[o]!),
    0.4,
  );
  const red = Math.max(
    leastRedness,
    quantile(
      Float32Array.from(offsets, (o) => logs.red[o]!),
      0.6,
    ),
  );
  const face = plainFace(mesh, side);
  const hot = soft[0].map((value, o) =>
    smoothstep(burnt.begins, burnt.complete, Math.min(value, soft[1][o]!, soft[2][o]!)),
  );
  boxBlur(hot, side, side, 4 * radius);
  const shine = logs.luma.map(
    (value, o) =>
      smoothstep(0.003, 0.03, hot[o]!) *
      smoothstep(brighter.begins, brighter.complete, value - luma) *
      smoothstep(paler.begins, paler.complete, 1 - logs.red[o]! / red),
  );
  // The soft border of a spot belongs to it; what is not brighter than its surroundings stays as it is all the same.
  boxBlur(shine, side, side, 3 * radius);
  const spots = shine.map((value, o) => smoothstep(0.003, 0.06, value) * face[o]!);
  const dull = face.map((share, o) => share * (1 - smoothstep(0, 0.01, shine[o]!)));
  const factorsOf = (channel: Float32Array): Float32Array => {
    const around = channel.slice();
    fillSmoothly(around, dull, side);
    return around.map((value, o) => 1 + (Math.min(1, (value + 1) / (channel[o]! + 1)) - 1) * strength * spots[o]!);
  };
  return [factorsOf(soft[0]), factorsOf(soft[1]), factorsOf(soft[2])];
}

/** 1 on the face less eyes, brows and lips. */
function plainFace(mesh: Float32Array, side: number): Float32Array {
  const mask = new Float32Array(side * side);
  fillPolygon(mask, side, side, ringPoints(mesh, faceOval, 0.94), 1);
  const features = maskFeatures(mesh, side);
  const plain = mask.map((share, o) => share * (1 - features[o]!));
  boxBlur(plain, side, side, Math.max(1, Math.round(side * 0.008)));
  return plain;
}
