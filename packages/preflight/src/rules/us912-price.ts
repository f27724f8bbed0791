import { gpuPool, type GpuPool } from "#knowledge/index.js";
import type { ProjectRule } from "./rule.js";

/** What a job may cost at most: its time limit on the dearest pool of the endpoint. */
export const price: ProjectRule = {
  scope: "project",
  meta: {
    id: "US912",
    name: "price",
    level: "note",
    phase: "deploy",
    summary: "A job that runs to its time limit costs more than the target of $0.05.",
    seeds: ["S94", "S105"],
    fix: "by-hand",
  },
  *check({ endpoint }) {
    const { executionTimeoutSeconds: timeout } = endpoint;
    const dearest = endpoint.gpuPools
      .flatMap(({ id, location }) => priced(gpuPool(id)).map((pool) => ({ ...pool, location })))
      .toSorted((a, b) => b.usdPerSecond - a.usdPerSecond)[0];
    if (timeout === undefined || dearest === undefined) return;
    const usd = timeout.value * dearest.usdPerSecond;
    if (usd <= targetUsd) return;
    const seconds = Math.floor(targetUsd / dearest.usdPerSecond);
    yield {
      message: `A job that runs to its limit of ${timeout.value} s on ${dearest.id} costs $${usd.toFixed(2)}; $${targetUsd} pay for ${seconds} s.`,
      remedy: "Lower the execution timeout to what a job needs, or choose a cheaper pool that still holds the model.",
      at: timeout.location,
      confidence: "likely",
      evidence: [{ statement: `${dearest.id} costs $${dearest.usdPerSecond} a second.`, location: dearest.location }],
    };
  },
  lookedAt: ({ endpoint }) =>
    endpoint.executionTimeoutSeconds === undefined || endpoint.gpuPools.length === 0
      ? ""
      : `${endpoint.gpuPools.length} pools and the execution timeout`,
};

/** What one video may cost. */
const targetUsd = 0.05;

function priced(pool: GpuPool | undefined): readonly { readonly id: string; readonly usdPerSecond: number }[] {
  return pool?.usdPerSecond === undefined ? [] : [{ id: pool.id, usdPerSecond: pool.usdPerSecond }];
}
