import { parseCondaPackage } from "#facts/project/python-project.js";
import { normaliseName, type Requirement } from "#facts/project/requirement.js";

/** A conda package as a pip requirement: conda's name and `=2.1` become `torch` and `==2.1.*`. */
export function condaRequirement(written: string): Requirement | undefined {
  const requirement = parseCondaPackage(written);
  if (requirement === undefined) return undefined;
  return {
    ...requirement,
    name: distributionNames.get(requirement.name) ?? requirement.name,
    specifier: pipSpecifier(requirement.specifier),
  };
}

/** Whether a conda package is a Python distribution or a library or program. */
export function condaKind(name: string): "python" | "native" | "interpreter" {
  if (/^(python|pip)$/.test(name)) return "interpreter";
  return nativeNames.has(normaliseName(name)) || /^(cuda|lib(?!rosa|cst|clang|sass|tmux)|gcc|gxx|nvidia-)/.test(name)
    ? "native"
    : "python";
}

/** Conda's `=2.1` means any 2.1 (conda documentation, "Package match specifications"); its build string says nothing here. */
function pipSpecifier(specifier: string): string {
  const [, version] = /^\s*=?\s*([\d][^=\s]*)(?:[=\s].*)?$/.exec(specifier) ?? [];
  if (version === undefined) return specifier.replace(/(?<=\d)=[^=,]*$/, "");
  return version.endsWith("*") ? `==${version}` : `==${version}.*`;
}

/** Conda's name to PyPI's, where they differ. */
const distributionNames: ReadonlyMap<string, string> = new Map([
  ["pytorch", "torch"],
  ["pytorch-gpu", "torch"],
  ["pytorch-cpu", "torch"],
  ["opencv", "opencv-python"],
  ["py-opencv", "opencv-python"],
  ["faiss", "faiss-cpu"],
  ["msgpack-python", "msgpack"],
  ["tensorflow-gpu", "tensorflow"],
  ["pytables", "tables"],
  ["python-duckdb", "duckdb"],
]);

const nativeNames: ReadonlySet<string> = new Set(
  `ffmpeg git git-lfs cmake make ninja pkg-config compilers c-compiler cxx-compiler cudatoolkit cudnn nccl nvcc
  pytorch-cuda mkl openblas blas nodejs sox x264 x265 aria2 wget curl openmpi mpich mesalib openssl zlib bzip2 xz
  sqlite tk readline ca-certificates certifi-ca portaudio espeak espeak-ng fftw hdf5 glib rust go openjdk imagemagick
  tesseract poppler unzip zip tmux vim htop sysroot-linux-64`.split(/\s+/),
);
