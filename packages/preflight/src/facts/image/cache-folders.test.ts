import { describe, expect, it } from "vitest";
import { type CacheLibrary, cacheFolderOf, cacheFolders } from "./cache-folders.js";

const folder = (library: CacheLibrary, environment: Record<string, string>) =>
  cacheFolderOf(library, new Map(Object.entries(environment))).folder;

describe("where libraries keep what they fetch", () => {
  it.each([
    ["huggingface", {}, "/root/.cache/huggingface/hub"],
    ["huggingface", { HF_HOME: "/models/hf" }, "/models/hf/hub"],
    ["huggingface", { HF_HOME: "/models/hf", HF_HUB_CACHE: "/hub" }, "/hub"],
    ["huggingface", { HUGGINGFACE_HUB_CACHE: "/old" }, "/old"],
    ["huggingface", { TRANSFORMERS_CACHE: "/t" }, "/root/.cache/huggingface/hub"],
    ["transformers", { TRANSFORMERS_CACHE: "/t", HF_HOME: "/models/hf" }, "/t"],
    ["torch", { TORCH_HOME: "/torch" }, "/torch/hub"],
    ["torch", { XDG_CACHE_HOME: "/c" }, "/c/torch/hub"],
    ["whisper", { XDG_CACHE_HOME: "/c" }, "/c/whisper"],
    ["coqui", { TTS_HOME: "/models" }, "/models/tts"],
    ["nltk", { HOME: "/home/worker" }, "/home/worker/nltk_data"],
    ["pip", { PIP_CACHE_DIR: "~/pip", HOME: "/home/worker" }, "/home/worker/pip"],
    ["uv", { UV_CACHE_DIR: "" }, "/root/.cache/uv"],
  ] as const)("%s with %o", (library, environment, expected) => {
    expect(folder(library, environment)).toBe(expected);
  });

  it("names the variable that decided", () => {
    expect(cacheFolderOf("torch", new Map([["TORCH_HOME", "/t"]])).variable).toBe("TORCH_HOME");
    expect(cacheFolderOf("torch", new Map()).variable).toBeUndefined();
  });

  it("tells every library once", () => {
    const libraries = cacheFolders(new Map()).map((each) => each.library);
    expect(new Set(libraries).size).toBe(libraries.length);
    expect(libraries).toContain("huggingface");
  });
});
