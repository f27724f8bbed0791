import { describe, expect, it } from "vitest";
import { baseImage } from "./base-image.js";

describe("baseImage", () => {
  it.each([
    [
      "pytorch/pytorch:2.1.0-cuda11.8-cudnn8-devel",
      { torch: "2.1.0", cuda: "11.8", python: "3.10", release: "focal", isCudaDevel: true },
    ],
    [
      "docker.io/pytorch/pytorch:2.8.0-cuda12.8-cudnn9-runtime@sha256:0f",
      { torch: "2.8.0", cuda: "12.8", release: "jammy", isCudaDevel: false },
    ],
    [
      "nvidia/cuda:12.8.1-cudnn-devel-ubuntu22.04",
      { cuda: "12.8", release: "jammy", python: undefined, isCudaDevel: true },
    ],
    ["nvidia/cuda:11.8.0-runtime-rockylinux8", { distribution: "rhel", release: undefined, isWellKnown: false }],
    ["python:3.11-slim", { python: "3.11", release: "trixie" }],
    ["library/python:3.10.14-slim", { python: "3.10", release: "bookworm" }],
    ["python:3.8", { python: "3.8", release: "bookworm" }],
    ["python:3.12.1-slim-bullseye", { python: "3.12", release: "bullseye" }],
    ["python:3.12-alpine3.20", { distribution: "alpine", release: "3.20", python: "3.12" }],
    ["ubuntu:22.04", { distribution: "ubuntu", release: "jammy", python: undefined }],
    ["ubuntu", { release: "noble" }],
    ["debian:bookworm-slim", { distribution: "debian", release: "bookworm" }],
    ["debian:12.5", { release: "bookworm" }],
    [
      "runpod/pytorch:2.1.0-py3.10-cuda11.8.0-devel",
      { torch: "2.1.0", python: "3.10", cuda: "11.8", release: undefined },
    ],
    [
      "runpod/pytorch:2.8.0-py3.11-cuda12.8.1-cudnn-devel-ubuntu22.04",
      { torch: "2.8.0", python: "3.11", release: "jammy" },
    ],
    [
      "runpod/pytorch:1.0.2-cu1281-torch280-ubuntu2404",
      { torch: "2.8.0", cuda: "12.8", python: "3.12", release: "noble" },
    ],
    ["runpod/base:0.6.3-cuda11.8.0", { python: "3.10", cuda: "11.8", release: "jammy" }],
    ["node:20-alpine3.20", { distribution: "alpine", release: "3.20" }],
    ["nvcr.io/nvidia/pytorch:24.05-py3", { isWellKnown: false }],
  ])("reads %s", (reference, facts) => {
    expect(baseImage(reference)).toMatchObject(facts);
  });

  it("tells full python images from slim ones by their compiler", () => {
    expect(baseImage("python:3.11")?.programs.has("gcc")).toBe(true);
    expect(baseImage("python:3.11-slim")?.programs.has("gcc")).toBe(false);
    expect(baseImage("python:3.11-slim")?.programs.has("python3")).toBe(true);
  });

  it("knows that runtime images of pytorch have no C++ compiler and no nvcc", () => {
    const runtime = baseImage("pytorch/pytorch:2.6.0-cuda12.4-cudnn9-runtime");
    const devel = baseImage("pytorch/pytorch:2.6.0-cuda12.4-cudnn9-devel");
    expect([runtime?.programs.has("g++"), runtime?.programs.has("nvcc")]).toEqual([false, false]);
    expect([devel?.programs.has("g++"), devel?.programs.has("nvcc")]).toEqual([true, true]);
    expect(runtime?.distributions.has("torch")).toBe(true);
    expect(runtime?.distributions.has("opencv-python")).toBe(false);
  });

  it("knows that old RunPod bases keep the Hugging Face cache on the mount", () => {
    expect(baseImage("runpod/base:0.6.3-cuda11.8.0")?.environment?.get("HF_HOME")).toMatch(/^\/runpod-volume\//);
  });

  it.each(["constructor", "example/worker:v1", "$BASE", "", "ghcr.io/owner/pytorch:2", "localhost:5000/python:3.11"])(
    "says nothing of %j",
    (reference) => {
      expect(baseImage(reference)).toBeUndefined();
    },
  );
});
