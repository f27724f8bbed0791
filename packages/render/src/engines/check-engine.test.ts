import { expect, it } from "vitest";
import { weightsFiles } from "#nets/weights.js";
import { checkEngine } from "./check-engine.js";

it("finds all weights whole and the networks loading", async () => {
  const { weights, problem, loadSeconds, runtime } = await checkEngine();
  expect(weights.map(({ file }) => file)).toEqual(weightsFiles.map(({ file }) => file));
  expect(weights.filter((file) => file.problem !== undefined)).toEqual([]);
  expect(problem).toBeUndefined();
  expect(loadSeconds).toBeGreaterThan(0);
  expect(runtime?.providers).toContain("cpu");
});
