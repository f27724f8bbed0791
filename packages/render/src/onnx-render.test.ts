import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { meanColourEmbedder, repaintingSwap, writeManifest, writeModel } from "#testing/tiny-swap-models.js";
import { createNodeAvIo, grabFrames } from "#media/index.js";
import { createInProcessRun } from "#model/run.js";
import { writeActorPair } from "#testing/actor-clip.js";
import { renderTo, requestFor } from "#testing/render-files.js";
import { createPrepareServices } from "./local-services.js";
import { prepareRender } from "./pipeline.js";

let folder: string;
let files: { readonly sourcePath: string; readonly facePath: string };
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "understudy-onnx-render-"));
  files = await writeActorPair(folder, { durationSeconds: 1, frameRate: 10, gopFrames: 10, hasSound: false });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A request for a model that gives its input back, under a licence that allows no business. */
async function requestForModel() {
  const model = await writeModel(folder, "swap.onnx", repaintingSwap({ sidePixels: 256 }));
  const source = { embedder: await writeModel(folder, "embedder.onnx", meanColourEmbedder()) };
  const fields = { family: "hyperswap", name: "nobody", model, source, licence: "ResearchRAIL", commercialUse: false };
  const path = await writeManifest(folder, "model.json", fields);
  return { ...(await requestFor(files, { swap: "0-0.5" })), engineId: `onnx:${path}` } as const;
}

it("a render with a swap model goes the whole way, and says what drew it but not where that lies", async () => {
  const outputPath = join(folder, "out.mp4");
  const request = await requestForModel();
  const manifest = await renderTo(outputPath, { ...request, label: { kind: "delegated", reason: "a test" } });
  expect(manifest.frames).toMatchObject({ swapped: 5, withoutFace: 0 });
  expect(manifest.verification).toMatchObject({ decodedFrames: 10, decodeErrors: 0, presentationTimesEqual: true });
  expect(manifest.quality.maxBackgroundChange).toBe(0);
  expect(manifest.request.engine).toBe("onnx");
  expect(manifest.engine.id).toBe("onnx@1");
  const names = manifest.engine.weights.map(({ name, licence }) => `${name}, ${licence}`);
  expect(names).toEqual(expect.arrayContaining(["nobody: swap model, ResearchRAIL", "nobody: embedder, ResearchRAIL"]));
  expect(JSON.stringify(manifest)).not.toContain(folder);
  const [before, after] = await Promise.all(
    [files.sourcePath, outputPath].map(async (path) => (await grabFrames(createNodeAvIo(), path, [2]))[0]!.rgb),
  );
  const change = before!.reduce((sum, value, i) => sum + Math.abs(value - after![i]!), 0) / before!.length;
  // What encoding and the watermark change, and no face.
  expect(change).toBeLessThan(3);
});

it("a commercial project refuses it before anything is read, and leaves nothing behind", async () => {
  const there = await readdir(folder);
  const request = { ...(await requestForModel()), isCommercial: true, sourcePath: join(folder, "no such video.mp4") };
  const refusal = { code: "weights-licence", message: expect.stringContaining("ResearchRAIL") };
  await expect(renderTo(join(folder, "refused.mp4"), request)).rejects.toMatchObject(refusal);
  await expect(prepareRender(request, createInProcessRun({}), createPrepareServices())).rejects.toMatchObject(refusal);
  expect(await readdir(folder)).toEqual(there);
});
