import { clamp, lerp, smoothStep } from "#maths/scalar.js";
import { planeNoise } from "#maths/noise.js";
import { CAMERA_DISTANCE, LOOK_HEIGHT } from "./camera.js";
import type { Lights } from "./lights.js";
import type { Part } from "./model.js";
import type { PosedModel } from "./pose.js";

/** Colours single samples of one actor from the light on its vertices. */
export class PixelShader {
  /** Red, green, blue of the last shaded sample, linear. */
  readonly colour = new Float32Array(3);
  readonly #posed: PosedModel;
  readonly #light: Float32Array;
  readonly #X: Float32Array;
  readonly #Y: Float32Array;
  readonly #lights: Lights;
  #u = 0;
  #v = 0;
  #w = 0;
  #i = 0;
  #j = 0;
  #k = 0;

  constructor(posed: PosedModel, lights: Lights, light: Float32Array, X: Float32Array, Y: Float32Array) {
    this.#posed = posed;
    this.#lights = lights;
    this.#light = light;
    this.#X = X;
    this.#Y = Y;
  }

  /** Shades triangle `t` at a position in sample coordinates; the answer is in `colour`. */
  shade(t: number, x: number, y: number): void {
    const { model } = this.#posed;
    const { triangles } = model;
    const X = this.#X;
    const Y = this.#Y;
    const i = triangles[3 * t]!;
    const j = triangles[3 * t + 1]!;
    const k = triangles[3 * t + 2]!;
    const ax = X[i]!;
    const ay = Y[i]!;
    const bx = X[j]! - ax;
    const by = Y[j]! - ay;
    const cx = X[k]! - ax;
    const cy = Y[k]! - ay;
    const inverse = 1 / (bx * cy - cx * by);
    const u = ((x - ax) * cy - cx * (y - ay)) * inverse;
    const v = (bx * (y - ay) - (x - ax) * by) * inverse;
    this.#i = i;
    this.#j = j;
    this.#k = k;
    this.#u = u;
    this.#v = v;
    this.#w = 1 - u - v;
    const part = model.parts[model.partOfTriangle[t]!]!;
    switch (part.surfacing) {
      case "skin":
        this.#shadeSkin();
        break;
      case "torso":
        this.#shadeTorso();
        break;
      case "eye":
        this.#shadeEye(part);
        break;
      default:
        this.#blendLight();
    }
  }

  /** Value of component `c` of packed vertex data with `stride` numbers per vertex. */
  #at(values: Float32Array, stride: number, c: number): number {
    return (
      values[stride * this.#i + c]! * this.#w +
      values[stride * this.#j + c]! * this.#u +
      values[stride * this.#k + c]! * this.#v
    );
  }

  #blendLight(): void {
    const light = this.#light;
    this.colour[0] = this.#at(light, 4, 0);
    this.colour[1] = this.#at(light, 4, 1);
    this.colour[2] = this.#at(light, 4, 2);
  }

  /** Bilinear map colour times light, plus highlight. `hair` 0..1 darkens towards the hair colour. */
  #shadeTexture(texels: Uint8ClampedArray, width: number, height: number, hair: number): void {
    const { uv, look } = this.#posed.model;
    const i = this.#i;
    const j = this.#j;
    const k = this.#k;
    const w = this.#w;
    const u = this.#u;
    const v = this.#v;
    const fx = clamp((uv[2 * i]! * w + uv[2 * j]! * u + uv[2 * k]! * v) * width - 0.5, 0, width - 1.001);
    const fy = clamp((uv[2 * i + 1]! * w + uv[2 * j + 1]! * u + uv[2 * k + 1]! * v) * height - 0.5, 0, height - 1.001);
    const xi = fx | 0;
    const yi = fy | 0;
    const a = fx - xi;
    const b = fy - yi;
    const p = 4 * (yi * width + xi);
    const q = p + 4 * width;
    const w00 = (1 - a) * (1 - b);
    const w10 = a * (1 - b);
    const w01 = (1 - a) * b;
    const w11 = a * b;
    // the mean of roots, squared, stands in for the mean of squares: neighbours differ little
    let r = (texels[p]! * w00 + texels[p + 4]! * w10 + texels[q]! * w01 + texels[q + 4]! * w11) / 255;
    let g = (texels[p + 1]! * w00 + texels[p + 5]! * w10 + texels[q + 1]! * w01 + texels[q + 5]! * w11) / 255;
    let bl = (texels[p + 2]! * w00 + texels[p + 6]! * w10 + texels[q + 2]! * w01 + texels[q + 6]! * w11) / 255;
    let gloss = (texels[p + 3]! * w00 + texels[p + 7]! * w10 + texels[q + 3]! * w01 + texels[q + 7]! * w11) / 128;
    r *= r;
    g *= g;
    bl *= bl;
    if (hair > 0) {
      const [hr, hg, hb] = look.person.hair;
      // strands too fine to draw
      const streak = 0.34 + 0.2 * planeNoise((fx / width) * 210, (fy / height) * 210);
      r = lerp(r, hr * streak, hair);
      g = lerp(g, hg * streak, hair);
      bl = lerp(bl, hb * streak, hair);
      gloss *= 1 - hair;
    }
    const light = this.#light;
    const li = 4 * i;
    const lj = 4 * j;
    const lk = 4 * k;
    const highlight = light[li + 3]! * w + light[lj + 3]! * u + light[lk + 3]! * v;
    const shine = highlight * gloss * 0.5 * (0.55 + 0.45 * Math.min(1, r * 1.6));
    const key = this.#lights.key;
    const colour = this.colour;
    colour[0] = r * (light[li]! * w + light[lj]! * u + light[lk]! * v) + shine * key[0];
    colour[1] = g * (light[li + 1]! * w + light[lj + 1]! * u + light[lk + 1]! * v) + shine * key[1];
    colour[2] = bl * (light[li + 2]! * w + light[lj + 2]! * u + light[lk + 2]! * v) + shine * key[2];
  }

  #shadeSkin(): void {
    const { look, uv } = this.#posed.model;
    let hair = 0;
    if (look.hair) {
      const cover = this.#at(look.head.hairCover, 1, 0);
      if (cover > 0.3) {
        const noise = planeNoise(this.#at(uv, 2, 0) * 70, this.#at(uv, 2, 1) * 70) - 0.5;
        hair = 0.92 * smoothStep(0.5, 0.8, cover + 0.3 * noise);
      }
    }
    this.#shadeTexture(look.skin.texels, look.skin.size, look.skin.size, hair);
  }

  #shadeTorso(): void {
    const { texels, width, height } = this.#posed.model.look.torsoMap;
    this.#shadeTexture(texels, width, height, 0);
  }

  #shadeEye(part: Part): void {
    const { model, points, normals } = this.#posed;
    const { look, rest } = model;
    const { keyDirection: l, key, sky, fill } = this.#lights;
    const ex = this.#at(rest, 3, 0);
    const ey = this.#at(rest, 3, 1);
    const radius = Math.hypot(ex, ey);
    const map = look.eyeMap;
    const tx = clamp((ex * 0.5 + 0.5) * map.size - 0.5, 0, map.size - 1.001);
    const ty = clamp((ey * 0.5 + 0.5) * map.size - 0.5, 0, map.size - 1.001);
    const q = 3 * ((ty | 0) * map.size + (tx | 0));
    const [a, b] = [tx - (tx | 0), ty - (ty | 0)];
    const px = this.#at(points, 3, 0);
    const py = this.#at(points, 3, 1);
    const pz = this.#at(points, 3, 2);
    let nx = this.#at(normals, 3, 0);
    let ny = this.#at(normals, 3, 1);
    let nz = this.#at(normals, 3, 2);
    let length = Math.hypot(nx, ny, nz) || 1;
    nx /= length;
    ny /= length;
    nz /= length;
    const contour = look.sockets[part.eye].contour;
    const upperY = points[3 * contour.upper[4]! + 1]!;
    const lowerY = points[3 * contour.lower[4]! + 1]!;
    const height = (py - lowerY) / (upperY - lowerY + 1e-6);
    const outerX = points[3 * contour.upper[0]!]!;
    const innerX = points[3 * contour.upper[8]!]!;
    const aside = Math.abs(px - (outerX + innerX) / 2) / (Math.abs(outerX - innerX) / 2 + 1e-6);
    // the upper lid, the lashes and the corners shade the ball
    const shade =
      lerp(1, 0.32, smoothStep(0.45, 1.05, height)) *
      lerp(1, 0.45, smoothStep(0.45, 1, aside)) *
      lerp(0.82, 1, smoothStep(-0.1, 0.25, height));
    const lit = 0.6 * this.#at(this.#light, 4, 3) + 0.4;
    const diffuse = 0.55 * clamp(nx * l[0] + ny * l[1] + nz * l[2]) + 0.18;
    let hx = l[0] - px / CAMERA_DISTANCE;
    let hy = l[1] + (LOOK_HEIGHT - py) / CAMERA_DISTANCE;
    let hz = l[2] + 1 - pz / CAMERA_DISTANCE;
    length = Math.hypot(hx, hy, hz);
    hx /= length;
    hy /= length;
    hz /= length;
    // the cornea bulges, so its normal turns faster
    const bulge = 0.0036 * smoothStep(0.55, 0.2, radius);
    const nh = nx * hx + ny * hy + nz * hz;
    const glint = 1.5 * smoothStep(0.986, 0.992, nh + bulge) * smoothStep(1.15, 0.85, height) * lit;
    const sheen = 0.1 * Math.max(0, nh) ** 60;
    for (let c = 0; c < 3; c++) {
      const top = map.texels[q + c]! * (1 - a) + map.texels[q + 3 + c]! * a;
      const bottom = map.texels[q + 3 * map.size + c]! * (1 - a) + map.texels[q + 3 * map.size + 3 + c]! * a;
      const colour = top * (1 - b) + bottom * b;
      this.colour[c] = colour * shade * (key[c]! * diffuse * lit + sky[c]! * 0.75 + fill[c]! * 0.4) + glint + sheen;
    }
  }
}
