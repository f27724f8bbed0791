import { dataReader } from "./read-data.js";
import { compareVersions } from "./version.js";

/** What holds for one minor version of torch. */
export interface TorchFacts {
  /** `2.4`. */
  readonly torch: string;
  /** Matching torchvision, `0.19`. */
  readonly torchvision: string;
  /** Matching torchaudio, `2.4`. */
  readonly torchaudio: string;
  /** Matching torchcodec minors; empty: not known. */
  readonly torchcodec: readonly string[];
  /** CUDA versions that official wheels exist for: `11.8`, `12.1`. */
  readonly cudas: readonly string[];
  /** CUDA of the wheel that PyPI serves for Linux x86-64; absent: not known. */
  readonly defaultCuda?: string;
  /** Python minors with a wheel: `3.9`. */
  readonly pythons: readonly string[];
  /** False: compiled against numpy 1 only. */
  readonly supportsNumpy2: boolean;
}

/** A torch and the CUDA that it was built with, both minima. */
export interface TorchFloor {
  readonly torch: string;
  readonly cuda: string;
}

interface TorchTables {
  readonly versions: readonly TorchFacts[];
  readonly floors: { readonly byCapability: Readonly<Record<string, TorchFloor>> };
  readonly drivers: { readonly byCudaMajor: Readonly<Record<string, string>> };
}

const tables = dataReader<TorchTables>("torch");

/** Facts of a torch version (`2.4.1`, `2.4.1+cu121`), by its minor; undefined: not known. */
export function torchFacts(version: string): TorchFacts | undefined {
  const minor = /^v?(\d+\.\d+)/.exec(version)?.[1];
  return tables().versions.find((facts) => facts.torch === minor);
}

/**
 * Oldest torch and CUDA whose official wheels hold kernels for a compute capability; undefined: no floor is known.
 * The highest entry that the card meets counts: 8.6 and 8.9 have none, every wheel of torch 1.13 and later serves them.
 */
export function torchFloor(computeCapability: string): TorchFloor | undefined {
  const met = Object.entries(tables().floors.byCapability).filter(
    ([capability]) => compareVersions(computeCapability, capability) >= 0,
  );
  return met.sort(([a], [b]) => compareVersions(b, a))[0]?.[1];
}

/** Oldest Linux driver for a CUDA version, such as `12.4`, minor compatibility counted in; undefined: not known. */
export function minimumDriver(cuda: string): string | undefined {
  return tables().drivers.byCudaMajor[/^\d+/.exec(cuda)?.[0] ?? ""];
}
