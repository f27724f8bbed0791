import { clamp, lerp, smoothStep } from "#maths/scalar.js";
import { normalize, type Vec3 } from "#maths/vector.js";
import type { HairStrands } from "#person/hair.js";
import type { Lash } from "#person/lashes.js";
import { CAMERA_DISTANCE, LOOK_HEIGHT, type Placement } from "./camera.js";
import type { Lights } from "./lights.js";
import type { PosedModel } from "./pose.js";
import { SAMPLES, type SampleBuffer } from "./sample-buffer.js";
import type { ShadowMap } from "./shadow-map.js";

const HEAD_CENTER: Vec3 = [0, 0.1, -1];
const LASH_STEPS = 4;
/** Undercoat bands lie this much (in nearness, about 0.1 eye distances) behind the strands over them. */
const BAND_DEPTH = 0.0009;

/** Draws hair, beard and lashes as thin lit lines into a sample buffer. */
export class StrandPainter {
  /** Linear colour per segment. */
  readonly colours: Float32Array;
  readonly #lashes: readonly Lash[];
  readonly #thickness: number;
  #next = 0;

  constructor(posed: PosedModel, placement: Placement, lashes: readonly Lash[]) {
    const { hair, beard } = posed.model.look;
    const segments =
      (hair ? hair.strandCount * (hair.pointCount - 1) : 0) +
      (beard ? beard.strandCount * (beard.pointCount - 1) : 0) +
      lashes.length * LASH_STEPS;
    this.colours = new Float32Array(segments * 3);
    this.#lashes = lashes;
    this.#thickness = (placement.pixelsPerUnit * SAMPLES) / 360;
  }

  /** Draws everything; `X`, `Y`, `nearness` are the projected points of hair, then beard. */
  draw(
    posed: PosedModel,
    lights: Lights,
    shadow: ShadowMap,
    placement: Placement,
    buffer: SampleBuffer,
    projected: ProjectedStrands,
  ): void {
    this.#next = 0;
    const { hair, beard, person } = posed.model.look;
    if (hair) {
      const coat = {
        points: posed.hair,
        strands: hair,
        projected: projected.hair,
        colour: person.hair,
        rootShade: 0.5,
      };
      this.#drawStrands(posed, coat, lights, shadow, buffer);
    }
    if (beard) {
      const colour: Vec3 = [person.hair[0] * 0.8, person.hair[1] * 0.78, person.hair[2] * 0.78];
      const coat = { points: posed.beard, strands: beard, projected: projected.beard, colour, rootShade: 0.8 };
      this.#drawStrands(posed, coat, lights, shadow, buffer);
    }
    this.#drawLashes(posed, placement, buffer);
  }

  #drawStrands(posed: PosedModel, coat: Coat, lights: Lights, shadow: ShadowMap, buffer: SampleBuffer): void {
    const { points, colour, rootShade } = coat;
    const { X, Y, nearness } = coat.projected;
    const { tone: tones, thickness: widths, pointCount, rootFade } = coat.strands;
    const { key, fill, rim, sky } = lights;
    const [lx, ly, lz] = lights.keyDirection;
    const [rx, ry, rz] = lights.rimDirection;
    const [hx, hy, hz] = normalize([lx, ly, lz + 1]);
    const colours = this.colours;
    const shine = 0.03 + 0.08 * (0.3 * colour[0] + 0.5 * colour[1] + 0.2 * colour[2]);
    const centerX = HEAD_CENTER[0] + posed.offsetX;
    const centerY = HEAD_CENTER[1] + posed.offsetY;
    const { left, top, right, bottom } = buffer.clip;
    let segment = this.#next;
    for (let s = 0; s < tones.length; s++) {
      const tone = tones[s]!;
      const thickness = widths[s]! * this.#thickness;
      for (let k = 1; k < pointCount; k++) {
        const i = s * pointCount + k;
        const x1 = X[i]!;
        const y1 = Y[i]!;
        const x0 = X[i - 1]!;
        const y0 = Y[i - 1]!;
        if (x1 < left || x1 >= right || y1 < top || y1 >= bottom) continue;
        if (x0 < left || x0 >= right || y0 < top || y0 >= bottom) continue;
        if (buffer.isHidden(x1, y1, nearness[i]!) && buffer.isHidden(x0, y0, nearness[i - 1]!)) continue;
        const o = 3 * i;
        const px = points[o]!;
        const py = points[o + 1]!;
        const pz = points[o + 2]!;
        let tx = px - points[o - 3]!;
        let ty = py - points[o - 2]!;
        let tz = pz - points[o - 1]!;
        const length = 1 / (Math.sqrt(tx * tx + ty * ty + tz * tz) || 1);
        tx *= length;
        ty *= length;
        tz *= length;
        // the direction from the head's centre stands in for the normal of the hair
        const nx = px - centerX;
        const ny = Math.max(py - centerY, -0.3);
        const nz = pz - HEAD_CENTER[2];
        const reach = 1 / (Math.sqrt(nx * nx + ny * ny + nz * nz) || 1);
        const along = tx * lx + ty * ly + tz * lz;
        const half = tx * hx + ty * hy + tz * hz;
        const alongRim = tx * rx + ty * ry + tz * rz;
        const wrap = clamp((nx * lx + ny * ly + nz * lz) * reach * 0.7 + 0.45);
        const lit = wrap * (0.25 + 0.75 * shadow.hairLightAt(px, py, pz));
        const diffuse = Math.sqrt(Math.max(0, 1 - along * along)) * lit;
        const e1 = Math.max(0, 1 - half * half);
        const e2 = e1 * e1;
        const e4 = e2 * e2;
        const e8 = e4 * e4;
        const e16 = e8 * e8;
        const sharp = e16 * e16 * e8 * lit;
        const broad = e8 * e1 * lit;
        const back =
          clamp((nx * rx + ny * ry + nz * rz) * reach * 1.3) * Math.sqrt(Math.max(0, 1 - alongRim * alongRim));
        const t = k / (pointCount - 1);
        const depth = lerp(rootShade, 1, smoothStep(0, rootFade, t)) * tone;
        const above = 0.55 + 0.45 * ny * reach;
        for (let c = 0; c < 3; c++) {
          const body =
            key[c]! * (0.85 * diffuse + 0.5 * broad) + sky[c]! * above + 0.25 * fill[c]! + back * 0.64 * rim[c]!;
          colours[3 * segment + c] = depth * (colour[c]! * body + shine * sharp * 0.8 * key[c]!);
        }
        // bands start and end narrow
        const thin = thickness > 3 ? Math.min(1, 4 * t - 0.1, 2.4 * (0.96 - t)) : k === pointCount - 1 ? 0.6 : 1;
        if (thin < 0.02) continue;
        const behind = thickness > 3 ? BAND_DEPTH : 0;
        buffer.drawSegment(segment, x0, y0, nearness[i - 1]! - behind, x1, y1, nearness[i]! - behind, thickness * thin);
        segment++;
      }
    }
    this.#next = segment;
  }

  #drawLashes(posed: PosedModel, placement: Placement, buffer: SampleBuffer): void {
    const { points, rotation: r, model, blink } = posed;
    const focal = placement.pixelsPerUnit * CAMERA_DISTANCE * SAMPLES;
    const originX = placement.centerX * SAMPLES;
    const originY = placement.centerY * SAMPLES;
    const { left, top, right, bottom } = buffer.clip;
    let segment = this.#next;
    for (const lash of this.#lashes) {
      const contour = model.look.sockets[lash.eye].contour;
      const row = lash.isUpper ? contour.upper : contour.lower;
      const i = Math.min(7, Math.floor(lash.along * 8));
      const f = lash.along * 8 - i;
      const a = 3 * row[i]!;
      const b = 3 * row[i + 1]!;
      const rootX = lerp(points[a]!, points[b]!, f);
      const rootY = lerp(points[a + 1]!, points[b + 1]!, f);
      const rootZ = lerp(points[a + 2]!, points[b + 2]!, f);
      const outward = (lash.eye ? 1 : -1) * lerp(0.85, -0.35, lash.along) + lash.lean;
      const up = lash.isUpper ? lerp(1, -0.9, blink[lash.eye]) : -0.8;
      let [x0, y0, z0] = [0, 0, 0];
      for (let k = 0; k <= LASH_STEPS; k++) {
        const u = k / LASH_STEPS;
        const first = u * (1 - 0.5 * u) * lash.length;
        const second = 0.5 * u * u * lash.length;
        const dx = outward * (first + second);
        const dy = up * (0.25 * first + 1.1 * second);
        const dz = 0.8 * first + 0.45 * second;
        const z = 1 / (CAMERA_DISTANCE - rootZ - (r[6]! * dx + r[7]! * dy + r[8]! * dz) - 0.012);
        const x = originX + focal * (rootX + r[0]! * dx + r[1]! * dy + r[2]! * dz) * z;
        const y = originY - focal * (rootY + r[3]! * dx + r[4]! * dy + r[5]! * dz - LOOK_HEIGHT) * z;
        const isInside =
          Math.min(x0, x) >= left && Math.max(x0, x) < right && Math.min(y0, y) >= top && Math.max(y0, y) < bottom;
        if (k && isInside) {
          this.colours[3 * segment] = 0.03;
          this.colours[3 * segment + 1] = 0.021;
          this.colours[3 * segment + 2] = 0.019;
          const thickness = lash.isUpper ? this.#thickness * (k < 2 ? 1.4 : 1) : 1;
          buffer.drawSegment(segment, x0, y0, z0, x, y, z, thickness);
          segment++;
        }
        [x0, y0, z0] = [x, y, z];
      }
    }
    this.#next = segment;
  }
}

/** Strands of one kind, ready to be drawn. */
interface Coat {
  readonly points: Float32Array;
  readonly strands: Pick<HairStrands, "tone" | "thickness" | "pointCount" | "rootFade">;
  readonly projected: Projected;
  readonly colour: Vec3;
  /** Brightness at the root. */
  readonly rootShade: number;
}

/** Projected points in sample coordinates. */
export interface Projected {
  readonly X: Float32Array;
  readonly Y: Float32Array;
  readonly nearness: Float32Array;
}

/** Projected points of all strands of an actor. */
export interface ProjectedStrands {
  readonly hair: Projected;
  readonly beard: Projected;
}
