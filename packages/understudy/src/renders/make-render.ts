import { UnderstudyError } from "@understudy/render";
import type { RenderWork } from "#jobs/job-engine.js";
import { sqlOf } from "#postgres/database.js";
import { isOutage, throughOutages } from "#postgres/through-outages.js";
import { withStagingFolder } from "#records/staging-folder.js";
import { makeInFolder } from "./make-in-folder.js";
import type { MakeRenderServices, Making } from "./making.js";
import { removeUndelivered } from "./remove-undelivered.js";
import { failureOf, poisonous } from "./render-failure.js";
import { renderKeys, renderPrefix } from "./render-keys.js";
import type { RenderOutcome } from "./render-list.js";
import { startDeadline } from "./start-deadline.js";
import { HungWork, unlessHung } from "./unless-hung.js";

/** Makes renders of the service: inputs > consent > pipeline > publish > end. Whatever happens, the end is noted. */
export function createRenderWork(services: MakeRenderServices): RenderWork {
  return async (ticket, run) => {
    const { renders, config, log } = services;
    const outcome = await renders.begin(ticket.renderId, ticket.run, run.runnerId, config.jobs.maxAttempts);
    if (outcome.kind === "over") return;
    const { render, token } = outcome;
    const making = { render, token, run, services };
    log.info({ renderId: render.id, run: token.run, attempt: token.attempt }, "render begun");
    const end =
      outcome.kind === "poisonous"
        ? ({ state: "failed", error: poisonous(config.jobs.maxAttempts) } as const)
        : await makeOne(making).catch(async (thrown: unknown) => {
            await release(making);
            throw thrown;
          });
    // What a runner was stopped in the middle of goes on elsewhere; it is not at its end, and nothing died of it.
    if (end === "abandoned") return release(making);
    if (end === "hung") return;
    const isNoted = await noteEnd(making, end);
    log.info(
      { renderId: render.id, state: end.state, isNoted, ...(end.state === "failed" && { code: end.error.code }) },
      "render ended",
    );
    if (isNoted) await tidyUp(making, end);
  };
}

/** Longest wait, in milliseconds, for a database that only has to hear how it went. */
const outageMs = 60_000;

async function release({ token, services }: Making): Promise<void> {
  await throughOutages(() => services.renders.release(token), AbortSignal.timeout(outageMs));
}

/** What children made is of use to a retry, and that may have begun and delivered already. */
async function tidyUp({ render, token, services }: Making, end: RenderOutcome): Promise<void> {
  const { artifacts } = services;
  if (end.state !== "finished") return removeUndelivered(renderKeys.output(render.id, `${token.run}.`), [], artifacts);
  await removeUndelivered(renderKeys.outputs(render.id), end.files, artifacts);
  await artifacts.removeAll(renderKeys.work(render.id));
}

/**
 * Notes the end. A person may have taken the consent back since the last look: then nothing stays of what was published. A render
 * that is not listed any more was erased.
 */
async function noteEnd({ render, token, services }: Making, end: RenderOutcome): Promise<boolean> {
  const { renders, artifacts, links, database } = services;
  try {
    const isNoted = await throughOutages(() => renders.end(token, end), AbortSignal.timeout(outageMs));
    if (!isNoted && (await renders.get(render.ownerId, render.id)) === undefined) {
      await artifacts.removeAll(renderPrefix(render.id));
    }
    return isNoted;
  } catch (thrown) {
    if (!(thrown instanceof UnderstudyError && thrown.code === "consent-revoked")) throw thrown;
    await links.revoke(sqlOf(database.pool), render.id);
    await artifacts.removeAll(renderKeys.outputs(render.id));
    await services.dataOf(render.ownerId).renders.end(render.id, { state: "failed", outputs: [] }, services.now());
    return renders.end(token, { state: "failed", error: failureOf(thrown, render, services) });
  }
}

/** @throws UnderstudyError `database-unavailable`, which says nothing about the render. */
async function makeOne(making: Making): Promise<RenderOutcome | "abandoned" | "hung"> {
  const { render, run, services } = making;
  const deadline = startDeadline(render, services.now());
  const signal = AbortSignal.any([run.signal, deadline.signal]);
  try {
    return await withStagingFolder(services.workFolder, (folder) =>
      unlessHung(makeInFolder(folder, making, signal), signal, services.unwindMs ?? 30_000),
    );
  } catch (thrown) {
    // The number of an attempt that may still write is not given to another.
    if (run.isAbandoned) return thrown instanceof HungWork ? "hung" : "abandoned";
    if (run.signal.aborted) return { state: "cancelled" };
    // That is not the render's fault: whoever called comes again.
    if (!signal.aborted && isOutage(thrown)) throw thrown;
    return { state: "failed", error: failureOf(signal.aborted ? signal.reason : thrown, render, services) };
  } finally {
    deadline.stop();
  }
}
