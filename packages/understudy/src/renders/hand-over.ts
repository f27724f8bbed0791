import type { Caller } from "#access/caller.js";
import type { JobEngine } from "#jobs/job-engine.js";
import type { ServiceLog } from "#serve/service-log.js";
import type { ServiceRender } from "./service-render.js";

/** A render that is listed will be made: what the engine cannot take at this moment, a runner's sweeper finds. */
export async function handOver(
  { id: renderId, run, keyId, priority }: ServiceRender,
  { rendersAtOnce }: Caller,
  { jobs, log }: { readonly jobs: Pick<JobEngine, "submit">; readonly log: ServiceLog },
): Promise<void> {
  await jobs.submit({ renderId, run, keyId, rendersAtOnce, priority }).catch((error: unknown) => {
    log.warn({ renderId, error }, "render listed, and not handed over yet");
  });
}
