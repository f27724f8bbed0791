import type { ConsentEntry } from "@understudy/render";
import { sqlOf } from "#postgres/database.js";
import { shownAs, type RenderRecord } from "#records/render-records.js";
import { renderPrefix } from "#renders/render-keys.js";
import type { ServiceRender } from "#renders/service-render.js";
import { rendersOf } from "./find-renders.js";
import type { PeopleDesk } from "./people-desk.js";

/** All that the service keeps of one person of an owner. */
export interface Person {
  readonly ownerId: string;
  readonly subjectId: string;
  readonly consents: readonly ConsentEntry[];
  /** Newest first. */
  readonly renders: readonly ServiceRender[];
  /** Uploads with the bytes of one of their photos, of what they signed, or of what was made of them; and voices of their renders. */
  readonly uploadIds: readonly string[];
  /** Recordings and signed documents of theirs, by their names on the shelf. */
  readonly evidence: readonly string[];
  /** Renders that the artifact store may hold something of. */
  readonly renderIds: readonly string[];
  /** What lies there besides what was delivered. */
  readonly workKeys: readonly string[];
}

/** Looks for everything of a person; their records lead to all of it. */
export async function findPerson(ownerId: string, subjectId: string, desk: PeopleDesk): Promise<Person> {
  const sql = sqlOf(desk.database.pool);
  const data = desk.dataOf(ownerId);
  const all = await data.consents.list();
  const consents = all.filter(({ consent }) => consent.subject.id === subjectId);
  const records = (await data.renders.list()).filter((record) => shownAs(record, subjectId).length > 0);
  const photoSha256 = [
    ...consents.flatMap(({ consent }) => consent.photoSha256),
    ...records
      .flatMap((record) => shownAs(record, subjectId))
      .flatMap(({ faces }) => faces.map(({ sha256 }) => sha256)),
  ];
  const renders = await rendersOf(sql, ownerId, {
    subjectId,
    consentIds: consents.map(({ consent }) => consent.id),
    renderIds: records.map(({ renderId }) => renderId),
    photoSha256,
  });
  const evidenceSha256 = evidenceOf(consents, all);
  const uploads = await sql.query<{ id: string }>(
    // A voice that speaks for somebody else as well stays.
    `select id from understudy.upload where owner_id = $1 and (sha256 = any($2) or (id = any($3) and not exists (
       select from understudy.render where owner_id = $1 and id <> all($4)
         and wish->'speech'->'sample'->'recording'->>'uploadId' = upload.id))) order by id`,
    [
      ownerId,
      [...photoSha256, ...evidenceSha256, ...records.flatMap(outputsOf), ...renders.flatMap(filesOf)],
      renders.flatMap(voiceUploadsOf),
      renders.map(({ id }) => id),
    ],
  );
  const shelf = (await data.evidenceShelf?.names()) ?? [];
  const renderIds = [...new Set([...renders.map(({ id }) => id), ...records.map(({ renderId }) => renderId)])];
  const delivered = new Set(records.flatMap(deliveredKeys));
  const keys = await Promise.all(renderIds.map((id) => desk.artifacts.list(renderPrefix(id))));
  return {
    ownerId,
    subjectId,
    consents,
    renders,
    uploadIds: uploads.rows.map(({ id }) => id),
    evidence: shelf.filter((name) => evidenceSha256.includes(name.slice(0, 64))),
    renderIds,
    workKeys: keys.flat().filter((key) => !delivered.has(key)),
  };
}

/** What another person's record names as well stays: it is not this person's alone. */
function evidenceOf(consents: readonly ConsentEntry[], all: readonly ConsentEntry[]): string[] {
  const hashesOf = (entries: readonly ConsentEntry[]) =>
    entries.flatMap(({ consent }) => consent.evidence.map(({ sha256 }) => sha256));
  const shared = new Set(hashesOf(all.filter((entry) => !consents.includes(entry))));
  return hashesOf(consents).filter((sha256) => !shared.has(sha256));
}

function outputsOf({ outputs }: RenderRecord): string[] {
  return outputs.map(({ sha256 }) => sha256);
}

function filesOf({ files = [] }: ServiceRender): string[] {
  return files.map(({ sha256 }) => sha256);
}

function voiceUploadsOf({ order }: ServiceRender): string[] {
  const recording = order.speech?.sample?.recording;
  return recording?.kind === "upload" ? [recording.uploadId] : [];
}

/** What an erasure of the records finds and removes by itself. */
function deliveredKeys({ state, published = [] }: RenderRecord): string[] {
  return state === "finished" ? published.map(({ key }) => key) : [];
}
