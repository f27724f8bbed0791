import { randomBytes } from "node:crypto";
import { UnderstudyError } from "@understudy/render";
import type { Pool } from "pg";
import { sqlOf, transaction, type Sql } from "#postgres/database.js";
import type { Caller } from "./caller.js";
import { holdsAt, type ApiKey, type KeyList } from "./key-list.js";
import { insertKey, keyColumns, keyOf, type KeyDefaults, type KeyRow } from "./key-rows.js";
import { assertCanBeKey, canBeKey, keySha256, newKeySecret } from "./key-secret.js";

/** What the list of keys works with. */
export interface KeyListOptions {
  readonly pool: Pool;
  readonly now: () => Date;
  readonly defaults: KeyDefaults;
}

/** How long a process may go by what it read of a key; a revocation holds everywhere within this time. */
const freshMs = 1_000;

/** `last_used_at` is written no more often than this. */
const useNoteMs = 60_000;

/** What was read of a key, and when. */
interface Sighting {
  readonly readAt: number;
  readonly key: Promise<ApiKey | undefined>;
  notedAt: number;
}

/**
 * The keys in PostgreSQL. A key is found by its SHA-256: what the time of the look-up could tell is where the hash of a guess
 * stands among other hashes, which helps nobody to a key of 192 random bits, so nothing here takes constant time.
 */
export function createKeyList({ pool, now, defaults }: KeyListOptions): KeyList {
  const sql = sqlOf(pool);
  const sightings = new Map<string, Sighting>();

  /** Requests that arrive together share one look; what is unknown is not remembered, so guesses take no memory. */
  function sight(secret: string, at: number): Sighting {
    const sha256 = keySha256(secret);
    const name = sha256.toString("hex");
    const known = sightings.get(name);
    // A clock that was set back makes an age negative.
    if (known !== undefined && at >= known.readAt && at - known.readAt < freshMs) return known;
    const key = readKey(sql, "key_sha256", sha256).then((row) => row && keyOf(row, defaults));
    const sighting = { readAt: at, key, notedAt: known?.notedAt ?? 0 };
    sightings.set(name, sighting);
    const forget = (): void => void (sightings.get(name) === sighting && sightings.delete(name));
    key.then((found) => found ?? forget(), forget);
    return sighting;
  }

  async function noteUse(sighting: Sighting, { keyId, lastUsedAt }: ApiKey, at: Date): Promise<void> {
    const last = Math.max(sighting.notedAt, lastUsedAt?.getTime() ?? 0);
    if (at.getTime() - last < useNoteMs) return;
    sighting.notedAt = at.getTime();
    // Another process may have noted it meanwhile.
    await sql.query(
      "update understudy.api_key set last_used_at = $2 where id = $1 and (last_used_at is null or last_used_at <= $3)",
      [keyId, at, new Date(at.getTime() - useNoteMs)],
    );
  }

  const made = (row: KeyRow, secret: string) => ({ key: keyOf(row, defaults), secret });

  return {
    async create(wish, chosen) {
      if (chosen !== undefined) assertCanBeKey(chosen);
      const createdAt = now();
      if (wish.expiresAt !== undefined && wish.expiresAt <= createdAt) throw endedBefore();
      const secret = chosen ?? newKeySecret();
      const sha256 = keySha256(secret);
      const row = {
        id: newId("key"),
        owner_id: wish.ownerId ?? newId("owner"),
        name: wish.name,
        scopes: wish.scopes,
        requests_per_minute: wish.requestsPerMinute ?? null,
        renders_at_once: wish.rendersAtOnce ?? null,
        created_at: createdAt,
        expires_at: wish.expiresAt ?? null,
        rotated_from: null,
      };
      const listed = (await insertKey(sql, row, sha256)) ?? (await readKey(sql, "key_sha256", sha256));
      if (listed === undefined || !holdsAt(keyOf(listed, defaults), createdAt)) throw heldBefore();
      return made(listed, secret);
    },

    async find(secret) {
      if (!canBeKey(secret)) return undefined;
      const at = now();
      const sighting = sight(secret, at.getTime());
      const key = await sighting.key;
      if (key === undefined || !holdsAt(key, at)) return undefined;
      await noteUse(sighting, key, at);
      return callerOf(key);
    },

    async get(keyId) {
      const row = await readKey(sql, "id", keyId);
      return row && keyOf(row, defaults);
    },

    async list(ownerId) {
      const { rows } = await sql.query<KeyRow>(
        `select ${keyColumns} from understudy.api_key where owner_id = $1 order by created_at, id`,
        [ownerId],
      );
      return rows.map((row) => keyOf(row, defaults));
    },

    async listAll() {
      const { rows } = await sql.query<KeyRow>(
        `select ${keyColumns} from understudy.api_key order by owner_id, created_at, id`,
      );
      return rows.map((row) => keyOf(row, defaults));
    },

    async revoke(ownerId, keyId) {
      const { rowCount } = await sql.query(
        "update understudy.api_key set revoked_at = least(revoked_at, $3) where owner_id = $1 and id = $2",
        [ownerId, keyId, now()],
      );
      sightings.clear();
      return rowCount === 1;
    },

    async rotate(ownerId, keyId, graceSeconds) {
      const at = now();
      const secret = newKeySecret();
      const successor = await transaction(pool, async (sql) => {
        const old = await readKey(sql, "id", keyId, "for update");
        if (old === undefined || old.owner_id !== ownerId || !holdsAt(keyOf(old, defaults), at)) return undefined;
        await sql.query("update understudy.api_key set revoked_at = least(revoked_at, $2) where id = $1", [
          keyId,
          new Date(at.getTime() + graceSeconds * 1000),
        ]);
        return insertKey(sql, { ...old, id: newId("key"), created_at: at, rotated_from: keyId }, keySha256(secret));
      });
      sightings.clear();
      return successor && made(successor, secret);
    },
  };
}

async function readKey(
  sql: Sql,
  column: "id" | "key_sha256",
  value: string | Buffer,
  lock: "for update" | "" = "",
): Promise<KeyRow | undefined> {
  const { rows } = await sql.query<KeyRow>(
    `select ${keyColumns} from understudy.api_key where ${column} = $1 ${lock}`,
    [value],
  );
  return rows[0];
}

function callerOf({ ownerId, keyId, scopes, requestsPerMinute, rendersAtOnce }: ApiKey): Caller {
  return { ownerId, keyId, scopes, requestsPerMinute, rendersAtOnce };
}

function endedBefore(): UnderstudyError {
  return new UnderstudyError("bad-usage", "A key cannot expire before it is made.", { hint: "Give a time to come." });
}

function heldBefore(): UnderstudyError {
  return new UnderstudyError("bad-usage", "This key was listed before, and was revoked or has expired.", {
    hint: "Choose another key; one that was revoked stays so.",
  });
}

function newId(kind: "key" | "owner"): string {
  return `${kind}_${randomBytes(8).toString("hex")}`;
}
