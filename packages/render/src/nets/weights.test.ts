import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readWeights, sha256Hex, weightsFiles } from "./weights.js";

test("every file of weights is there and is the one of the table", async () => {
  for (const { file, sha256 } of weightsFiles) expect(sha256Hex(await readWeights(file))).toBe(sha256);
});

test("a missing and a changed file are told apart", async () => {
  const folder = await mkdtemp(join(tmpdir(), "understudy-weights-"));
  try {
    await expect(readWeights("face-detector.onnx", folder)).rejects.toMatchObject({ code: "weights-missing" });
    await writeFile(join(folder, "face-detector.onnx"), "not weights");
    await expect(readWeights("face-detector.onnx", folder)).rejects.toMatchObject({ code: "weights-mismatch" });
  } finally {
    await rm(folder, { recursive: true });
  }
});
