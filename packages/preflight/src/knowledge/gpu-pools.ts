import { dataReader } from "./read-data.js";
import { compareVersions } from "./version.js";

/** One card of a pool. */
export interface GpuCard {
  readonly name: string;
  readonly memoryGiB: number;
  /** `8.6`. */
  readonly computeCapability: string;
}

/** A RunPod GPU pool: a worker may land on any of its cards. */
export interface GpuPool {
  /** `AMPERE_16`. */
  readonly id: string;
  readonly cards: readonly GpuCard[];
  /** Memory of its smallest card. */
  readonly smallestCardGiB: number;
  /** Lowest of its cards: `8.6`. */
  readonly computeCapability: string;
  /** Every card multiplies fp8 in hardware (compute capability 8.9 and later). */
  readonly hasFp8: boolean;
  /** Serverless flex price; undefined: not stated. */
  readonly usdPerSecond: number | undefined;
}

interface ListedPool {
  readonly id: string;
  readonly cards: readonly GpuCard[];
  readonly usdPerSecond?: number;
}

const listedPools = dataReader<readonly ListedPool[]>("gpu-pools");

/** Every known pool, smallest memory first. */
export function gpuPools(): readonly GpuPool[] {
  return listedPools()
    .map(completed)
    .sort((a, b) => a.smallestCardGiB - b.smallestCardGiB);
}

/** A pool by its exact id. */
export function gpuPool(id: string): GpuPool | undefined {
  return gpuPools().find((pool) => pool.id === id);
}

function completed({ id, cards, usdPerSecond }: ListedPool): GpuPool {
  const capabilities = cards.map((card) => card.computeCapability).sort(compareVersions);
  const computeCapability = capabilities[0] ?? "0";
  return {
    id,
    cards,
    smallestCardGiB: Math.min(...cards.map((card) => card.memoryGiB)),
    computeCapability,
    hasFp8: compareVersions(computeCapability, "8.9") >= 0,
    usdPerSecond,
  };
}
