import { availableParallelism } from "node:os";
import { defaultLimits } from "@understudy/render";
import envPaths from "env-paths";
import { z } from "zod";

/** Largest number of threads that `workers` accepts. */
export const maxWorkers = 16;

/**
 * Every setting there is: meaning, default and range in one place. `understudy config explain`, the start-up check and
 * the environment variables' names are all read off this schema.
 */
export const configSchema = z.strictObject({
  dataFolder: z
    .string()
    .min(1)
    .default(() => envPaths("understudy", { suffix: "" }).data)
    .describe("Folder that keeps what must outlive a render: the consent records (in consents/)."),
  engine: z.enum(["mesh"]).default("mesh").describe("Face engine that draws the swap."),
  stitch: z
    .enum(["smart", "reencode"])
    .default("smart")
    .describe(
      "How the finished track is put together: copy every untouched packet, or encode the whole picture track again.",
    ),
  workers: z
    .int()
    .min(1)
    .max(maxWorkers)
    .default(() => Math.min(availableParallelism(), maxWorkers))
    .describe("Threads that draw at the same time; each costs about 150 MB of memory."),
  limits: z
    .strictObject({
      maxInputBytes: z
        .int()
        .min(1)
        .max(1024 ** 4)
        .default(defaultLimits.maxInputBytes)
        .describe("Largest source video or photo, in bytes."),
      maxPixels: z
        .int()
        .min(1)
        .max(16_384 * 16_384)
        .default(defaultLimits.maxPixels)
        .describe("Most pixels of one frame or photo (width times height)."),
      maxDurationSeconds: z
        .number()
        .positive()
        .max(86_400)
        .default(defaultLimits.maxDurationSeconds)
        .describe("Longest source video, in seconds."),
    })
    .prefault({}),
});

/** The values in force, checked once at start-up. */
export type Config = Readonly<z.infer<typeof configSchema>>;
