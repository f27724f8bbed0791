import type { ImageFacts } from "#facts/image/image-facts.js";
import { gpuPools } from "#knowledge/index.js";
import type { Report } from "#model/finding.js";
import type { ImageRule } from "./rule.js";
import { type MemoryNeed, memoryNeed, usableShare } from "./shared/card-memory.js";
import { type ListedPool, listedPools } from "./shared/gpu-pools.js";

/** Weights that the smallest card of the endpoint's pools cannot hold. */
export const vramDoesNotFit: ImageRule = {
  scope: "image",
  meta: {
    id: "US501",
    name: "vram-does-not-fit",
    level: "error",
    phase: "job",
    summary: "The model needs more card memory than the endpoint's smallest card has.",
    seeds: ["S34", "S39"],
    fix: "by-hand",
  },
  *check(image) {
    const smallest = smallestPool(image);
    if (smallest === undefined) return;
    const declaredGiB = image.project.config.vramGiB;
    const need = declaredGiB === undefined ? memoryNeed(image) : undefined;
    if (declaredGiB !== undefined && declaredGiB > memoryOf(smallest, image)) yield declared(declaredGiB, smallest);
    if (need !== undefined && need.leastGiB > usableShare * memoryOf(smallest, image))
      yield computed(need, smallest, image);
  },
  lookedAt: (image) =>
    listedPools(image)
      .map(({ id, smallestCardGiB }) => `${id} (${smallestCardGiB} GiB)`)
      .join(", "),
};

function smallestPool(image: ImageFacts): ListedPool | undefined {
  return listedPools(image).toSorted((a, b) => a.smallestCardGiB - b.smallestCardGiB)[0];
}

/** Several cards of one worker may share the weights. */
function memoryOf(pool: ListedPool, { project }: ImageFacts): number {
  return pool.smallestCardGiB * (project.endpoint.gpuCount?.value ?? 1);
}

function declared(neededGiB: number, pool: ListedPool): Report {
  return {
    message: `Every job fails: ${neededGiB} GiB of card memory are declared, and a worker of ${pool.id} may have ${pool.smallestCardGiB} GiB.`,
    remedy: `${fitting(neededGiB)}, or correct vramGiB.`,
    at: pool.location,
    confidence: pool.confidence === "possible" ? "possible" : "certain",
  };
}

function computed(need: MemoryNeed, pool: ListedPool, image: ImageFacts): Report {
  const { model, parts, leastGiB, wholeGiB, isWholeResident } = need;
  const largest = parts.toSorted((a, b) => b.gib - a.gib)[0];
  const least = isWholeResident ? "with all its parts on the card" : `for its ${largest?.role ?? "weights"} alone`;
  const sum = parts.map(({ role, gib }) => `${role} ${gib.toFixed(1)}`).join(" + ");
  const count = image.project.endpoint.gpuCount?.value ?? 1;
  return {
    message:
      `Every job fails for lack of card memory: ${model.id} needs at least ${leastGiB.toFixed(0)} GiB ${least} ` +
      `(${sum} GiB), and a worker of ${pool.id} may have ${count > 1 ? `${count} x ` : ""}${pool.smallestCardGiB} GiB.`,
    remedy: `${fitting(leastGiB / usableShare)}, or load a smaller form of the weights (fp8 or 4 bits, offloaded).`,
    at: pool.location,
    confidence: pool.confidence,
    evidence: [
      { statement: `The image loads ${model.id}.`, location: need.location },
      { statement: `All parts at once take ${wholeGiB.toFixed(0)} GiB: 1.08 x weights + 0.6 GiB, before activations.` },
      { statement: `${pool.id}: ${pool.cards.map(({ name, memoryGiB }) => `${name} ${memoryGiB} GiB`).join(", ")}.` },
    ],
  };
}

function fitting(gib: number): string {
  const pool = gpuPools().find(({ smallestCardGiB }) => smallestCardGiB >= gib);
  return pool === undefined
    ? "Use several cards"
    : `Take ${pool.id} (${pool.smallestCardGiB} GiB), the smallest pool whose cards all hold that`;
}
