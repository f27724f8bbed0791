import { z } from "@hono/zod-openapi";
import { canonicalJson, maxCastMembers } from "@understudy/render";
import { renderStates } from "#renders/service-render.js";
import { idOf, pathWith, strict } from "./field-schemas.js";
import { inputSchema } from "./input-schema.js";
import { exampleId, exampleOrder, exampleRender } from "./render-examples.js";
import { captionsSchema, speechFields, unfitWords, voiceSchema, wordsAsJsonSchema } from "./speech-schemas.js";

/** PostgreSQL's JSON takes neither a zero character nor half of a surrogate pair. */
// oxlint-disable-next-line no-control-regex
const storable = /^[^\u0000\uD800-\uDFFF]*$/u;

const text = (longest: number) => z.string().min(1).max(longest).regex(storable, "text without zero characters");

const labelSchema = z
  .union([z.enum(["on", "start"]), strict({ delegated: text(280).regex(/\S/, "a reason") })], {
    error: () => 'expected "on", "start" or {"delegated": REASON}',
  })
  .openapi({
    description:
      "on: over every swapped second; start: also over the first five seconds; delegated: you set it, for this reason. Default: the configuration's.",
  });

const webhookSchema = z
  .union([strict({ url: text(8192) }), strict({ endpointId: idOf("endpoint") })], {
    error: () => 'expected {"url": ...} or {"endpointId": ...}',
  })
  .openapi({ description: "Who is told of the end, besides the endpoints that want to know of every render." });

const metadataSchema = z
  .record(z.string().min(1).max(40).regex(storable), z.string().max(500).regex(storable))
  .refine((entries) => Object.keys(entries).length <= 50, "at most 50 entries")
  .openapi({ description: "Your own words, given back with everything about this render; at most 50." });

const photosSchema = z
  .union([inputSchema, z.array(inputSchema).min(1).max(10)], {
    error: () => "expected one photo, or a list of 1 to 10",
  })
  .openapi({ description: "Photos of the one person who agreed, best first." });

const personSchema = z
  .union([z.enum(["largest", "left", "right"]), z.int().min(1).max(999), strict({ photo: inputSchema })], {
    error: () => 'expected "largest", "left", "right", a number from 1 to 999 or {"photo": ...}',
  })
  .openapi({
    description:
      "Who of several people in the video gets the face: whoever's is largest (default), who is furthest left or right, by number in the listing of `understudy analyse`, or whoever a photo shows, which is compared and never drawn.",
  });

const consentSchema = z
  .union([strict({ id: idOf("consent") }), strict({ attestedBy: text(200).regex(/\S/, "a name") })], {
    error: () => 'expected {"id": ...} or {"attestedBy": NAME}',
  })
  .openapi({
    description:
      "A consent record, or who gives their word that the person agreed and is 18 or older. Default: the record of these photos.",
  });

const castSchema = z
  .array(strict({ person: personSchema, face: photosSchema, consent: consentSchema.optional() }))
  .min(1)
  .max(maxCastMembers)
  .openapi({
    description:
      "Several people of the video and whose face each gets, in the place of `face`, `person` and `consent`.",
  });

/** What can be changed without another swap. */
const changeable = {
  ...speechFields,
  captions: captionsSchema.optional(),
  label: labelSchema.optional(),
  stitch: z
    .enum(["smart", "reencode", "uniform"])
    .optional()
    .openapi({ description: "Default: the configuration's, which is `uniform` for links unless somebody set it." }),
  name: text(80).optional().openapi({ description: 'File name of the result without its ending; default "video".' }),
  webhook: webhookSchema.optional(),
  metadata: metadataSchema.optional(),
};

/** What `POST /v1/renders` takes. */
export const newRenderSchema = strict({
  source: inputSchema,
  face: photosSchema.optional(),
  person: personSchema.optional(),
  plan: strict({
    swap: z
      .array(strict({ startSeconds: z.number().min(0).max(1e6), endSeconds: z.number().min(0).max(1e6) }))
      .min(1)
      .max(1000),
  })
    .optional()
    .openapi({ description: "Half-open time ranges that get the face; default 0-5 s and 15-20 s." }),
  voice: voiceSchema.optional(),
  ...changeable,
  allowMissingFace: z.boolean().optional().openapi({
    description: "Leaves frames as they are in which no face was found, instead of failing. Default false.",
  }),
  consent: consentSchema.optional(),
  cast: castSchema.optional(),
  engine: z.enum(["mesh"]).optional(),
  priority: z.int().min(-100).max(100).optional().openapi({ description: "Higher comes first; default 0." }),
  deadlineSeconds: z
    .int()
    .min(10)
    .max(86_400)
    .optional()
    .openapi({ description: "Longest time from the first start to the end; default: the configuration's." }),
  costCapUsd: z
    .number()
    .min(0)
    .max(1_000_000)
    .optional()
    .openapi({ description: "A render that is expected to cost more fails; never above the configuration's cap." }),
})
  .superRefine((body, context) => {
    const refuse = (path: string, message: string) => context.addIssue({ code: "custom", path: [path], message });
    const unfit = unfitWords(body);
    if (unfit !== undefined) refuse(unfit.field, unfit.message);
    if (body.cast === undefined) {
      if (body.face === undefined) refuse("face", "expected a photo; of several people, each with theirs in cast");
      return;
    }
    for (const name of ["face", "person", "consent"] as const) {
      if (body[name] !== undefined) refuse(name, "cast says this for each person");
    }
    const names = body.cast.map(({ person }) => canonicalJson(person));
    if (new Set(names).size < names.length) refuse("cast", "two entries name the same person of the video");
  })
  .openapi("NewRender", {
    example: exampleOrder,
    ...wordsAsJsonSchema,
    oneOf: [
      { required: ["face"], not: { required: ["cast"] } },
      {
        required: ["cast"],
        not: { anyOf: [{ required: ["face"] }, { required: ["person"] }, { required: ["consent"] }] },
      },
    ],
  });

/** What `POST /v1/renders/{id}/fork` takes. */
export const forkSchema = strict(changeable).openapi("RenderFork", { example: { label: "start", name: "second-cut" } });

const time = z.iso.datetime();
const costSchema = z
  .object({ engineSeconds: z.number(), usdPerEngineSecond: z.number(), usd: z.number() })
  .openapi("Cost");

/** What every answer about a render says. */
export const renderSchema = z
  .object({
    id: idOf("render"),
    state: z.enum(renderStates),
    priority: z.int(),
    run: z.int().openapi({ description: "1, and one more for each retry." }),
    createdAt: time,
    startedAt: time.optional(),
    endedAt: time.optional(),
    deadlineAt: time.optional(),
    cancelRequestedAt: time.optional(),
    progress: z
      .object({ stage: z.string(), share: z.number() })
      .optional()
      .openapi({ description: "The stage, and how much of it is done, 0 to 1." }),
    estimate: costSchema.optional(),
    cost: costSchema.optional(),
    error: z.object({ code: z.string(), message: z.string(), hint: z.string(), retryable: z.boolean() }).optional(),
    output: z
      .object({
        url: z.string(),
        sha256: z.string(),
        byteLength: z.int(),
        fileName: z.string(),
        manifestUrl: z.string().optional(),
        credentialsUrl: z.string().optional(),
        captionUrls: z
          .object({ srt: z.string(), vtt: z.string(), ass: z.string() })
          .optional()
          .openapi({ description: "The captions as files; absent without captions." }),
        thumbnailUrl: z.string().optional().openapi({
          description: "A JPEG out of the first swapped segment, 640 pixels at most; absent where none could be made.",
        }),
      })
      .optional()
      .openapi({ description: "Addresses that hold until the files are removed or the consent is taken back." }),
    consentId: z.string().optional(),
    otherConsentIds: z
      .array(z.string())
      .optional()
      .openapi({ description: "Of everybody else in `cast`, in its order, once they are known." }),
    forkedFrom: z.string().optional(),
    webhookEndpointId: z.string().optional(),
    metadata: z.record(z.string(), z.string()),
    links: z.object({ self: z.string(), events: z.string() }),
  })
  .openapi("Render", { example: exampleRender });

/** One page of renders, newest first. */
export const renderPageSchema = z
  .object({ renders: z.array(renderSchema), nextCursor: z.string().optional() })
  .openapi("RenderPage", { example: { renders: [exampleRender] } });

/** The id in a route's path. */
export const renderIdSchema = pathWith("render", exampleId);

/** What `GET /v1/renders` takes. */
export const renderQuerySchema = z.object({
  limit: z.coerce.number().int().min(1).max(100).default(20),
  cursor: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,200}$/, "a nextCursor of this list")
    .optional(),
  state: z.enum(renderStates).optional(),
  consentId: idOf("consent").optional(),
});

/** The header that makes a request safe to repeat. */
export const idempotencySchema = z.object({
  "idempotency-key": z
    .string()
    .regex(/^[\x21-\x7e]{1,255}$/, "1 to 255 visible ASCII characters")
    .optional()
    .openapi({
      description: "The same key with the same body gives the same render; with another body it is refused.",
    }),
});
