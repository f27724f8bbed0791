import { clamp, lerp } from "#maths/scalar.js";
import { CAMERA_DISTANCE, LOOK_HEIGHT } from "./camera.js";
import type { Lights } from "./lights.js";
import type { Part } from "./model.js";
import type { PosedModel } from "./pose.js";
import type { ShadowMap } from "./shadow-map.js";

/** Calibrates the key lamp against the light from all sides. */
const KEY_SHARE = 0.75;

/**
 * Light on every vertex that may be seen: red, green, blue falling on it and the strength of the highlight (for eyes:
 * the share of the key lamp that reaches them). Between vertices, about 3 pixels apart on a large face, it is blended:
 * three times cheaper than shading every pixel, and not visible after the soft shadow.
 */
export function lightVertices(posed: PosedModel, lights: Lights, shadow: ShadowMap, out: Float32Array): void {
  for (const part of posed.model.parts) {
    if (part.surfacing === "cavity") lightCavity(posed, part, out);
    else if (part.surfacing === "eye") shadeEye(posed, part, shadow, out);
    else lightPart(posed, part, lights, shadow, out);
  }
}

/** The mouth is lit by little: dark red that fades to the back. */
function lightCavity({ cavityDepth }: PosedModel, part: Part, out: Float32Array): void {
  for (let i = part.firstVertex; i < part.firstVertex + part.vertexCount; i++) {
    const d = 0.9 * Math.pow(1 - cavityDepth[i]!, 2.2);
    out[4 * i] = 0.2 * d + 0.012;
    out[4 * i + 1] = 0.045 * d + 0.004;
    out[4 * i + 2] = 0.045 * d + 0.004;
    out[4 * i + 3] = 0;
  }
}

function shadeEye({ points }: PosedModel, part: Part, shadow: ShadowMap, out: Float32Array): void {
  for (let i = part.firstVertex; i < part.firstVertex + part.vertexCount; i++)
    out[4 * i + 3] = shadow.lightAt(points[3 * i]!, points[3 * i + 1]!, points[3 * i + 2]! + 0.03, 0.09);
}

function lightPart(posed: PosedModel, part: Part, lights: Lights, shadow: ShadowMap, out: Float32Array): void {
  const { model, points, normals } = posed;
  const [lx, ly, lz] = lights.keyDirection;
  const [fx, fy, fz] = lights.fillDirection;
  const [rx, ry, rz] = lights.rimDirection;
  const { key, fill, rim, sky, ground } = lights;
  const skin = part.isSkin ? 1 : 0;
  const wrapRed = 0.38 * skin;
  const wrapGreen = 0.16 * skin;
  const wrapBlue = 0.11 * skin;
  const isTeeth = part.name === "teeth";
  for (let i = part.firstVertex; i < part.firstVertex + part.vertexCount; i++) {
    const px = points[3 * i]!;
    const py = points[3 * i + 1]!;
    const pz = points[3 * i + 2]!;
    const nx = normals[3 * i]!;
    const ny = normals[3 * i + 1]!;
    const nz = normals[3 * i + 2]!;
    let vx = -px;
    let vy = LOOK_HEIGHT - py;
    let vz = CAMERA_DISTANCE - pz;
    const distance = 1 / Math.sqrt(vx * vx + vy * vy + vz * vz);
    vx *= distance;
    vy *= distance;
    vz *= distance;
    const facing = nx * vx + ny * vy + nz * vz;
    if (facing < -0.7 && !part.isTwoSided) {
      // no triangle that faces the camera has such a vertex; nothing of an earlier frame may stay
      out.fill(0, 4 * i, 4 * i + 4);
      continue;
    }
    const toKey = nx * lx + ny * ly + nz * lz;
    const lit = toKey > -0.4 ? shadow.lightAt(px + nx * 0.025, py + ny * 0.025, pz + nz * 0.025, 0.02) : 0;
    const red =
      Math.max(0, (toKey + wrapRed) / (1 + wrapRed)) * (lit * 0.92 + 0.08 * skin + 0.22 * skin * lit * (1 - lit));
    const green = Math.max(0, (toKey + wrapGreen) / (1 + wrapGreen)) * lit;
    const blue = Math.max(0, (toKey + wrapBlue) / (1 + wrapBlue)) * lit;
    const up = 0.5 + 0.5 * ny;
    const toFill = Math.max(0, (nx * fx + ny * fy + nz * fz) * 0.75 + 0.25);
    const ndv = Math.max(0, facing);
    const edge = Math.max(0, nx * rx + ny * ry + nz * rz) * (1 - ndv) * (1 - 0.2 * ndv) * 0.9;
    let ao = model.occlusion[i]!;
    if (isTeeth) ao *= toothShade(posed, py);
    const aoCool = skin ? lerp(ao, ao * ao, 0.45) : ao;
    const hx = lx + vx;
    const hy = ly + vy;
    const hz = lz + vz;
    const nh = Math.max(0, (nx * hx + ny * hy + nz * hz) / Math.sqrt(hx * hx + hy * hy + hz * hz));
    const grazing = (1 - ndv) * (1 - ndv);
    const fresnel = 0.028 + 0.5 * grazing * grazing * (1 - ndv);
    const a = nh * nh;
    const b = a * a;
    const c = b * b;
    const d = c * c;
    const power9 = c * nh;
    const power38 = d * d * b * a;
    const fuzz = part.surfacing === "torso" ? 0.1 * grazing * (1 - ndv) : 0;
    const o = 4 * i;
    out[o] =
      KEY_SHARE * key[0] * red * lerp(1, ao, 0.6) +
      ao * (sky[0] * up + ground[0] * (1 - up)) +
      fill[0] * toFill * ao +
      rim[0] * edge +
      fuzz;
    out[o + 1] =
      KEY_SHARE * key[1] * green * lerp(1, aoCool, 0.6) +
      aoCool * (sky[1] * up + ground[1] * (1 - up)) +
      fill[1] * toFill * aoCool +
      rim[1] * edge +
      fuzz;
    out[o + 2] =
      KEY_SHARE * key[2] * blue * lerp(1, aoCool, 0.6) +
      aoCool * (sky[2] * up + ground[2] * (1 - up)) +
      fill[2] * toFill * aoCool +
      rim[2] * edge +
      fuzz;
    out[o + 3] = Math.max(0, toKey) * lit * fresnel * (8 * power38 + 2.6 * power9) * Math.min(1, ao);
    if (part.surfacing !== "solid") continue;
    // solid parts carry their own colour: the pixels only blend
    const shine = out[o + 3]! * part.gloss * 0.45;
    out[o] = out[o]! * model.albedo[3 * i]! + shine * key[0];
    out[o + 1] = out[o + 1]! * model.albedo[3 * i + 1]! + shine * key[1];
    out[o + 2] = out[o + 2]! * model.albedo[3 * i + 2]! + shine * key[2];
  }
}

/** Teeth are darker in a mouth that is hardly open, and under the lip. */
function toothShade({ points }: PosedModel, y: number): number {
  const lipY = points[3 * 13 + 1]!;
  const open = clamp((lipY - points[3 * 14 + 1]!) / 0.14);
  const below = clamp((Math.abs(lipY - y) + 0.03) / 0.06);
  return (0.55 + 0.45 * open) * below;
}
