import { jobStatuses, type JobReply, type JobState, type JobStatus } from "@understudy/runpod/protocol";
import { briefEndOf, manifestSummary } from "#connectors/brief-end.js";
import { briefWebhookBody } from "#connectors/brief-spellings.js";
import type { ServiceRender, ServiceRenderState } from "#renders/service-render.js";

const [inQueue, inProgress, completed, failed, cancelled] = jobStatuses;

const statusOf: Readonly<Record<ServiceRenderState, JobStatus>> = {
  queued: inQueue,
  running: inProgress,
  finished: completed,
  failed,
  cancelled,
};

/** A job's state, whose output is a JSON object and whose error is a line. */
export interface BriefJobState extends JobState<Readonly<Record<string, unknown>>> {
  readonly error?: string;
}

/** A render as RunPod names a job. */
export function jobReply({ id, state }: Pick<ServiceRender, "id" | "state">): JobReply {
  return { id, status: statusOf[state] };
}

/** A render as RunPod tells of a job: its output is what the CPU worker's would be. */
export function jobState(render: ServiceRender, publicUrl: string): BriefJobState {
  const { state, queuedAt, startedAt, endedAt } = render;
  return {
    ...jobReply(render),
    ...(startedAt !== undefined && { delayTime: startedAt.getTime() - queuedAt.getTime() }),
    ...(startedAt !== undefined && endedAt !== undefined && { executionTime: endedAt.getTime() - startedAt.getTime() }),
    ...(state === "running" && progressOf(render)),
    ...((state === "finished" || state === "failed") && endOf(render, publicUrl)),
  };
}

function progressOf({ progress }: ServiceRender): Pick<BriefJobState, "output"> {
  return progress === undefined ? {} : { output: { stage: progress.stage, percent: Math.floor(100 * progress.share) } };
}

function endOf(render: ServiceRender, publicUrl: string): Pick<BriefJobState, "output" | "error"> {
  const end = briefEndOf(render, publicUrl);
  if ("errorMessage" in end) return { error: end.errorMessage };
  const { id, order, manifest } = render;
  const body = briefWebhookBody(order.briefRecordId ?? id, end);
  return { output: { ...body, ...(manifest !== undefined && { manifest: manifestSummary(manifest) }) } };
}
