import { NEUTRAL_STATE, type ActorState } from "#motion/state.js";
import { growLashes } from "#person/lashes.js";
import { project, type Placement } from "./camera.js";
import { placeLights, type Lights } from "./lights.js";
import type { Model } from "./model.js";
import { PixelShader } from "./pixel-shader.js";
import { PosedModel } from "./pose.js";
import { SAMPLES, type PixelBox, type SampleBuffer } from "./sample-buffer.js";
import { ShadowMap } from "./shadow-map.js";
import { StrandPainter, type Projected } from "./strand-painter.js";
import { readTruth, type FaceTruth } from "./truth.js";
import { lightVertices } from "./vertex-light.js";

/** Milliseconds per stage of the last frame. */
export interface StageTimes {
  pose: number;
  shadow: number;
  visibility: number;
  strands: number;
  light: number;
  shade: number;
  develop: number;
}

const emptyProjection = (count: number): Projected => ({
  X: new Float32Array(count),
  Y: new Float32Array(count),
  nearness: new Float32Array(count),
});

/** Draws one actor of a scene, frame after frame, on top of what is there. */
export class ActorPainter {
  readonly #posed: PosedModel;
  readonly #placement: Placement;
  readonly #lights: Lights;
  readonly #shadow: ShadowMap;
  readonly #strands: StrandPainter;
  readonly #shader: PixelShader;
  readonly #light: Float32Array;
  readonly #mesh: Projected;
  readonly #hair: Projected;
  readonly #beard: Projected;

  constructor(model: Model, placement: Placement, lightSeed: number) {
    const { look } = model;
    this.#posed = new PosedModel(model);
    this.#placement = placement;
    this.#lights = placeLights(lightSeed, look.person.skinTone);
    this.#shadow = new ShadowMap(look.detail.shadowSize, this.#lights.keyDirection);
    this.#strands = new StrandPainter(this.#posed, placement, growLashes(look.person, look.detail.hairShare));
    this.#light = new Float32Array(model.vertexCount * 4);
    this.#mesh = emptyProjection(model.vertexCount);
    this.#hair = emptyProjection(this.#posed.hair.length / 3);
    this.#beard = emptyProjection(this.#posed.beard.length / 3);
    this.#shader = new PixelShader(this.#posed, this.#lights, this.#light, this.#mesh.X, this.#mesh.Y);
  }

  /** Adds the actor to a linear picture; returns the truth. */
  paint(state: Partial<ActorState>, linear: Float32Array, buffer: SampleBuffer, times: StageTimes): FaceTruth {
    const clock = (): number => performance.now();
    const { model } = this.#posed;
    const start = clock();
    this.#posed.pose({ ...NEUTRAL_STATE, ...state });
    project(this.#posed.points, this.#placement, this.#mesh.X, this.#mesh.Y, this.#mesh.nearness);
    project(this.#posed.hair, this.#placement, this.#hair.X, this.#hair.Y, this.#hair.nearness);
    project(this.#posed.beard, this.#placement, this.#beard.X, this.#beard.Y, this.#beard.nearness);
    const box = this.#drawnBox(buffer);
    const posed = clock();
    times.pose += posed - start;
    buffer.open(box);
    if (box.left < box.right && box.top < box.bottom) {
      this.#shadow.draw(this.#posed);
      const shadowed = clock();
      for (const part of model.parts)
        buffer.drawTriangles(
          model.triangles,
          part.firstTriangle,
          part.triangleCount,
          this.#mesh.X,
          this.#mesh.Y,
          this.#mesh.nearness,
          part.isTwoSided,
        );
      const visible = clock();
      this.#strands.draw(this.#posed, this.#lights, this.#shadow, this.#placement, buffer, {
        hair: this.#hair,
        beard: this.#beard,
      });
      const stranded = clock();
      lightVertices(this.#posed, this.#lights, this.#shadow, this.#light);
      const lit = clock();
      this.#resolve(linear, buffer, box);
      times.shadow += shadowed - posed;
      times.visibility += visible - shadowed;
      times.strands += stranded - visible;
      times.light += lit - stranded;
      times.shade += clock() - lit;
    }
    return readTruth(
      this.#posed,
      this.#mesh.X,
      this.#mesh.Y,
      this.#mesh.nearness,
      buffer,
      box,
      this.#placement.pixelsPerUnit,
    );
  }

  /** Box round all projected points, limited to the picture. */
  #drawnBox(buffer: SampleBuffer): PixelBox {
    let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
    for (const { X, Y } of [this.#mesh, this.#hair, this.#beard])
      for (let i = 0; i < X.length; i++) {
        const x = X[i]!;
        const y = Y[i]!;
        if (x < left) left = x;
        if (x > right) right = x;
        if (y < top) top = y;
        if (y > bottom) bottom = y;
      }
    const margin = 2;
    const limit = (value: number, high: number): number => Math.max(0, Math.min(high, value));
    return {
      left: limit(Math.floor(left / SAMPLES) - margin, buffer.width / SAMPLES),
      top: limit(Math.floor(top / SAMPLES) - margin, buffer.height / SAMPLES),
      right: limit(Math.ceil(right / SAMPLES) + margin, buffer.width / SAMPLES),
      bottom: limit(Math.ceil(bottom / SAMPLES) + margin, buffer.height / SAMPLES),
    };
  }

  /** Blends the samples of every pixel; each part is shaded once per pixel. */
  #resolve(linear: Float32Array, buffer: SampleBuffer, box: PixelBox): void {
    const { id, width } = buffer;
    const shader = this.#shader;
    const colour = shader.colour;
    const strandColours = this.#strands.colours;
    const partOf = this.#posed.model.partOfTriangle;
    const pictureWidth = width / SAMPLES;
    const seenParts = new Int32Array(4);
    const seenColours = new Float32Array(12);
    const samples = new Int32Array(4);
    for (let y = box.top; y < box.bottom; y++)
      for (let x = box.left; x < box.right; x++) {
        const first = y * SAMPLES * width + x * SAMPLES;
        const a = id[first]!;
        const isUniform = a === id[first + 1]! && a === id[first + width]! && a === id[first + width + 1]!;
        if (isUniform && a === 0) continue;
        const o = 3 * (y * pictureWidth + x);
        if (isUniform && a > 0) {
          shader.shade(a - 1, x * SAMPLES + 1, y * SAMPLES + 1);
          linear[o] = colour[0]!;
          linear[o + 1] = colour[1]!;
          linear[o + 2] = colour[2]!;
          continue;
        }
        samples[0] = a;
        samples[1] = id[first + 1]!;
        samples[2] = id[first + width]!;
        samples[3] = id[first + width + 1]!;
        let r = 0;
        let g = 0;
        let b = 0;
        let seen = 0;
        for (let s = 0; s < 4; s++) {
          const v = samples[s]!;
          if (v === 0) {
            r += linear[o]!;
            g += linear[o + 1]!;
            b += linear[o + 2]!;
          } else if (v < 0) {
            const q = 3 * (-v - 1);
            r += strandColours[q]!;
            g += strandColours[q + 1]!;
            b += strandColours[q + 2]!;
          } else {
            const part = partOf[v - 1]!;
            let k = 0;
            while (k < seen && seenParts[k] !== part) k++;
            if (k === seen) {
              shader.shade(v - 1, x * SAMPLES + (s & 1) + 0.5, y * SAMPLES + (s >> 1) + 0.5);
              seenParts[seen] = part;
              seenColours[3 * seen] = colour[0]!;
              seenColours[3 * seen + 1] = colour[1]!;
              seenColours[3 * seen + 2] = colour[2]!;
              seen++;
            }
            r += seenColours[3 * k]!;
            g += seenColours[3 * k + 1]!;
            b += seenColours[3 * k + 2]!;
          }
        }
        linear[o] = r * 0.25;
        linear[o + 1] = g * 0.25;
        linear[o + 2] = b * 0.25;
      }
  }
}
