import { expect, it } from "vitest";
import { isHubId, isWeightFile } from "./weights.js";

it.each([
  ["Wan-AI/Wan2.2-Animate-14B", true],
  ["stabilityai/stable-diffusion-xl-base-1.0", true],
  ["black-forest-labs/FLUX.1-dev", true],
  ["/models/x", false],
  ["models/x", false],
  ["checkpoints/vae", false],
  ["a/b/c", false],
  ["configs/x.yaml", false],
  ["gpt2", false],
  ["a/".repeat(5000), false],
])("%s as a Hugging Face id: %s", (text, expected) => {
  expect(isHubId(text)).toBe(expected);
});

it.each([
  ["x.safetensors", true],
  ["X.PTH", true],
  ["pytorch_model.bin", true],
  ["installer.bin", false],
  ["buffalo_l.zip", true],
  ["source.zip", false],
  ["x.py", false],
])("%s as weights: %s", (path, expected) => {
  expect(isWeightFile(path)).toBe(expected);
});
