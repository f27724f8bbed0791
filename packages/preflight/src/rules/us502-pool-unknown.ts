import { gpuPool, gpuPools } from "#knowledge/index.js";
import type { ProjectRule } from "./rule.js";
import { isDocument } from "./shared/gpu-pools.js";

/** A pool id that RunPod does not have. */
export const poolUnknown: ProjectRule = {
  scope: "project",
  meta: {
    id: "US502",
    name: "pool-unknown",
    level: "error",
    phase: "deploy",
    summary: "The endpoint asks for a GPU pool that does not exist.",
    seeds: ["S34"],
    fix: "by-hand",
  },
  *check({ endpoint }) {
    for (const { id, location } of endpoint.gpuPools) {
      if (gpuPool(id) !== undefined) continue;
      yield {
        message: `The endpoint is refused: no GPU pool is called ${id}.`,
        remedy: `Use ${nearestPool(id)}, or another of ${gpuPools()
          .map((pool) => pool.id)
          .join(", ")}.`,
        at: location,
        confidence: isDocument(location) ? "possible" : "certain",
      };
    }
  },
  lookedAt: ({ endpoint }) => endpoint.gpuPools.map(({ id }) => id).join(", "),
};

/** The pool that shares most with the id: a card's name, or a word or number of a pool's own id. */
function nearestPool(id: string): string {
  const wanted = wordsOf(id);
  const shared = (candidate: string, cards: readonly string[]) =>
    wordsOf(candidate).filter((word) => wanted.includes(word)).length +
    2 * cards.flatMap(wordsOf).filter((word) => wanted.includes(word)).length;
  const ranked = gpuPools()
    .map((pool) => ({
      id: pool.id,
      score: shared(
        pool.id,
        pool.cards.map(({ name }) => name),
      ),
    }))
    .toSorted((a, b) => b.score - a.score);
  return ranked[0]?.id ?? id;
}

const wordsOf = (text: string) =>
  text
    .toUpperCase()
    .split(/[^A-Z0-9]+/)
    .filter((word) => word !== "" && word !== "PRO");
