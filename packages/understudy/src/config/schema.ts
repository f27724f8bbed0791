import { availableParallelism } from "node:os";
import { defaultLimits, maxReadBytes, mediaChoices, voiceModelNames } from "@understudy/render";
import envPaths from "env-paths";
import { z } from "zod";

/** Largest number of threads that `workers` accepts. */
export const maxWorkers = 16;

/** Without a name and password: what a message shows may be this address. */
const endpointUrl = z.string().regex(/^https?:\/\/[^\s/@]+(\/[^\s@]*)?$/);

const voiceEngine = z.union([z.literal("flite"), z.templateLiteral(["endpoint:", endpointUrl])]);

/** Whether a text is what `voice.engine` accepts. */
export function isVoiceEngine(text: string): boolean {
  return voiceEngine.safeParse(text).success;
}

/**
 * Every setting there is: meaning, default and range in one place. `understudy config explain`, the start-up check and
 * the environment variables' names are all read off this schema.
 */
export const configSchema = z.strictObject({
  dataFolder: z
    .string()
    .min(1)
    .default(() => envPaths("understudy", { suffix: "" }).data)
    .describe(
      "Folder that keeps what must outlive a render: consent records, signing keys, the list of renders, the audit log.",
    ),
  engine: z
    .union([z.literal("mesh"), z.templateLiteral(["onnx:", z.string().min(1)])])
    .default("mesh")
    .describe("Face engine that draws the swap; `onnx:MANIFEST` runs a swap model of your own (docs/onnx.md)."),
  project: z
    .strictObject({
      commercial: z
        .boolean()
        .default(false)
        .describe("Whether the videos earn money: models whose licence forbids that are refused then."),
    })
    .prefault({}),
  voice: z
    .strictObject({
      engine: voiceEngine
        .default("flite")
        .describe(
          "Who speaks a script: `flite`, built in, nobody's voice; `endpoint:URL`: a worker that clones the sample's (docs/worker.md). docs/cli.md names the variable of its key.",
        ),
      model: z
        .enum(voiceModelNames)
        .default("chatterbox")
        .describe("Model that such a worker is asked for; `flite` clones nobody, f5-tts may not earn money."),
      underSpeech: z
        .enum(["duck", "mute"])
        .default("duck")
        .describe("What becomes of the film's own sound under a script: turned down, or silent."),
    })
    .prefault({}),
  stitch: z
    .enum(["auto", "smart", "uniform", "reencode"])
    .default("auto")
    .describe(
      "How the finished track is put together. `smart` copies every untouched packet; `uniform` encodes all in one way, once for all faces, and plays everywhere; `reencode` encodes all. `auto`: `smart` for files, `uniform` for what is delivered by a link.",
    ),
  mediaIo: z
    .enum(mediaChoices)
    .default("auto")
    .describe(
      "What reads and writes media: node-av where it is installed, else the ffmpeg command; or one of the two.",
    ),
  workers: z
    .int()
    .min(1)
    .max(maxWorkers)
    .default(() => Math.min(availableParallelism(), maxWorkers))
    .describe("Threads that draw at the same time; each costs about 150 MB of memory."),
  label: z
    .string()
    .regex(/^(on|start|delegated:.*\S.*)$/, "on | start | delegated:REASON")
    .max(300)
    .default("on")
    .describe(
      "Visible label: over every swap segment; start: also over the first five seconds; delegated:REASON: whoever publishes sets it.",
    ),
  contact: z
    .string()
    .max(300)
    .default("")
    .describe("Where a person in a photo can reach you, printed on receipts and on the privacy page."),
  consent: z
    .strictObject({
      allowAttested: z
        .boolean()
        .default(true)
        .describe("Whether an operator's word is enough; when false, the person's own consent is needed."),
      standing: z
        .strictObject({
          operator: z
            .string()
            .max(200)
            .default("")
            .describe("Who answers for the standing attestation; empty: there is none."),
          statement: z
            .string()
            .max(4000)
            .default("")
            .describe("What that operator states of everybody whose photo is sent in."),
          use: z.string().max(500).default("").describe("What the videos made under it are for."),
          expiresAt: z.string().max(40).default("").describe("When it ends, such as 2027-06-30T00:00:00Z."),
          ageConfirmed: z
            .boolean()
            .default(false)
            .describe("Whether the operator states that everybody sent in is 18 or older."),
        })
        .prefault({}),
    })
    .prefault({}),
  seal: z
    .strictObject({
      timestampUrl: z
        .union([z.literal(""), z.url({ protocol: /^https?$/ })])
        .default("")
        .describe(
          "Timestamp authority (RFC 3161) that is asked for each seal; empty: none, and nothing leaves this machine.",
        ),
      trustAnchorsFile: z
        .string()
        .max(4096)
        .default("")
        .describe("PEM file with the certificates of signers that `verify` calls trusted; empty: none."),
    })
    .prefault({}),
  retention: z
    .strictObject({
      inputDays: z
        .int()
        .min(1)
        .max(36_500)
        .default(7)
        .describe("Days that the service keeps inputs, and what a retry or a fork needs, after a render has ended."),
      outputDays: z
        .int()
        .min(0)
        .max(36_500)
        .default(0)
        .describe("Days after which finished files are removed; 0 keeps them until they are erased."),
      templateDays: z
        .int()
        .min(0)
        .max(36_500)
        .default(30)
        .describe(
          "Days after its last render that the service keeps what it computed of a video alone, so that the next photo costs less; 0 keeps nothing.",
        ),
      evidenceDays: z
        .int()
        .min(0)
        .max(36_500)
        .default(3 * 365)
        .describe("Days that a consent record and its evidence are kept after the consent has ended."),
    })
    .prefault({}),
  storage: z
    .strictObject({
      folder: z
        .string()
        .max(4096)
        .default("")
        .describe("Folder that takes the finished videos of jobs; empty: `outputs` in the data folder."),
      publicUrl: z
        .union([z.literal(""), z.url({ protocol: /^https?$/ })])
        .default("")
        .describe(
          "Address under which that folder, or the bucket, is reached; empty: a file address, or a signed link to the bucket.",
        ),
      linkDays: z
        .int()
        .min(1)
        .max(7)
        .default(7)
        .describe("Days that a signed link to the bucket holds; seven is the most that S3 allows."),
    })
    .prefault({}),
  network: z
    .strictObject({
      allow: z
        .string()
        .max(2000)
        .default("")
        .describe(
          "Private addresses that URLs of jobs and webhooks may lead to: `loopback` and CIDR blocks, separated by commas; empty: none.",
        ),
    })
    .prefault({}),
  jobs: z
    .strictObject({
      deadlineSeconds: z
        .int()
        .min(10)
        .max(86_400)
        .default(900)
        .describe("Longest time that a worker spends on one job, from download to webhook."),
      concurrency: z
        .int()
        .min(1)
        .max(64)
        .default(1)
        .describe("Renders that one runner of the service has in work at a time; each uses `workers` threads."),
      maxAttempts: z
        .int()
        .min(1)
        .max(1000)
        .default(5)
        .describe("How often a render is begun again after its runner died, before it counts as the cause."),
    })
    .prefault({}),
  cost: z
    .strictObject({
      usdPerEngineSecond: z
        .number()
        .min(0)
        .max(1000)
        .default(0)
        .describe("What one second of one engine thread costs, in US dollars; 0: renders cost nothing."),
      capUsd: z
        .number()
        .min(0)
        .max(1_000_000)
        .default(0)
        .describe("Most that one render may be expected to cost, in US dollars; 0: there is no cap."),
      secondsPerFrame: z
        .number()
        .positive()
        .max(3600)
        .default(0.06)
        .describe("Engine seconds that a swapped frame is expected to take until finished renders say better."),
    })
    .prefault({}),
  server: z
    .strictObject({
      publicUrl: z
        .union([z.literal(""), z.url({ protocol: /^https?$/ })])
        .default("")
        .describe("Address under which others reach the service; empty: the one that it listens at."),
      requestsPerMinute: z
        .int()
        .min(1)
        .max(1_000_000)
        .default(600)
        .describe("Requests that a key may make each minute, unless it says otherwise."),
      rendersAtOnce: z
        .int()
        .min(1)
        .max(1000)
        .default(2)
        .describe("Renders of one key that are in work at a time, over all runners, unless the key says otherwise."),
    })
    .prefault({}),
  airtable: z
    .strictObject({
      pollSeconds: z
        .int()
        .min(1)
        .max(3600)
        .default(30)
        .describe("How often a table in Airtable is looked at that does not tell of changes by itself, in seconds."),
      patienceSeconds: z
        .int()
        .min(0)
        .max(86_400)
        .default(120)
        .describe("How long a row may say Pending without its addresses, while somebody types, before it fails."),
    })
    .prefault({}),
  logs: z
    .strictObject({
      level: z.enum(["info", "warn", "error"]).default("info").describe("What the service logs at least."),
      personal: z
        .boolean()
        .default(false)
        .describe("Whether log lines carry what names or describes a person, under `personal`."),
    })
    .prefault({}),
  limits: z
    .strictObject({
      maxInputBytes: z
        .int()
        .min(1)
        .max(maxReadBytes)
        .default(defaultLimits.maxInputBytes)
        .describe("Largest source video or photo, in bytes; no more than what can be sealed."),
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
