import { extname } from "node:path";
import { z } from "@hono/zod-openapi";
import { parseConsent, UnderstudyError, type ConsentEntry } from "@understudy/render";
import {
  giveConsent,
  importConsent,
  readRules,
  rowOf,
  stateOf,
  type ConsentRow,
  type GivenConsent,
} from "#consent/index.js";
import { rendersUnder } from "#people/find-renders.js";
import { revokeConsent, type RevokedConsent } from "#people/revoke-consent.js";
import { sqlOf } from "#postgres/database.js";
import { json, jsonBody, keyedRoute, problemResponse, type AddRoutes } from "#server/api.js";
import { notFound } from "#server/problem.js";
import type { Service } from "#server/service.js";
import { wholeUpload, withUpload } from "./borrow-upload.js";
import { exampleNew, madeSchema, newConsentSchema, revokedSchema } from "./consent-schemas.js";
import { idOf, pathWith, storableText } from "./field-schemas.js";
import {
  consentRecordSchema,
  consentRowSchema,
  exampleConsent,
  exampleConsentId,
  exampleRecord,
  rendersSchema,
} from "./people-schemas.js";
import { cursorAfter, placeOf } from "./render-cursor.js";
import { exampleRender } from "./render-examples.js";
import { renderView } from "./render-view.js";

const tags = ["consents"];

const params = pathWith("consent", exampleConsentId);

const create = keyedRoute("consents:write", {
  method: "post",
  path: "/v1/consents",
  tags,
  summary: "Record a person's consent",
  description: "Renders with these photos count it from now on. The same said again gives the record that there is.",
  request: { body: jsonBody(newConsentSchema, exampleNew) },
  responses: {
    200: json(madeSchema, "A live record says the very same already."),
    201: json(madeSchema, "The record, and the address of the person's page."),
  },
});

const importRecord = keyedRoute("consents:write", {
  method: "post",
  path: "/v1/consents/import",
  tags,
  summary: "Take over a record made elsewhere",
  description:
    "The whole record as `understudy consent new -o FILE` writes it, unchanged. Upload its evidence first: what has the hash that it names is kept with it. Without its evidence here, it counts as the operator's word.",
  request: { body: jsonBody(consentRecordSchema, exampleRecord) },
  responses: {
    200: json(madeSchema, "It is on record already."),
    201: json(madeSchema, "It is on record."),
    422: { ...problemResponse, description: "It was edited, ran out, or was taken back here." },
  },
});

const list = keyedRoute("consents:read", {
  method: "get",
  path: "/v1/consents",
  tags,
  summary: "List consents",
  description: "Newest first.",
  request: {
    query: z.object({
      limit: z.coerce.number().int().min(1).max(100).default(20),
      cursor: z
        .string()
        .regex(/^[A-Za-z0-9_-]{1,200}$/, "a nextCursor of this list")
        .optional(),
      subjectId: idOf("subject").optional(),
    }),
  },
  responses: {
    200: json(
      z
        .object({ consents: z.array(consentRowSchema), nextCursor: z.string().optional() })
        .openapi("ConsentPage", { example: { consents: [exampleConsent] } }),
      "One page.",
    ),
  },
});

const get = keyedRoute("consents:read", {
  method: "get",
  path: "/v1/consents/{id}",
  tags,
  summary: "One consent, and what was made under it",
  request: { params },
  responses: {
    200: json(
      z
        .object({
          consent: consentRowSchema,
          record: consentRecordSchema,
          revocation: z.object({ revokedAt: z.iso.datetime(), reason: z.string().optional() }).optional(),
          renders: rendersSchema,
        })
        .openapi("ConsentAndRenders", {
          example: { consent: exampleConsent, record: exampleRecord, renders: [exampleRender] },
        }),
      "The consent.",
    ),
  },
});

const revoke = keyedRoute("consents:write", {
  method: "post",
  path: "/v1/consents/{id}/revoke",
  tags,
  summary: "Take a consent back",
  description:
    "From now on nothing begins or is delivered under it: renders that wait or run are cancelled. What was made is listed, and with `deleteOutputs` removed, so that its addresses lead nowhere. Safe to repeat.",
  request: {
    params,
    body: jsonBody(
      z
        .strictObject({ reason: storableText(1000).optional(), deleteOutputs: z.boolean().default(false) })
        .openapi("Revocation"),
      { reason: "They wrote us.", deleteOutputs: true },
    ),
  },
  responses: { 200: json(revokedSchema, "It is taken back.") },
});

/** `/v1/consents`. */
export const addConsentsRoutes: AddRoutes = (api, service) => {
  const { config, personLinks } = service;
  const roomOf = (ownerId: string, signal: AbortSignal) => ({
    data: service.dataOf(ownerId),
    config,
    now: service.now(),
    signal,
  });
  const madeView = async (ownerId: string, entry: ConsentEntry) => {
    const [consent] = await rowsOf([entry], ownerId, service);
    const { url } = await personLinks.make({ ownerId, subjectId: entry.consent.subject.id });
    return { consent: consent!, personUrl: url };
  };

  api.openapi(create, async (context) => {
    const { ownerId } = context.get("caller");
    const body = context.req.valid("json");
    if ((body.method === "e-signature") !== (body.document !== undefined)) {
      throw new UnderstudyError("bad-request", "A document goes with the method e-signature, and only with that.");
    }
    const { signal } = context.req.raw;
    const given = await givenOf(body, ownerId, service);
    const room = roomOf(ownerId, signal);
    const give = (document: Pick<GivenConsent, "documentPath">) => giveConsent({ ...given, ...document }, room);
    const { consent, isNew } =
      body.document === undefined
        ? await give({})
        : await withUpload(
            await pictureUpload(ownerId, body.document.uploadId, service),
            service,
            signal,
            (documentPath) => give({ documentPath }),
          );
    return context.json(await madeView(ownerId, { consent }), isNew ? 201 : 200);
  });

  api.openapi(importRecord, async (context) => {
    const { ownerId } = context.get("caller");
    const { signal } = context.req.raw;
    const record = context.req.valid("json");
    await keepEvidence(record, ownerId, service, signal);
    const { consent, isNew } = await importConsent(record, roomOf(ownerId, signal));
    return context.json(await madeView(ownerId, { consent }), isNew ? 201 : 200);
  });

  api.openapi(list, async (context) => {
    const { ownerId } = context.get("caller");
    const { limit, cursor, subjectId } = context.req.valid("query");
    const after = cursor === undefined ? undefined : placeOf(cursor, ownerId);
    const entries = (await service.dataOf(ownerId).consents.list())
      .filter(({ consent }) => subjectId === undefined || consent.subject.id === subjectId)
      .map((entry) => ({ entry, place: { createdAt: new Date(entry.consent.createdAt), id: entry.consent.id } }))
      .filter(({ place }) => after === undefined || isBefore(place, after))
      .sort((a, b) => (isBefore(a.place, b.place) ? 1 : -1));
    const page = entries.slice(0, limit);
    const last = entries.length > limit ? page.at(-1) : undefined;
    const consents = await rowsOf(
      page.map(({ entry }) => entry),
      ownerId,
      service,
    );
    return context.json({ consents, ...(last && { nextCursor: cursorAfter(last.place, ownerId) }) }, 200);
  });

  api.openapi(get, async (context) => {
    const { ownerId } = context.get("caller");
    const { id } = context.req.valid("param");
    const entry = await service.dataOf(ownerId).consents.get(id);
    if (entry === undefined) throw notFound("consent");
    const [consent] = await rowsOf([entry], ownerId, service);
    const renders = await rendersUnder(sqlOf(service.database.pool), ownerId, id);
    const { revokedAt, reason } = entry.revocation ?? {};
    return context.json(
      {
        consent: consent!,
        record: entry.consent as unknown as z.infer<typeof consentRecordSchema>,
        ...(revokedAt !== undefined && { revocation: { revokedAt, ...(reason !== undefined && { reason }) } }),
        renders: renders.map((render) => renderView(render, service.publicUrl())),
      },
      200,
    );
  });

  api.openapi(revoke, async (context) => {
    const { ownerId } = context.get("caller");
    const { id: consentId } = context.req.valid("param");
    const { reason, deleteOutputs: deletesOutputs } = context.req.valid("json");
    const order = { ownerId, consentId, deletesOutputs, ...(reason !== undefined && { reason }) };
    return context.json(revokedView(await revokeConsent(order, service), service), 200);
  });
};

async function givenOf(
  { subject, photos, operator, statement, voice, use, channels, expiresAt }: z.infer<typeof newConsentSchema>,
  ownerId: string,
  service: Service,
): Promise<GivenConsent> {
  const photoSha256 = await Promise.all(
    photos.map(async (photo) =>
      "sha256" in photo ? photo.sha256 : (await pictureUpload(ownerId, photo.uploadId, service)).sha256!,
    ),
  );
  return {
    subject: "id" in subject ? subject.id : subject.name,
    photoSha256,
    operator,
    scope: { voice, use, channels },
    ...(statement !== undefined && { statement }),
    ...(expiresAt !== undefined && { expiresAt }),
  };
}

/** Evidence of a record that its owner has uploaded. When the record is refused, nobody names it, and the next sweep removes it. */
async function keepEvidence(record: unknown, ownerId: string, service: Service, signal: AbortSignal): Promise<void> {
  const { evidence } = parseConsent(record);
  const { rows } = await sqlOf(service.database.pool).query<{ id: string }>(
    "select distinct on (sha256) id from understudy.upload where owner_id = $1 and state = 'whole' and sha256 = any($2)",
    [ownerId, evidence.map(({ sha256 }) => sha256)],
  );
  const shelf = service.dataOf(ownerId).evidenceShelf;
  for (const { id } of rows) {
    const upload = await wholeUpload(ownerId, id, service);
    await withUpload(upload, service, signal, async (path) => {
      const { sha256 = "", byteLength, mediaType = "" } = upload;
      await shelf?.put(`${sha256}${extname(path)}`, { path, sha256, byteLength, mediaType }, signal);
    });
  }
}

async function pictureUpload(ownerId: string, id: string, service: Service) {
  const upload = await wholeUpload(ownerId, id, service);
  if (upload.mediaType?.startsWith("image/") === true) return upload;
  throw new UnderstudyError("bad-request", `The upload ${id} is no picture.`);
}

async function rowsOf(entries: readonly ConsentEntry[], ownerId: string, service: Service) {
  const rules = await readRules(service.config.consent, service.dataOf(ownerId), service.now());
  return entries.map((entry) => viewOf(rowOf(entry, stateOf(entry, rules))));
}

function viewOf(row: ConsentRow): z.infer<typeof consentRowSchema> {
  return { ...row, photoSha256: [...row.photoSha256] };
}

function revokedView(
  { consentId, revokedAt, isNew, stoppedRenders, renders, otherLiveConsents }: RevokedConsent,
  service: Service,
): z.infer<typeof revokedSchema> {
  return {
    id: consentId,
    revokedAt,
    isNew,
    stoppedRenders: [...stoppedRenders],
    renders: renders.map((render) => renderView(render, service.publicUrl())),
    otherLiveConsents: otherLiveConsents.map((other) => other.consentId),
  };
}

type Place = Parameters<typeof cursorAfter>[0];

/** Whether a place comes later in a list that has the newest first. */
function isBefore(a: Place, b: Place): boolean {
  const gap = a.createdAt.getTime() - b.createdAt.getTime();
  return gap < 0 || (gap === 0 && a.id < b.id);
}
