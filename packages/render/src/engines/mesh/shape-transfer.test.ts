import { expect, test } from "vitest";
import { mouthOpening } from "#face-mesh/mesh-measures.js";
import { canonicalUv, lowerLip, lowerLipInner, meshVertexCount, upperLip } from "#face-mesh/topology.js";
import { createShapeTransfer } from "./shape-transfer.js";

/** A face seen from the front, 200 pixels wide, bulging towards the camera. */
function frontalFace(): Float32Array {
  const mesh = new Float32Array(3 * meshVertexCount);
  for (let i = 0; i < meshVertexCount; i++) {
    const [u, v] = [canonicalUv[2 * i]! - 0.5, canonicalUv[2 * i + 1]! - 0.5];
    mesh.set([200 * u, 220 * v, 160 * (u * u + 0.5 * v * v)], 3 * i);
  }
  return mesh;
}

/** The same with the lower lip as a whole this many pixels lower. */
function openMouth(mesh: Float32Array, pixels: number): Float32Array {
  const open = mesh.slice();
  const corners = new Set([78, 308]);
  for (const landmark of new Set([...lowerLip, ...lowerLipInner]))
    if (!corners.has(landmark)) open[3 * landmark + 1]! += pixels;
  return open;
}

/** Height of a lip in its middle: from the outer edge to the inner. */
function thickness(mesh: Float32Array, lip: readonly number[]): number {
  const ring = lip.length / 4;
  const middle = ring >> 1;
  return Math.abs(mesh[3 * lip[3 * ring + middle]! + 1]! - mesh[3 * lip[middle]! + 1]!);
}

test("a mouth that is open all the time keeps its opening and its lips under a photo with closed ones", () => {
  const photo = frontalFace();
  const person = openMouth(photo, 16);
  const shape = createShapeTransfer(photo, [person, person]);
  const drawn = new Float32Array(person.length);
  shape.apply(person, drawn);
  expect(Math.abs(mouthOpening(drawn) - mouthOpening(person))).toBeLessThan(0.005);
  for (const lip of [upperLip, lowerLip])
    expect(Math.abs(thickness(drawn, lip) - thickness(person, lip))).toBeLessThan(1);
});

test("the shape is the same whichever way the head is turned in the first frames", () => {
  const photo = frontalFace();
  const person = openMouth(photo, 6);
  const drawnAfter = (degrees: number): Float32Array => {
    const drawn = new Float32Array(person.length);
    createShapeTransfer(photo, [turned(person, degrees), person, turned(person, -degrees)]).apply(person, drawn);
    return drawn;
  };
  const [frontal, left] = [drawnAfter(0), drawnAfter(35)];
  expect(Math.max(...frontal.map((value, i) => Math.abs(value - left[i]!)))).toBeLessThan(0.5);
});

/** A face from elsewhere in the picture, turned to the side. */
function turned(mesh: Float32Array, degrees: number): Float32Array {
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  const out = mesh.slice();
  for (let o = 0; o < mesh.length; o += 3) {
    out[o] = 300 + cos * mesh[o]! + sin * mesh[o + 2]!;
    out[o + 2] = cos * mesh[o + 2]! - sin * mesh[o]!;
  }
  return out;
}
