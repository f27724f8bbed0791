import type { BaseImage } from "./base-image.js";
import { bundled } from "./base-image-bundles.js";
import type { ImageReference } from "./image-reference.js";
import { dataReader } from "./read-data.js";
import { codename } from "./releases.js";

interface PythonTables {
  readonly python: {
    readonly latest: string;
    /** What `python:X.Y-slim` means; a version past its end stays on what it had. */
    readonly defaultRelease: Readonly<Record<string, string>>;
    /** Per release, the first patch of each minor whose plain tag means that release. */
    readonly firstPatch: Readonly<Record<"trixie" | "bookworm", Readonly<Record<string, number>>>>;
  };
}

const tables = dataReader<PythonTables>("base-images");

/** ubuntu, debian, alpine. */
export function operatingSystem({ name, tag }: ImageReference): BaseImage | undefined {
  if (name === "alpine") {
    const release = /^v?(\d+\.\d+)/.exec(tag)?.[1];
    return bundled({ family: name, distribution: "alpine", release, isWellKnown: true }, ["alpine"]);
  }
  const distribution = name === "ubuntu" ? "ubuntu" : "debian";
  const release = codename(distribution, tag.replace(/-.*$/, ""));
  return bundled({ family: name, distribution, release, workdir: "/", isWellKnown: true }, ["debian"]);
}

/** The official python images: `3.11`, `3.11.9-slim`, `3.12-slim-bookworm`, `3.12-alpine3.20`. */
export function pythonImage({ name, tag }: ImageReference): BaseImage | undefined {
  const [version = "", ...variant] = tag.split("-");
  const python = minorOf(version);
  if (variant.some((part) => part.startsWith("alpine"))) {
    const release = variant.map((part) => /^alpine(\d+\.\d+)$/.exec(part)?.[1]).find((found) => found !== undefined);
    return bundled({ family: name, distribution: "alpine", release, python, workdir: "/", isWellKnown: true }, [
      "alpine",
      "python-alpine",
    ]);
  }
  if (variant.some((part) => part.startsWith("windows"))) return undefined;
  const named = [version, ...variant].map((part) => codename("debian", part)).find((found) => found !== undefined);
  const isSlim = version === "slim" || variant.includes("slim");
  return bundled(
    {
      family: name,
      distribution: "debian",
      release: named ?? defaultRelease(version, python),
      python,
      workdir: "/",
      isWellKnown: true,
    },
    isSlim ? ["debian", "python-slim"] : ["debian", "buildpack-deps", "python-slim"],
  );
}

function minorOf(version: string): string | undefined {
  const { latest } = tables().python;
  if (["latest", "slim", "3", "bookworm", "trixie"].includes(version)) return latest;
  return /^(\d+\.\d+)/.exec(version)?.[1];
}

/** A tag without a release means the newest Debian at the time that the tag was last built. */
function defaultRelease(version: string, python: string | undefined): string | undefined {
  if (python === undefined) return undefined;
  const { defaultRelease: byMinor, firstPatch } = tables().python;
  const patch = /^\d+\.\d+\.(\d+)/.exec(version)?.[1];
  if (patch === undefined) return byMinor[python];
  for (const release of ["trixie", "bookworm"] as const) {
    const first = firstPatch[release][python];
    if (first !== undefined && Number(patch) >= first) return release;
  }
  return undefined;
}
