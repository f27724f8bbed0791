import type { z } from "@hono/zod-openapi";
import { apiPrefix, hostedLimits, jobOperations, waitParameter, type HealthReply } from "@understudy/runpod/protocol";
import type { Caller } from "#access/caller.js";
import { briefEndpointId, briefFields } from "#connectors/brief-spellings.js";
import { assertAddresses } from "#renders/check-order.js";
import { handOver } from "#renders/hand-over.js";
import type { RenderOrder } from "#renders/render-order.js";
import { hasEnded } from "#renders/service-render.js";
import { json, jsonBody, keyedRoute, type Api } from "#server/api.js";
import { jobProblemSchema, notFound } from "#server/problem.js";
import type { Service } from "#server/service.js";
import { awaitRenderEnd, type Wait } from "./await-render-end.js";
import { countJobs } from "./brief-job-counts.js";
import {
  exampleHealth,
  exampleJob,
  healthSchema,
  jobIdSchema,
  jobReplySchema,
  jobSchema,
  jobStateSchema,
  waitSchema,
} from "./brief-job-schemas.js";
import { readJob, type BriefJob } from "./brief-job-read.js";
import { jobReply, jobState } from "./brief-job-view.js";
import { createOnce, webhookOf } from "./render-creation.js";
import { machineClock, type StreamClock } from "./render-event-streams.js";
import { orderOf } from "./render-order.js";
import { idempotencySchema } from "./render-schemas.js";

/**
 * Adds the brief's own endpoint: the request that a scenario sends to RunPod, answered as RunPod does, and done by this service.
 * Its jobs are renders of the key's owner.
 */
export function addBriefJobsRoutes(api: Api, service: Service, clock: StreamClock = machineClock): void {
  const { renders } = service;
  const waitOf = (query: z.infer<typeof waitSchema>, signal: AbortSignal): Wait => {
    return { milliseconds: Math.min(query[waitParameter], hostedLimits.maxWaitMs), signal, clock };
  };

  const submit = (body: z.infer<typeof jobSchema>, key: string | undefined, caller: Caller, signal: AbortSignal) => {
    const job = readJob(body);
    const { brief } = job;
    if (brief.formerNames.length > 0) {
      service.log.info({ keyId: caller.keyId, formerNames: brief.formerNames }, "older spellings in a job");
    }
    // What is passed over does not make it another job.
    return createOnce({ key, act: "brief job", body: job }, caller, service, async () => {
      const order = renderOrderOf(job, service);
      await assertAddresses(order, service, signal);
      const webhook = brief.webhookUrl === undefined ? undefined : { url: brief.webhookUrl };
      return { order: { ...order, ...(await webhookOf({ webhook }, caller.ownerId, service)) }, priority: 0 };
    });
  };

  api.openapi(runRoute, async (context) => {
    const { "idempotency-key": key } = context.req.valid("header");
    const { render } = await submit(context.req.valid("json"), key, context.get("caller"), context.req.raw.signal);
    return context.json(jobReply(render), 200);
  });

  api.openapi(runSyncRoute, async (context) => {
    const { "idempotency-key": key } = context.req.valid("header");
    const { signal } = context.req.raw;
    const { render } = await submit(context.req.valid("json"), key, context.get("caller"), signal);
    const seen = await awaitRenderEnd(render, waitOf(context.req.valid("query"), signal), service);
    const job = seen ?? throwNotFound();
    return context.json(hasEnded(job) ? jobState(job, service.publicUrl()) : jobReply(job), 200);
  });

  for (const route of statusRoutes) {
    api.openapi(route, async (context) => {
      const render = await renders.get(context.get("caller").ownerId, idOf(context.req.valid("param")));
      return context.json(jobState(render ?? throwNotFound(), service.publicUrl()), 200);
    });
  }

  for (const route of statusSyncRoutes) {
    api.openapi(route, async (context) => {
      const { ownerId } = context.get("caller");
      const id = idOf(context.req.valid("param"));
      const wait = waitOf(context.req.valid("query"), context.req.raw.signal);
      const render = await awaitRenderEnd({ ownerId, id }, wait, service);
      return context.json(jobState(render ?? throwNotFound(), service.publicUrl()), 200);
    });
  }

  api.openapi(cancelRoute, async (context) => {
    const render = await renders.cancel(context.get("caller").ownerId, idOf(context.req.valid("param")));
    const { id: renderId, run } = render ?? throwNotFound();
    await service.jobs.cancel({ renderId, run });
    return context.json(jobReply(render!), 200);
  });

  api.openapi(retryRoute, async (context) => {
    const caller = context.get("caller");
    const render = (await renders.retry(caller.ownerId, idOf(context.req.valid("param")))) ?? throwNotFound();
    await handOver(render, caller, service);
    return context.json(jobReply(render), 200);
  });

  api.openapi(healthRoute, async (context) => {
    const jobs = await countJobs(service.database.pool, context.get("caller").ownerId, service.now());
    // Who makes renders is the operator's affair: each job in work counts as a worker that runs.
    const workers = { idle: 0, initializing: 0, ready: 0, running: jobs.inProgress, throttled: 0 };
    return context.json({ jobs, workers } satisfies HealthReply, 200);
  });
}

/** The brief's plan, on the consent on record, under the record's name. */
function renderOrderOf({ brief, deadlineSeconds }: BriefJob, { config }: Pick<Service, "config">): RenderOrder {
  const { recordId, sourceVideoUrl, avatarImageUrl } = brief;
  const wish = {
    source: { url: sourceVideoUrl },
    face: { url: avatarImageUrl },
    name: recordId,
    metadata: { [briefFields.recordId]: recordId },
    ...(deadlineSeconds !== undefined && { deadlineSeconds }),
  };
  return { ...orderOf(wish, config), briefRecordId: recordId };
}

/** @throws UnderstudyError `not-found`: clients that were RunPod's may still ask for jobs that it had. */
function idOf({ id }: z.infer<typeof jobIdSchema>): string {
  return /^render_[0-9a-f]{16}$/.test(id) ? id : throwNotFound();
}

function throwNotFound(): never {
  throw notFound("job");
}

/** Where RunPod has `/v2/ENDPOINT`. */
const base = `/${apiPrefix}/${briefEndpointId}`;
const tags = ["jobs of scenarios"];
const refused = json(jobProblemSchema, "What went wrong, and the next step.");

const runRoute = keyedRoute("renders:write", {
  method: "post",
  path: `${base}/${jobOperations.run}`,
  tags,
  summary: "Make a video, as a Make.com scenario asks for it",
  description:
    "The body that RunPod is sent, answered as RunPod answers. A body that is wrong is refused, and its webhook is told nothing.",
  request: { headers: idempotencySchema, body: jsonBody(jobSchema, exampleJob) },
  responses: { default: refused, 200: json(jobReplySchema, "It waits; the id is the render's.") },
});

const runSyncRoute = keyedRoute("renders:write", {
  method: "post",
  path: `${base}/${jobOperations.runSync}`,
  tags,
  summary: "The same, and wait for the end",
  request: { headers: idempotencySchema, query: waitSchema, body: jsonBody(jobSchema, exampleJob) },
  responses: { default: refused, 200: json(jobStateSchema, "How it ended, or how far it is when the wait is over.") },
});

/** Go's client sends POST where the others send GET. */
const getAndPost = ["get", "post"] as const;

const statusRoutes = getAndPost.map((method) =>
  keyedRoute("renders:read", {
    method,
    path: `${base}/${jobOperations.status}/{id}`,
    tags,
    summary: "How far a job is, and what came of it",
    request: { params: jobIdSchema },
    responses: { default: refused, 200: json(jobStateSchema, "The job.") },
  }),
);

const statusSyncRoutes = getAndPost.map((method) =>
  keyedRoute("renders:read", {
    method,
    path: `${base}/${jobOperations.statusSync}/{id}`,
    tags,
    summary: "The same, as soon as it has ended",
    request: { params: jobIdSchema, query: waitSchema },
    responses: { default: refused, 200: json(jobStateSchema, "How it ended, or how far it is when the wait is over.") },
  }),
);

const cancelRoute = keyedRoute("renders:write", {
  method: "post",
  path: `${base}/${jobOperations.cancel}/{id}`,
  tags,
  summary: "Stop a job",
  description: "One that waits is cancelled at once, one in work within a second; one that ended stays as it is.",
  request: { params: jobIdSchema },
  responses: { default: refused, 200: json(jobReplySchema, "The job as it is at this moment.") },
});

const retryRoute = keyedRoute("renders:write", {
  method: "post",
  path: `${base}/${jobOperations.retry}/{id}`,
  tags,
  summary: "Run a failed or cancelled job again",
  description: "Under the same id; its webhook is told again how it ended.",
  request: { params: jobIdSchema },
  responses: { default: refused, 200: json(jobReplySchema, "It waits.") },
});

const healthRoute = keyedRoute("renders:read", {
  method: "get",
  path: `${base}/${jobOperations.health}`,
  tags,
  summary: "Your jobs, counted",
  description: "Those that wait and those in work, and those of the last 24 hours that ended.",
  responses: { default: refused, 200: json(healthSchema, "The counts.", exampleHealth) },
});
