import { expect, it, vi } from "vitest";
import { localEngine } from "./local-engine.js";
import { createFakeWorld } from "./testing/fake-world.js";

const missing = vi.hoisted(() => () => {
  throw new Error("the grammar is not there");
});
vi.mock("#facts/shell/grammar.js", () => ({ loadShellGrammar: async () => missing(), parseShell: missing }));
vi.mock("#facts/python/grammar.js", () => ({
  loadPython: async () => missing(),
  parseTree: missing,
  ruffCheck: missing,
}));

const dockerfile = 'FROM python:3.11-slim\nRUN pip install runpod==1.7.9\nCMD ["python", "handler.py"]\n';

it.each([[["Dockerfile"]], [["Dockerfile.a", "Dockerfile.b"]]])(
  "is UNKNOWN without grammars, never GO: %j",
  async (paths) => {
    const files = Object.fromEntries(paths.map((path) => [path, dockerfile]));
    const world = await createFakeWorld(localEngine, { files });
    expect(await world.run()).toBe(3);
    expect(world.stdout()).toContain("The shell reader could not be loaded (the grammar is not there).");
    expect(world.stderr()).toBe("");
  },
);

it("is NO-GO for a fault that needs no grammar", async () => {
  const world = await createFakeWorld(localEngine, { files: { Dockerfile: `${dockerfile}COPY missing.txt .\n` } });
  expect(await world.run()).toBe(1);
  expect(world.stdout()).toContain("US101");
});
