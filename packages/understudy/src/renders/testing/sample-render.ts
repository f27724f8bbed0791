import type { Caller } from "#access/caller.js";
import { scopes } from "#access/caller.js";
import { sqlOf, type Database } from "#postgres/database.js";
import type { RenderOrder } from "#renders/render-order.js";

/** A caller whose key is in the database, so that renders may name it. */
export async function seedCaller({ pool }: Pick<Database, "pool">, number = 1): Promise<Caller> {
  const digits = number.toString(16).padStart(16, "0");
  const [keyId, ownerId] = [`key_${digits}`, `owner_${digits}`];
  await sqlOf(pool).query(
    `insert into understudy.api_key (id, owner_id, name, scopes, key_sha256, created_at) values ($1, $2, 'test', $3, sha256($4), $5)
     on conflict do nothing`,
    [keyId, ownerId, scopes, Buffer.from(keyId), new Date(0)],
  );
  return { keyId, ownerId, scopes, requestsPerMinute: 1_000_000, rendersAtOnce: 10 };
}

/** What a sample render asks for. */
export function sampleOrder(parts: Partial<RenderOrder> = {}): RenderOrder {
  return {
    source: { kind: "url", url: "https://videos.example/ad.mp4" },
    faces: [{ kind: "url", url: "https://photos.example/jo.jpg" }],
    label: { kind: "on" },
    stitch: "smart",
    allowMissingFace: false,
    consent: { kind: "attested", operator: "Sam" },
    name: "ad",
    metadata: {},
    deadlineSeconds: 900,
    ...parts,
  };
}

/** A file in a row of a connected table in Airtable. */
export const sampleAttachment = {
  kind: "airtable",
  connectionId: "airtable_0000000000000001",
  recordId: "recAAAAAAAAAAAAAA",
  fieldId: "fldAAAAAAAAAAAAAA",
  attachmentId: "attAAAAAAAAAAAAAA",
} as const;
