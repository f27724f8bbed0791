import { toUnderstudyError } from "@understudy/render";
import type { ResultPlace, ResultStore } from "#storage/index.js";
import { assertStillAgreed } from "./assert-still-agreed.js";
import type { RenderHost } from "./render-host.js";
import type { RenderJob } from "./run-render.js";

/** A finished render on its way to whoever asked for it. */
export interface PublishedRender {
  readonly job: Pick<RenderJob, "request" | "data">;
  readonly results: ResultStore;
  /** Its `objects` are the job's `published`. */
  readonly place: ResultPlace;
}

/**
 * Makes a finished render reachable, if everybody still agrees: it may have waited since it was made, and an upload takes its
 * time. When this fails, `withdrawRender` removes what there is.
 * @returns the video's address.
 * @throws UnderstudyError `consent-revoked`, `upload-failed`; the signal's reason after a cancel.
 */
export async function publishRender(
  { job, results, place }: PublishedRender,
  { signal }: Pick<RenderHost, "signal">,
): Promise<string> {
  await assertStillAgreed(job.request, job.data);
  const url = await results.publish(place, signal);
  await assertStillAgreed(job.request, job.data);
  return url;
}

/**
 * Removes a render that nobody will get, wherever it is, and notes that it failed after all. What cannot be removed stays on
 * record, so that an erasure finds it. Never throws: it runs while something else is being reported.
 * @param why the failure that is being reported.
 */
export async function withdrawRender(
  { job, results, place }: PublishedRender,
  why: unknown,
  { now }: Pick<RenderHost, "now">,
): Promise<void> {
  const { data, request } = job;
  const { renderId } = request;
  try {
    await results.discard(place);
    const record = await data.renders.get(renderId);
    if (record?.state !== "finished") return;
    await data.audit.append({ kind: "render-failed", renderId, code: toUnderstudyError(why).code }, now());
    await data.renders.end(renderId, { state: "failed", outputs: [] }, now());
  } catch {
    // The record still leads to what is left.
  }
}
