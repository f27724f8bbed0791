import { z } from "@hono/zod-openapi";
import { readRules, rowOf, stateOf } from "#consent/index.js";
import { erasePerson, type PersonErased } from "#people/erase-person.js";
import { findPerson } from "#people/find-person.js";
import { json, keyedRoute, type AddRoutes } from "#server/api.js";
import { notFound } from "#server/problem.js";
import { pathWith } from "./field-schemas.js";
import { consentRowSchema, exampleConsent, exampleSubjectId, rendersSchema, stoppedSchema } from "./people-schemas.js";
import { renderView } from "./render-view.js";

const tags = ["subjects"];

const subjectSchema = z
  .object({
    id: z.string(),
    state: z.enum(["on record", "erased"]),
    consents: z.array(consentRowSchema).openapi({ description: "Newest first." }),
    renders: rendersSchema,
  })
  .openapi("Subject", {
    example: { id: exampleSubjectId, state: "on record", consents: [exampleConsent], renders: [] },
  });

const count = z.int().min(0);

const erasedSchema = z
  .object({
    id: z.string(),
    at: z.iso.datetime(),
    outcome: z.enum(["erased", "already-erased", "incomplete", "dry-run"]).openapi({
      description: "`incomplete`: what `remaining` lists is still there; ask again.",
    }),
    counts: z
      .object({
        outputs: count,
        workFolders: count,
        evidence: count,
        copies: count,
        records: count,
        renders: count,
        workFiles: count,
        uploads: count,
        personLinks: count,
        reports: count,
        airtableRows: count.openapi({
          description: "Rows of connected tables; link and picture are taken out of them as soon as Airtable answers.",
        }),
      })
      .openapi({ description: "How many things went, or would go." }),
    remaining: z.array(z.object({ path: z.string(), why: z.string() })),
    kept: z.array(z.string()).openapi({
      description:
        "What is the operator's to remove: photos in the library, and as `airtable:BASE/TABLE/RECORD` rows of tables that are not connected any more.",
    }),
    stoppedRenders: stoppedSchema,
    namesakes: z
      .array(z.string())
      .openapi({ description: "Other people of the same name, who may be the same person." }),
  })
  .openapi("ErasedSubject", {
    example: {
      id: exampleSubjectId,
      at: "2026-01-02T00:00:00.000Z",
      outcome: "erased",
      counts: {
        outputs: 2,
        workFolders: 0,
        evidence: 0,
        copies: 0,
        records: 2,
        renders: 1,
        workFiles: 3,
        uploads: 1,
        personLinks: 1,
        reports: 0,
        airtableRows: 1,
      },
      remaining: [],
      kept: [],
      stoppedRenders: [],
      namesakes: [],
    },
  });

const params = pathWith("subject", exampleSubjectId);

const get = keyedRoute("consents:read", {
  method: "get",
  path: "/v1/subjects/{id}",
  tags,
  summary: "One person: their consents, and what was made of them",
  request: { params },
  responses: { 200: json(subjectSchema, "The person.") },
});

const link = keyedRoute("consents:write", {
  method: "post",
  path: "/v1/subjects/{id}/links",
  tags,
  summary: "Make an address of the person's page",
  description: "For the person in the photo; earlier ones stay valid.",
  request: { params },
  responses: {
    201: json(
      z
        .object({ personUrl: z.string() })
        .openapi("PersonLink", { example: { personUrl: `https://understudy.example/me/${"a".repeat(32)}` } }),
      "The address. It is told this once.",
    ),
  },
});

const erase = keyedRoute("subjects:erase", {
  method: "delete",
  path: "/v1/subjects/{id}",
  tags,
  summary: "Erase a person",
  description:
    "Takes their consents back, stops their renders, and removes photos, videos, links, records and everything else that is kept of them; then looks again. Safe to repeat.",
  request: {
    params,
    query: z.object({
      dryRun: z
        .enum(["true", "false"])
        .default("false")
        .transform((text) => text === "true")
        .openapi({ type: "string", enum: ["true", "false"], description: "Only says what would be done." }),
    }),
  },
  responses: { 200: json(erasedSchema, "What was done, and what could not be.") },
});

/** `/v1/subjects`. */
export const addSubjectsRoutes: AddRoutes = (api, service) => {
  const read = async (ownerId: string, id: string) => {
    const person = await findPerson(ownerId, id, service);
    const isErased = await service.dataOf(ownerId).erasures.was(id);
    if (person.consents.length === 0 && person.renders.length === 0 && !isErased) throw notFound("subject");
    return { person, isErased };
  };

  api.openapi(get, async (context) => {
    const { ownerId } = context.get("caller");
    const { id } = context.req.valid("param");
    const { person, isErased } = await read(ownerId, id);
    const rules = await readRules(service.config.consent, service.dataOf(ownerId), service.now());
    const rows = person.consents.toReversed().map((entry) => rowOf(entry, stateOf(entry, rules)));
    return context.json(
      {
        id,
        state: isErased ? ("erased" as const) : ("on record" as const),
        consents: rows.map((row) => ({ ...row, photoSha256: [...row.photoSha256] })),
        renders: person.renders.map((render) => renderView(render, service.publicUrl())),
      },
      200,
    );
  });

  api.openapi(link, async (context) => {
    const { ownerId } = context.get("caller");
    const { id: subjectId } = context.req.valid("param");
    const { isErased } = await read(ownerId, subjectId);
    if (isErased) throw notFound("subject");
    return context.json({ personUrl: (await service.personLinks.make({ ownerId, subjectId })).url }, 201);
  });

  api.openapi(erase, async (context) => {
    const { ownerId } = context.get("caller");
    const { id: subjectId } = context.req.valid("param");
    const { dryRun: isDryRun } = context.req.valid("query");
    return context.json(viewOf(await erasePerson({ ownerId, subjectId, isDryRun }, service)), 200);
  });
};

function viewOf({ subjectId, ...rest }: PersonErased): z.infer<typeof erasedSchema> {
  const { remaining, kept, stoppedRenders, namesakes } = rest;
  return {
    ...rest,
    id: subjectId,
    remaining: [...remaining],
    kept: [...kept],
    stoppedRenders: [...stoppedRenders],
    namesakes: [...namesakes],
  };
}
