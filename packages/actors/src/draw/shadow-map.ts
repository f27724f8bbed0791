import { clamp } from "#maths/scalar.js";
import { cross, normalize, type Vec3 } from "#maths/vector.js";
import type { PosedModel } from "./pose.js";

/** Side of the square of the scene that the shadow map covers, in eye distances. */
const COVERED = 4.8;
const CENTER: Vec3 = [0, -0.5, -0.9];
/** Points of a disc in sunflower order, x and y alternating. */
const DISC = Float64Array.from({ length: 32 }, (_, i) => {
  const k = i >> 1;
  const radius = Math.sqrt((k + 0.5) / 16);
  return radius * (i & 1 ? Math.sin(k * 2.399963) : Math.cos(k * 2.399963));
});
/** Radius of the soft shadow in eye distances. */
const SOFTNESS = 0.054;

/** Depth of the scene seen from the key lamp. */
export class ShadowMap {
  readonly #size: number;
  readonly #depth: Float32Array;
  readonly #direction: Vec3;
  readonly #right: Vec3;
  readonly #up: Vec3;
  readonly #scale: number;
  #lampX = new Float32Array(0);
  #lampY = new Float32Array(0);
  #lampZ = new Float32Array(0);
  #centerX = 0;
  #centerY = 0;

  constructor(size: number, direction: Vec3) {
    this.#size = size;
    this.#depth = new Float32Array(size * size);
    this.#direction = direction;
    this.#right = normalize(cross([0, 1, 0], direction));
    this.#up = cross(direction, this.#right);
    this.#scale = size / COVERED;
  }

  /** Draws the posed model and its hair as seen from the lamp. Eyes cast none. */
  draw(posed: PosedModel): void {
    const { model, points, hair } = posed;
    this.#centerX = CENTER[0] + posed.offsetX;
    this.#centerY = CENTER[1] + posed.offsetY;
    this.#depth.fill(-1e3);
    if (this.#lampX.length < model.vertexCount) {
      this.#lampX = new Float32Array(model.vertexCount);
      this.#lampY = new Float32Array(model.vertexCount);
      this.#lampZ = new Float32Array(model.vertexCount);
    }
    const [rx, ry, rz] = this.#right;
    const [ux, uy, uz] = this.#up;
    const [lx, ly, lz] = this.#direction;
    const half = this.#size / 2;
    const scale = this.#scale;
    for (let i = 0; i < model.vertexCount; i++) {
      const x = points[3 * i]! - this.#centerX;
      const y = points[3 * i + 1]! - this.#centerY;
      const z = points[3 * i + 2]! - CENTER[2];
      this.#lampX[i] = half + scale * (x * rx + y * ry + z * rz);
      this.#lampY[i] = half + scale * (x * ux + y * uy + z * uz);
      this.#lampZ[i] = x * lx + y * ly + z * lz;
    }
    for (const part of model.parts)
      if (part.name !== "eye" && part.name !== "mouth")
        this.#drawTriangles(model.triangles, 3 * part.firstTriangle, 3 * (part.firstTriangle + part.triangleCount));
    const strands = model.look.hair;
    if (strands && strands.pointCount > 3) this.#drawHair(hair, strands.pointCount);
  }

  #drawTriangles(triangles: Int32Array, from: number, to: number): void {
    const size = this.#size;
    const depth = this.#depth;
    const X = this.#lampX;
    const Y = this.#lampY;
    const Z = this.#lampZ;
    for (let t = from; t < to; t += 3) {
      const i = triangles[t]!;
      const j = triangles[t + 1]!;
      const k = triangles[t + 2]!;
      const ax = X[i]!;
      const ay = Y[i]!;
      const bx = X[j]! - ax;
      const by = Y[j]! - ay;
      const cx = X[k]! - ax;
      const cy = Y[k]! - ay;
      const area = bx * cy - cx * by;
      // surfaces turned away from the lamp lie behind those turned to it
      if (area < 1e-6) continue;
      const x0 = Math.max(0, Math.ceil(Math.min(0, bx, cx) + ax - 0.5));
      const x1 = Math.min(size - 1, Math.floor(Math.max(0, bx, cx) + ax - 0.5));
      const y0 = Math.max(0, Math.ceil(Math.min(0, by, cy) + ay - 0.5));
      const y1 = Math.min(size - 1, Math.floor(Math.max(0, by, cy) + ay - 0.5));
      if (x0 > x1 || y0 > y1) continue;
      const inverse = 1 / area;
      const za = Z[i]!;
      const zb = Z[j]! - za;
      const zc = Z[k]! - za;
      for (let y = y0; y <= y1; y++)
        for (let x = x0; x <= x1; x++) {
          const px = x + 0.5 - ax;
          const py = y + 0.5 - ay;
          const u = (px * cy - cx * py) * inverse;
          const v = (bx * py - px * by) * inverse;
          if (u < 0 || v < 0 || u + v > 1) continue;
          const z = za + u * zb + v * zc;
          const o = y * size + x;
          if (z > depth[o]!) depth[o] = z;
        }
    }
  }

  #drawHair(hair: Float32Array, pointCount: number): void {
    const size = this.#size;
    const depth = this.#depth;
    const [rx, ry, rz] = this.#right;
    const [ux, uy, uz] = this.#up;
    const [lx, ly, lz] = this.#direction;
    for (let i = 0, k = 0; i < hair.length; i += 3, k = k + 1 === pointCount ? 0 : k + 1) {
      if (k < 2) continue;
      const x = hair[i]! - this.#centerX;
      const y = hair[i + 1]! - this.#centerY;
      const z = hair[i + 2]! - CENTER[2];
      const a = (size / 2 + this.#scale * (x * rx + y * ry + z * rz)) | 0;
      const b = (size / 2 + this.#scale * (x * ux + y * uy + z * uz)) | 0;
      if (a < 1 || b < 1 || a > size - 2 || b > size - 2) continue;
      const d = x * lx + y * ly + z * lz - 0.02;
      const o = b * size + a;
      if (d > depth[o]!) depth[o] = d;
      if (d > depth[o + 1]!) depth[o + 1] = d;
      if (d > depth[o + size]!) depth[o + size] = d;
    }
  }

  /** Share of the lamp that a point sees, 0..1, with a soft edge. `bias` in eye distances keeps surfaces from shading themselves. */
  lightAt(px: number, py: number, pz: number, bias: number): number {
    const size = this.#size;
    const depth = this.#depth;
    const x = px - this.#centerX;
    const y = py - this.#centerY;
    const z = pz - CENTER[2];
    const a = size / 2 + this.#scale * (x * this.#right[0] + y * this.#right[1] + z * this.#right[2]);
    const b = size / 2 + this.#scale * (x * this.#up[0] + y * this.#up[1] + z * this.#up[2]);
    const d = x * this.#direction[0] + y * this.#direction[1] + z * this.#direction[2] + bias;
    const radius = SOFTNESS * this.#scale;
    let sum = 0;
    for (let i = 0; i < 32; i += 2) {
      const xi = (a + DISC[i]! * radius) | 0;
      const yi = (b + DISC[i + 1]! * radius) | 0;
      if (xi < 0 || yi < 0 || xi >= size || yi >= size) {
        sum++;
        continue;
      }
      const e = d - depth[yi * size + xi]!;
      sum += e > 0 ? 1 : clamp(1 + e * 14.3);
    }
    return sum / 16;
  }

  /** Light inside a volume of hair: falls off with the depth below its surface. */
  hairLightAt(px: number, py: number, pz: number): number {
    const size = this.#size;
    const x = px - this.#centerX;
    const y = py - this.#centerY;
    const z = pz - CENTER[2];
    const a = (size / 2 + this.#scale * (x * this.#right[0] + y * this.#right[1] + z * this.#right[2])) | 0;
    const b = (size / 2 + this.#scale * (x * this.#up[0] + y * this.#up[1] + z * this.#up[2])) | 0;
    if (a < 0 || b < 0 || a >= size || b >= size) return 1;
    const e = x * this.#direction[0] + y * this.#direction[1] + z * this.#direction[2] - this.#depth[b * size + a]!;
    return e > 0 ? 1 : Math.exp(e * 9);
  }
}
