import { expect, test } from "vitest";
import { applySimilarity, fitSimilarity } from "./similarity-fit.js";

test("finds rotation, scale and shift again", () => {
  const points = Float32Array.from({ length: 30 }, (_, i) => ((Math.imul(i + 1, 2654435761) >>> 8) % 80) - 40);
  const [c, s] = [Math.cos(0.6), Math.sin(0.6)];
  const moved = new Float32Array(30);
  for (let o = 0; o < 30; o += 3) {
    const [x, y, z] = [points[o]!, points[o + 1]!, points[o + 2]!];
    moved.set([1.7 * (c * x - s * z) + 5, 1.7 * y - 3, 1.7 * (s * x + c * z) + 9], o);
  }
  const landmarks = Array.from({ length: 10 }, (_, i) => i);
  const fit = fitSimilarity(points, moved, landmarks);
  expect(fit.scale).toBeCloseTo(1.7, 4);
  const again = new Float32Array(30);
  applySimilarity(fit, points, again);
  again.forEach((value, i) => expect(value).toBeCloseTo(moved[i]!, 2));
});
