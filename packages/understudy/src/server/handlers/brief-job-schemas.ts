import { z } from "@hono/zod-openapi";
import { hostedLimits, jobStatuses, waitParameter } from "@understudy/runpod/protocol";
import { briefFields, briefStatuses, briefWebhookFields } from "#connectors/brief-spellings.js";
import { exampleId } from "./render-examples.js";

const [inQueue, , completed] = jobStatuses;
const { recordId, sourceVideoUrl, avatarImageUrl, webhookUrl } = briefFields;

/** A request as a scenario sends it. */
export const exampleJob = {
  input: {
    [recordId]: "recA1b2C3d4E5f6G7",
    [sourceVideoUrl]: "https://videos.example/ad.mp4",
    [avatarImageUrl]: "https://photos.example/customer.jpg",
    [webhookUrl]: "https://hook.eu1.make.com/abcdefghijklmnopqrstuvwxyz",
  },
};

const address = { type: "string", format: "uri", maxLength: 8192 } as const;

/** What `run` and `runsync` take. It is read by `readJob`, which names every wrong member at once. */
export const jobSchema = z
  .looseObject({
    input: z
      .unknown()
      .optional()
      .openapi({
        type: "object",
        required: [recordId, sourceVideoUrl, avatarImageUrl],
        properties: {
          [recordId]: { type: "string", minLength: 1, maxLength: 200 },
          [sourceVideoUrl]: address,
          [avatarImageUrl]: address,
          [webhookUrl]: { ...address, description: "Is told how the job ended." },
        },
      }),
    policy: z
      .unknown()
      .optional()
      .openapi({
        type: "object",
        properties: {
          executionTimeout: { type: "integer", description: "Milliseconds from its start; else the service's own." },
        },
      }),
  })
  .openapi("BriefJob", { required: ["input"], example: exampleJob });

const status = z.enum(jobStatuses);

/** The id in a route's path. What is no id of ours is nobody's job. */
export const jobIdSchema = z.object({
  id: z.string().openapi({ param: { name: "id", in: "path" }, example: exampleId }),
});

/** What `run`, `cancel` and `retry` answer. */
export const jobReplySchema = z
  .object({ id: z.string(), status })
  .openapi("BriefJobReply", { example: { id: exampleId, status: inQueue } });

/** What `status` and `runsync` answer. */
export const jobStateSchema = z
  .object({
    id: z.string(),
    status,
    delayTime: z.number().optional().openapi({ description: "Milliseconds from the request to its start." }),
    executionTime: z.number().optional().openapi({ description: "Milliseconds from its start to its end." }),
    output: z.looseObject({}).optional().openapi({
      description: "The webhook's members and a summary of the manifest; before that the stage, and its percent.",
    }),
    error: z.string().optional().openapi({ description: "Of a failed job: its code, a colon, one sentence." }),
  })
  .openapi("BriefJobState", {
    example: {
      id: exampleId,
      status: completed,
      delayTime: 812,
      executionTime: 41_300,
      output: {
        [briefWebhookFields.status]: briefStatuses.complete,
        [briefWebhookFields.recordId]: "recA1b2C3d4E5f6G7",
        [briefWebhookFields.outputUrl]: "https://understudy.example/r/SECRET/recA1b2C3d4E5f6G7.mp4",
        [briefWebhookFields.errorMessage]: "",
        manifest: {
          render_id: exampleId,
          sha256: "b".repeat(64),
          byte_length: 4_200_000,
          frames: 900,
          frames_swapped: 300,
          frames_without_face: 0,
        },
      },
    },
  });

/** What `health` answers. */
export const healthSchema = z.object({
  jobs: z.object({
    completed: z.int(),
    failed: z.int(),
    inProgress: z.int(),
    inQueue: z.int(),
    retried: z.int(),
  }),
  workers: z.object({
    idle: z.int(),
    initializing: z.int(),
    ready: z.int(),
    running: z.int(),
    throttled: z.int(),
  }),
});

/** What `health` may answer. */
export const exampleHealth = {
  jobs: { completed: 12, failed: 1, inProgress: 2, inQueue: 3, retried: 0 },
  workers: { idle: 0, initializing: 0, ready: 0, running: 2, throttled: 0 },
};

/** How long `runsync` waits; longer than RunPod's longest is cut, shorter than its shortest is taken as asked. */
export const waitSchema = z.object({
  [waitParameter]: z.coerce
    .number()
    .min(0)
    .default(hostedLimits.defaultWaitMs)
    .openapi({ description: `Milliseconds, ${hostedLimits.maxWaitMs} at most.` }),
});
