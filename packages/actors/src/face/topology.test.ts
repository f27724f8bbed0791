import { expect, it } from "vitest";
import { EYES, FACE_OVAL, MOUTH_RING, ringOf } from "./landmarks.js";
import { applySurface, subdividedFace } from "./subdivide.js";
import { FACE_TRIANGLES, UPRIGHT_FACE } from "./topology.js";

it("has an edge wherever the oval, the eyes and the mouth have one", () => {
  const edges = new Set(FACE_TRIANGLES.flatMap(([a, b, c]) => [`${a}-${b}`, `${b}-${c}`, `${c}-${a}`]));
  const rings = [FACE_OVAL, MOUTH_RING, ...EYES.map((eye) => ringOf(eye.upper, eye.lower))];
  for (const ring of rings)
    ring.forEach((a, i) => {
      const b = ring[(i + 1) % ring.length]!;
      expect(edges.has(`${a}-${b}`) || edges.has(`${b}-${a}`), `${a}-${b}`).toBe(true);
    });
});

it("is symmetric", () => {
  expect(UPRIGHT_FACE[3 * 33]!).toBeCloseTo(-UPRIGHT_FACE[3 * 263]!, 4);
  expect(UPRIGHT_FACE[3 * 61 + 1]!).toBeCloseTo(UPRIGHT_FACE[3 * 291 + 1]!, 4);
});

it.each([1, 2])("subdivides with weights that sum to 1 (level %i)", (levels) => {
  const surface = subdividedFace(levels);
  const ones = new Float64Array(468 * 3).fill(1);
  const out = new Float32Array(surface.vertexCount * 3);
  applySurface(surface, ones, 3, out);
  expect(Math.max(...out.map((v) => Math.abs(v - 1)))).toBeLessThan(1e-5);
});
