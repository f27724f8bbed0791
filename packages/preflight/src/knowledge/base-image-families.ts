import type { BaseImage } from "./base-image.js";
import { bundled } from "./base-image-bundles.js";
import type { ImageReference } from "./image-reference.js";
import { dataReader } from "./read-data.js";
import { codename } from "./releases.js";
import { compareVersions } from "./version.js";

interface Workplace {
  readonly python: string;
  readonly environment: Readonly<Record<string, string>>;
}

interface FamilyTables {
  readonly pytorch: {
    readonly pythons: Readonly<Record<string, string>>;
    /** By minor, or by exact version where a minor changed its Ubuntu. */
    readonly ubuntu: Readonly<Record<string, string>>;
    readonly lastCondaFfmpeg: string;
  };
  readonly runpodBaseOld: Workplace & {
    /** Ubuntu by CUDA, `cpu` and `default`: the old tags do not name it. */
    readonly ubuntu: Readonly<Record<string, string>>;
  };
  readonly runpodBaseNew: Workplace;
}

const tables = dataReader<FamilyTables>("base-images");

/** `nvidia/cuda:12.4.1-cudnn-devel-ubuntu22.04`: no Python inside. */
export function cudaImage({ tag }: ImageReference): BaseImage {
  const isCudaDevel = /(^|-)devel(-|$)/.test(tag);
  const isRhel = /-(?:rockylinux|ubi|centos|oraclelinux)\d/.test(tag);
  return bundled(
    {
      family: "nvidia/cuda",
      distribution: isRhel ? "rhel" : "ubuntu",
      release: ubuntuOf(tag),
      cuda: /^(\d+\.\d+)/.exec(tag)?.[1],
      isCudaDevel,
      workdir: "/",
      isWellKnown: !isRhel,
    },
    isRhel ? [] : ["debian", "nvidia-base", ...(isCudaDevel ? ["nvidia-devel"] : [])],
  );
}

/** `pytorch/pytorch:2.1.0-cuda11.8-cudnn8-devel`. */
export function pytorchImage({ tag }: ImageReference): BaseImage {
  const match = /^(\d+\.\d+)(\.\d+)?-cuda(\d+\.\d+)-cudnn\d+-(runtime|devel)$/.exec(tag);
  const minor = match?.[1];
  const torch = minor === undefined ? undefined : minor + (match?.[2] ?? "");
  const isCudaDevel = tag.endsWith("devel");
  const { pythons, ubuntu, lastCondaFfmpeg } = tables().pytorch;
  const release = ubuntu[torch ?? ""] ?? ubuntu[minor ?? ""];
  const hasCondaFfmpeg = minor !== undefined && compareVersions(minor, lastCondaFfmpeg) <= 0;
  return bundled(
    {
      family: "pytorch/pytorch",
      distribution: "ubuntu",
      release: release === undefined ? undefined : codename("ubuntu", release),
      python: pythons[minor ?? ""],
      torch,
      cuda: match?.[3],
      isCudaDevel,
      workdir: "/workspace",
      isWellKnown: match !== null,
    },
    [
      "debian",
      "pytorch",
      ...(hasCondaFfmpeg ? ["pytorch-conda-ffmpeg"] : []),
      ...(isCudaDevel ? ["nvidia-base", "nvidia-devel"] : []),
    ],
  );
}

/** `runpod/pytorch:2.4.0-py3.11-cuda12.4.1-devel-ubuntu22.04`, and since 2025 `1.0.2-cu1281-torch280-ubuntu2404`. */
export function runpodPytorch({ tag }: ImageReference): BaseImage {
  const classic = /^(\d+\.\d+\.\d+)-py(\d+\.\d+)-cuda(\d+\.\d+)/.exec(tag);
  if (classic !== null) {
    return bundled(
      {
        family: "runpod/pytorch",
        distribution: "ubuntu",
        release: ubuntuOf(tag),
        python: classic[2],
        torch: classic[1],
        cuda: classic[3],
        isCudaDevel: true,
        workdir: "/",
        isWellKnown: true,
      },
      ["debian", "nvidia-base", "nvidia-devel", "runpod-pytorch-2"],
    );
  }
  const modern = /-cu(\d{2})(\d)\d*-torch(\d)(\d+)(\d)-/.exec(tag);
  const { python, environment } = tables().runpodBaseNew;
  return bundled(
    {
      family: "runpod/pytorch",
      distribution: "ubuntu",
      release: ubuntuOf(tag),
      python: modern === null ? undefined : python,
      torch: modern === null ? undefined : `${modern[3]}.${modern[4]}.${modern[5]}`,
      cuda: modern === null ? undefined : `${modern[1]}.${modern[2]}`,
      isCudaDevel: true,
      workdir: "/",
      environment: new Map(Object.entries(environment)),
      isWellKnown: modern !== null,
    },
    ["debian", "nvidia-base", "nvidia-devel", "runpod-base", "runpod-pytorch-1"],
  );
}

/** `runpod/base:0.6.3-cuda11.8.0`, and since 2025 `1.0.2-cuda1281-ubuntu2204`. */
export function runpodBase({ tag }: ImageReference): BaseImage {
  const isOld = tag.startsWith("0.");
  const { python, environment } = isOld ? tables().runpodBaseOld : tables().runpodBaseNew;
  const match = /-cuda(\d{2})\.?(\d)/.exec(tag);
  const cuda = match === null ? undefined : `${match[1]}.${match[2]}`;
  return bundled(
    {
      family: "runpod/base",
      distribution: "ubuntu",
      release: ubuntuOf(tag) ?? (isOld ? oldUbuntu(cuda) : undefined),
      python,
      cuda,
      isCudaDevel: cuda !== undefined,
      workdir: "/",
      environment: new Map(Object.entries(environment)),
      isWellKnown: /^\d/.test(tag),
    },
    ["debian", "runpod-base", ...(cuda === undefined ? [] : ["nvidia-base", "nvidia-devel"])],
  );
}

/** The official node images: Debian with buildpack-deps, `slim`, or Alpine. */
export function nodeImage({ tag }: ImageReference): BaseImage {
  const isAlpine = tag.includes("alpine");
  const system = isAlpine ? ["alpine"] : tag.includes("slim") ? ["debian"] : ["debian", "buildpack-deps"];
  const release = tag.split("-").map((part) => codename("debian", part));
  return bundled(
    {
      family: "node",
      distribution: isAlpine ? "alpine" : "debian",
      release: isAlpine ? /alpine(\d+\.\d+)/.exec(tag)?.[1] : release.find((found) => found !== undefined),
      workdir: "/",
      isWellKnown: true,
    },
    [...system, "node"],
  );
}

function oldUbuntu(cuda = "cpu"): string | undefined {
  const { ubuntu } = tables().runpodBaseOld;
  return codename("ubuntu", ubuntu[cuda] ?? ubuntu["default"] ?? "");
}

function ubuntuOf(tag: string): string | undefined {
  const match = /ubuntu(\d{2})\.?(\d{2})/.exec(tag);
  return match === null ? undefined : codename("ubuntu", `${match[1]}.${match[2]}`);
}
