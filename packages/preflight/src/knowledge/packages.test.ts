import { describe, expect, it } from "vitest";
import { buildNeeds } from "./build-needs.js";
import { broughtBy, dependenciesOf } from "./dependencies.js";
import { distributionsOfModule, modulesOfDistribution } from "./modules.js";
import { programProvider } from "./programs.js";
import { bringsLibrary, sharedLibraryNeeds } from "./shared-libraries.js";
import { renamedSystemPackage } from "./system-packages.js";

describe("modules and distributions", () => {
  it("finds distributions by the longest known part of a module's name", () => {
    expect(distributionsOfModule("cv2")).toContain("opencv-python-headless");
    expect(distributionsOfModule("PIL.Image")).toEqual(["pillow"]);
    expect(distributionsOfModule("google.cloud.firestore_v1")).toEqual([]);
    expect(distributionsOfModule("google.cloud.storage.blob")).toEqual(["google-cloud-storage"]);
    expect(distributionsOfModule("constructor")).toEqual([]);
  });

  it("finds modules by a distribution's name in any spelling", () => {
    expect(modulesOfDistribution("Python_Dotenv")).toEqual(["dotenv"]);
    expect(modulesOfDistribution("some-thing")).toEqual(["some_thing"]);
  });
});

describe("dependencies", () => {
  it("follows hard dependencies to their end", () => {
    expect(dependenciesOf("runpod")).toEqual(expect.arrayContaining(["boto3", "botocore", "requests", "fastapi"]));
    expect(dependenciesOf("torch")).not.toContain("numpy");
    expect(dependenciesOf("diffusers")).not.toContain("torch");
    expect(dependenciesOf("no-such-thing")).toBeUndefined();
  });

  it("says who brings a distribution", () => {
    expect(broughtBy("boto3")).toContain("runpod");
    expect(broughtBy("numpy")).toEqual(expect.arrayContaining(["opencv-python", "accelerate", "whisperx"]));
    expect(broughtBy("torch")).not.toContain("diffusers");
  });
});

describe("system packages", () => {
  it("knows that opencv needs libGL and its headless form does not", () => {
    expect(sharedLibraryNeeds("opencv_python").map((need) => need.library)).toContain("libGL.so.1");
    expect(sharedLibraryNeeds("opencv-python-headless")).toEqual([]);
  });

  it("knows that apt's ffmpeg brings libgl1, under the names of the release", () => {
    expect(bringsLibrary("ffmpeg", "bookworm")).toEqual(expect.arrayContaining(["libgl1", "libglib2.0-0"]));
    expect(bringsLibrary("ffmpeg", "trixie")).toContain("libglib2.0-0t64");
    expect(bringsLibrary("curl", "bookworm")).toEqual([]);
  });

  it.each([
    ["debian", "trixie", "libgl1"],
    ["debian", "13", "libgl1"],
    ["debian", "bookworm", undefined],
    ["ubuntu", "22.04", undefined],
    ["ubuntu", "24.04", "libgl1"],
    ["ubuntu", "mantic", "libgl1"],
    ["alpine", "3.20", undefined],
    ["debian", undefined, undefined],
  ])("knows whether libgl1-mesa-glx is gone from %s %s", (distribution, release, replacement) => {
    expect(renamedSystemPackage("libgl1-mesa-glx", distribution, release)?.replacement).toBe(replacement);
  });

  it("keeps silent about a renamed package that apt still finds by its old name", () => {
    expect(renamedSystemPackage("libglib2.0-0", "debian", "trixie")).toBeUndefined();
  });

  it("knows that insightface needs a compiler only below 1.0", () => {
    expect(buildNeeds("insightface", "0.7.3")?.tools).toContain("compiler");
    expect(buildNeeds("insightface", "1.0.1")).toBeUndefined();
    expect(buildNeeds("insightface")).toBeUndefined();
    expect(buildNeeds("dlib")?.tools).toContain("cmake");
  });

  it("knows where programs come from", () => {
    expect(programProvider("ffprobe")).toEqual([{ tool: "apt", name: "ffmpeg" }]);
    expect(programProvider("nvidia-smi")[0]?.tool).toBe("driver");
    expect(programProvider("toString")).toEqual([]);
  });
});
