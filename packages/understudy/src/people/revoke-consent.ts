import { takeBack, type TakenBack } from "#consent/index.js";
import { sqlOf, transaction } from "#postgres/database.js";
import { notePublishedRemoved } from "#records/published.js";
import { manifestWithoutWords, wishWithoutWords } from "#renders/order-words.js";
import { renderPrefix } from "#renders/render-keys.js";
import type { ServiceRender } from "#renders/service-render.js";
import { rendersUnder } from "./find-renders.js";
import type { PeopleDesk } from "./people-desk.js";
import { stopRenders } from "./stop-renders.js";
import { tellOnce } from "./tell-once.js";

/** A consent to take back. */
export interface RevokeOrder {
  readonly ownerId: string;
  readonly consentId: string;
  /** Who notes it; default who made the record. */
  readonly revokedBy?: string;
  readonly reason?: string;
  /** Whether what was made under it is removed as well, and its addresses lead nowhere any more. */
  readonly deletesOutputs: boolean;
}

/** What taking a consent back came to. */
export interface RevokedConsent extends Pick<TakenBack, "consentId" | "revokedAt" | "isNew" | "otherLiveConsents"> {
  /** Ids of renders that waited or ran. */
  readonly stoppedRenders: readonly string[];
  /** All renders under it, as they are afterwards; newest first. */
  readonly renders: readonly ServiceRender[];
}

/**
 * Takes a consent back: notes it, stops what waits and runs under it, and says what was made. Safe to repeat; what a crash cut
 * short is done by the next call.
 * @throws UnderstudyError `unknown-consent`.
 */
export async function revokeConsent(order: RevokeOrder, desk: PeopleDesk): Promise<RevokedConsent> {
  const { ownerId, consentId, revokedBy, reason, deletesOutputs } = order;
  const { pool } = desk.database;
  const now = desk.now();
  // First of all: from here on nothing begins, or ends as finished, under it.
  const noted = { consentIds: [consentId], revokedBy, reason, deletesOutputs: false };
  const [taken] = await takeBack(noted, desk.dataOf(ownerId), now);
  const stopped = await stopRenders(await rendersUnder(sqlOf(pool), ownerId, consentId), desk);
  const made = await rendersUnder(sqlOf(pool), ownerId, consentId);
  if (deletesOutputs) {
    for (const render of made) if (render.state === "finished") await removeOutputs(render, desk, now);
  }
  const renders = deletesOutputs ? await rendersUnder(sqlOf(pool), ownerId, consentId) : made;
  const stoppedRenders = stopped.map(({ id }) => id);
  const finishedRenders = renders.filter(({ state }) => state === "finished").map(({ id }) => id);
  const data = { consentId, revokedAt: taken!.revokedAt, stoppedRenders, finishedRenders };
  await transaction(pool, (sql) =>
    tellOnce(sql, desk.webhooks, { ownerId, type: "consent.revoked", data }, { id: consentId, now }),
  );
  const { revokedAt, isNew, otherLiveConsents } = taken!;
  return { consentId, revokedAt, isNew, otherLiveConsents, stoppedRenders, renders };
}

/** The addresses first: from then on nobody is given what is being removed. */
async function removeOutputs(
  { id, ownerId }: ServiceRender,
  { database, links, artifacts, dataOf }: PeopleDesk,
  now: Date,
): Promise<void> {
  await transaction(database.pool, async (sql) => {
    await links.revoke(sql, id);
    await sql.query(
      `update understudy.render set outputs_removed_at = coalesce(outputs_removed_at, $2), inputs_removed_at = coalesce(inputs_removed_at, $2),
         wish = ${wishWithoutWords}, manifest = ${manifestWithoutWords}
       where id = $1`,
      [id, now],
    );
    await sql.query("delete from understudy.kept_child where render_id = $1", [id]);
  });
  await artifacts.removeAll(renderPrefix(id));
  const { renders } = dataOf(ownerId);
  const record = await renders.get(id);
  if (record !== undefined) await notePublishedRemoved(record, renders, now);
}
