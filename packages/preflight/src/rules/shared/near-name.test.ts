import { describe, expect, it } from "vitest";
import { areNearPaths } from "./near-name.js";

describe("two paths are near", () => {
  it.each([
    ["/models/wan2.2-animate", "/models/Wan2.2-Animate-14B", "one is the other's beginning, but for case"],
    ["/models/wan21-t2v", "/models/wan22-ti2v", "two letters differ"],
    ["/models/Talk_Avatar", "/models/talk-avatar", "only signs and case differ"],
    ["/models/Wan2.2-Animate-14B", "/app/models/Wan2.2-Animate-14B", "the same name in another folder"],
  ])("%s, %s: %s", (one, other) => {
    expect(areNearPaths(one, other)).toBe(true);
    expect(areNearPaths(other, one)).toBe(true);
  });

  it.each([
    ["/models/face", "/models/face", "they are the same"],
    ["/models/vae", "/models/unet", "the names are short and differ"],
    ["/models/vocoder", "/models/whisper", "the names differ"],
    ["/a/model.pt", "/b/model.pt", "many files are called that"],
    ["/models/wan-animate", "/models/wan-animate-lora", "one is a part of its own"],
    ["/models/sd15", "/models/sdxl", "half the letters differ"],
  ])("but not %s, %s: %s", (one, other) => {
    expect(areNearPaths(one, other)).toBe(false);
  });
});
