import { describe, expect, it } from "vitest";
import { gpuPool, gpuPools } from "./gpu-pools.js";
import { modelCard } from "./models.js";
import { knownProject } from "./projects.js";
import { apiFloor, knownBadVersions, pythonFloors, removedApi } from "./removed.js";
import { minimumDriver, torchFacts, torchFloor } from "./torch.js";

describe("GPU pools", () => {
  it("count the smallest card of a pool", () => {
    expect(gpuPool("AMPERE_16")).toMatchObject({ smallestCardGiB: 16, computeCapability: "8.6", hasFp8: false });
    expect(gpuPool("HOPPER_141")).toMatchObject({ smallestCardGiB: 141, hasFp8: true });
    expect(gpuPool("H100_80")).toBeUndefined();
  });

  it("are listed by memory, each id once", () => {
    const sizes = gpuPools().map((pool) => pool.smallestCardGiB);
    expect(sizes).toEqual([...sizes].sort((a, b) => a - b));
    expect(new Set(gpuPools().map((pool) => pool.id)).size).toBe(11);
  });
});

describe("models", () => {
  it.each([
    ["Wan-AI/Wan2.2-Animate-14B", "Wan-AI/Wan2.2-Animate-14B"],
    ["/models/Wan2.2-Animate-14B", "Wan-AI/Wan2.2-Animate-14B"],
    ["/models/wan2.2-animate-14b/process_checkpoint", "Wan-AI/Wan2.2-Animate-14B"],
    ["https://huggingface.co/someone/files/resolve/main/inswapper_128.onnx?download=true", "inswapper_128"],
    ["large-v3", "openai/whisper-large-v3"],
  ])("finds %s", (idOrPath, id) => {
    expect(modelCard(idOrPath)?.id).toBe(id);
  });

  it("does not find a model whose name is only part of another", () => {
    expect(modelCard("/models/Wan2.2-Animate-14B-GGUF")).toBeUndefined();
  });

  it("knows which weights may not be sold", () => {
    expect(modelCard("SWivid/F5-TTS")?.licence.isCommercialAllowed).toBe(false);
    expect(modelCard("ResembleAI/chatterbox")?.licence.isCommercialAllowed).toBe(true);
  });
});

describe("projects", () => {
  it.each(["Wan-Video/Wan2.2", "https://github.com/wan-video/Wan2.2.git", "git@github.com:Wan-Video/Wan2.2.git"])(
    "finds %s",
    (repository) => {
      expect(knownProject(repository)?.repository).toBe("Wan-Video/Wan2.2");
    },
  );

  it("knows Wan2.2's requirements, its unlisted imports and its flags", () => {
    const wan = knownProject("Wan-Video/Wan2.2");
    const generate = wan?.scripts.find((script) => script.path === "generate.py");
    const flags = generate?.flags;
    expect(generate?.imports).toContain("librosa");
    expect(wan?.unlistedDistributions).toEqual(["moviepy"]);
    expect(wan?.requirementFiles[0]?.requirements).toContainEqual({ name: "torch", specifier: ">=2.4.0" });
    expect(flags).toContainEqual({ name: "--replace_flag", takesValue: false });
    expect(flags?.find((flag) => flag.name === "--task")?.choices).toContain("animate-14B");
  });

  it("knows nothing of a stranger", () => {
    expect(knownProject("someone/Wan2.2")).toBeUndefined();
  });
});

describe("torch", () => {
  it("pairs its libraries by minor version", () => {
    expect(torchFacts("2.4.1+cu121")).toMatchObject({ torchvision: "0.19", supportsNumpy2: true });
    expect(torchFacts("2.1.0")).toMatchObject({ torchvision: "0.16", supportsNumpy2: false });
    expect(torchFacts("2.10.0")?.torch).toBe("2.10");
    expect(torchFacts("nightly")).toBeUndefined();
  });

  it("knows floors only where a card's generation has one", () => {
    expect(torchFloor("12.0")).toEqual({ torch: "2.7.0", cuda: "12.8" });
    expect(torchFloor("9.0")).toEqual({ torch: "2.0.1", cuda: "11.8" });
    expect(torchFloor("8.9")).toBeUndefined();
  });

  it("knows the oldest driver of a CUDA generation", () => {
    expect(minimumDriver("12.8")).toBe("525");
    expect(minimumDriver("soon")).toBeUndefined();
  });
});

describe("what changed between releases", () => {
  it("knows what was removed and since when other names are there", () => {
    expect(removedApi("huggingface-cli")).toMatchObject({ removedIn: "1.0", replacement: "hf" });
    expect(removedApi("numpy.bool")).toBeUndefined();
    expect(apiFloor("diffusers.FluxKontextPipeline")?.since).toBe("0.35.0");
    expect(knownBadVersions("runpod")[0]?.versions).toBe(">=1.7.11,<1.10.1");
    expect(pythonFloors("runpod").at(-1)).toMatchObject({ since: "1.10.0", python: "3.10" });
  });
});
