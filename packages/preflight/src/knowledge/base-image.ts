import { bundled } from "./base-image-bundles.js";
import { cudaImage, nodeImage, pytorchImage, runpodBase, runpodPytorch } from "./base-image-families.js";
import { operatingSystem, pythonImage } from "./base-image-systems.js";
import { type ImageReference, parseImageReference } from "./image-reference.js";

/** What is known of a public base image from its tag. */
export interface BaseImage {
  /** Family, such as `pytorch/pytorch`, `nvidia/cuda`, `python`, `runpod/pytorch`, `ubuntu`. */
  readonly family: string;
  readonly distribution: "debian" | "ubuntu" | "alpine" | "rhel" | undefined;
  /** `bookworm`, `jammy`, `3.20`; undefined: unknown. */
  readonly release: string | undefined;
  /** `3.10`; undefined: no Python, or, when `programs` has python3, one whose version is not known. */
  readonly python: string | undefined;
  /** `2.1.0`; undefined: no torch. */
  readonly torch: string | undefined;
  /** `11.8`; undefined: no CUDA. */
  readonly cuda: string | undefined;
  /** True: nvcc and headers are inside. */
  readonly isCudaDevel: boolean;
  /** Normalised Python distributions that it brings; where versions differ, what it may bring. */
  readonly distributions: ReadonlySet<string>;
  /** System packages that it brings and that rules ask for (gcc, git, curl, libgl1, …). */
  readonly systemPackages: ReadonlySet<string>;
  /** Programs that it brings (git, curl, python3, nvcc, …). */
  readonly programs: ReadonlySet<string>;
  readonly workdir: string | undefined;
  /** Environment variables of its own that decide where files go (HF_HOME, …); absent: none is known. */
  readonly environment?: ReadonlyMap<string, string>;
  /** True when `distributions` and `systemPackages` are complete enough that absence means absence. */
  readonly isWellKnown: boolean;
}

/** What a reference such as `docker.io/pytorch/pytorch:2.1.0-cuda11.8-cudnn8-devel@sha256:…` says; undefined: no known family. */
export function baseImage(reference: string): BaseImage | undefined {
  const parsed = parseImageReference(reference);
  return parsed && Object.hasOwn(families, parsed.name) ? families[parsed.name]?.(parsed) : undefined;
}

/** Families of which little more than the name is known: nothing follows from what is absent. */
const littleKnown = (name: string) => () => bundled({ family: name, isWellKnown: false }, []);

const families: Readonly<Partial<Record<string, (reference: ImageReference) => BaseImage | undefined>>> = {
  ubuntu: operatingSystem,
  debian: operatingSystem,
  alpine: operatingSystem,
  python: pythonImage,
  node: nodeImage,
  "nvidia/cuda": cudaImage,
  "nvcr.io/nvidia/cuda": cudaImage,
  "pytorch/pytorch": pytorchImage,
  "runpod/pytorch": runpodPytorch,
  "runpod/base": runpodBase,
  "runpod/worker-comfyui": () =>
    bundled(
      {
        family: "runpod/worker-comfyui",
        distribution: "ubuntu",
        release: "noble",
        python: "3.12",
        workdir: "/",
        isWellKnown: false,
      },
      ["debian", "nvidia-base", "worker-comfyui"],
    ),
  "continuumio/miniconda3": () =>
    bundled({ family: "continuumio/miniconda3", distribution: "debian", isWellKnown: false }, ["debian", "miniconda"]),
  "ghcr.io/astral-sh/uv": () => bundled({ family: "ghcr.io/astral-sh/uv", isWellKnown: false }, ["uv"]),
  "nvcr.io/nvidia/pytorch": littleKnown("nvcr.io/nvidia/pytorch"),
  "huggingface/transformers-pytorch-gpu": littleKnown("huggingface/transformers-pytorch-gpu"),
  "huggingface/diffusers-pytorch-cuda": littleKnown("huggingface/diffusers-pytorch-cuda"),
};
