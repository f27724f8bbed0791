import { newRenderId, UnderstudyError } from "@understudy/render";
import { transaction, sqlOf, type Database, type Sql } from "#postgres/database.js";
import { listen } from "#postgres/listen.js";
import type { BeginOutcome, NewRender, OnEnd, RenderChange, RenderList, RunToken } from "./render-list.js";
import { eventOf, renderOf, type EventRow, type RenderRow } from "./render-rows.js";
import type { OrderedMember } from "./render-order.js";
import { hasEnded, type RenderEvent, type RenderPerson, type ServiceRender } from "./service-render.js";

/** What the list works with. */
export interface RenderListOptions {
  readonly database: Pick<Database, "pool" | "connection">;
  now(): Date;
  /** Default: nobody is told. */
  readonly onEnd?: OnEnd;
}

const channel = "understudy_render";

/** The renders of the service in PostgreSQL. News of them goes by NOTIFY to every process that has such a list open. */
export async function openRenderList({ database, now, onEnd }: RenderListOptions): Promise<RenderList> {
  const { pool } = database;
  const listeners = new Set<(change: RenderChange) => void>();
  const tell = (change: RenderChange): void => listeners.forEach((listener) => listener(change));
  const unlisten = await listen(database.connection, channel, {
    onNews: (text) => tell(changeOf(text)),
    onGap: () => tell({ kind: "resync" }),
  });
  const one = async (sql: Sql, text: string, values: readonly unknown[]): Promise<ServiceRender | undefined> => {
    const [row] = (await sql.query<RenderRow>(text, values)).rows;
    return row === undefined ? undefined : renderOf(row);
  };
  const locked = (sql: Sql, ownerId: string, id: string) =>
    one(sql, "select * from understudy.render where id = $1 and owner_id = $2 for update", [id, ownerId]);
  const addEvent = (sql: Sql, id: string, kind: RenderEvent["kind"], data: RenderEvent["data"]) =>
    sql.query(
      `with next as (update understudy.render set event_sequence = event_sequence + 1 where id = $1 returning event_sequence),
            added as (insert into understudy.render_event (render_id, sequence, kind, data, at)
                      select $1, event_sequence, $2, $3, $4 from next)
       select pg_notify('${channel}', 'event ' || $1)`,
      [id, kind, JSON.stringify(data), now()],
    );
  const ended = async (sql: Sql, render: ServiceRender, data: RenderEvent["data"]): Promise<void> => {
    await addEvent(sql, render.id, render.state as RenderEvent["kind"], data);
    await onEnd?.(sql, render);
  };
  const cancelled = async (sql: Sql, id: string): Promise<ServiceRender> => {
    const render = await one(
      sql,
      "update understudy.render set state = 'cancelled', ended_at = $2, progress = null where id = $1 returning *",
      [id, now()],
    );
    await ended(sql, render!, {});
    return render!;
  };

  const createIn: RenderList["createIn"] = async (sql, { order, priority, forkedFrom, idempotency }, caller) => {
    if (idempotency !== undefined) {
      // Two of the same request wait for each other here: neither would see the other's row.
      await sql.query("select pg_advisory_xact_lock(hashtextextended($1, 0))", [
        `${caller.ownerId} ${idempotency.key}`,
      ]);
      const earlier = await recall(sql, caller.ownerId, idempotency);
      if (earlier !== undefined) return { render: earlier, isNew: false };
    }
    const id = newRenderId();
    const render = await one(
      sql,
      `insert into understudy.render (id, owner_id, api_key_id, state, wish, priority, consent_id, other_people, forked_from, created_at, queued_at)
       values ($1, $2, $3, 'queued', $4, $5, $6, $7, $8, $9, $9) returning *`,
      [
        id,
        caller.ownerId,
        caller.keyId,
        JSON.stringify(order),
        priority,
        order.consent.kind === "record" ? order.consent.consentId : null,
        JSON.stringify(namedPeople(order.others ?? [])),
        forkedFrom ?? null,
        now(),
      ],
    );
    if (idempotency !== undefined) {
      await sql.query(
        "insert into understudy.idempotency_key (owner_id, key, request_sha256, render_id, created_at) values ($1, $2, $3, $4, $5)",
        [caller.ownerId, idempotency.key, idempotency.requestSha256, id, now()],
      );
    }
    await addEvent(sql, id, "queued", {});
    return { render: { ...render!, eventSequence: 1 }, isNew: true };
  };

  const cancelIn: RenderList["cancelIn"] = async (sql, ownerId, id) => {
    const render = await locked(sql, ownerId, id);
    if (render === undefined || hasEnded(render)) return render;
    if (render.state === "queued") return cancelled(sql, id);
    const told = await one(
      sql,
      "update understudy.render set cancel_requested_at = coalesce(cancel_requested_at, $2) where id = $1 returning *",
      [id, now()],
    );
    await sql.query(`select pg_notify('${channel}', 'cancel ' || $1)`, [id]);
    return told;
  };

  return {
    create: (wish, caller) => transaction(pool, (sql) => createIn(sql, wish, caller)),

    createIn,

    recall: (ownerId, request) => recall(sqlOf(pool), ownerId, request),

    get: (ownerId, id) =>
      one(sqlOf(pool), "select * from understudy.render where id = $1 and owner_id = $2", [id, ownerId]),

    async list(ownerId, { limit, after, state, consentId }) {
      const { rows } = await sqlOf(pool).query<RenderRow>(
        `select * from understudy.render
         where owner_id = $1 and ($2::timestamptz is null or (created_at, id) < ($2, $3))
           and ($4::text is null or state = $4) and ($5::text is null or consent_id = $5
             or other_people @> jsonb_build_array(jsonb_build_object('consentId', $5::text)))
         order by created_at desc, id desc limit $6`,
        [ownerId, after?.createdAt ?? null, after?.id ?? "", state ?? null, consentId ?? null, limit],
      );
      return rows.map(renderOf);
    },

    begin: (renderId, run, runnerId, maxAttempts) =>
      transaction(pool, async (sql): Promise<BeginOutcome> => {
        const render = await one(sql, "select * from understudy.render where id = $1 for update", [renderId]);
        if (render === undefined || render.run !== run || hasEnded(render)) return { kind: "over" };
        if (render.cancelRequestedAt !== undefined) {
          await cancelled(sql, renderId);
          return { kind: "over" };
        }
        const begun = await one(
          sql,
          `update understudy.render set state = 'running', attempt = attempt + 1, runner_id = $2, started_at = coalesce(started_at, $3),
             deadline_at = coalesce(deadline_at, $3::timestamptz + make_interval(secs => (wish->>'deadlineSeconds')::float8))
           where id = $1 returning *`,
          [renderId, runnerId, now()],
        );
        const token = { renderId, run, attempt: begun!.attempt };
        if (begun!.attempt > maxAttempts) return { kind: "poisonous", render: begun!, token };
        await addEvent(sql, renderId, begun!.attempt === 1 ? "started" : "resumed", { attempt: begun!.attempt });
        return { kind: "begun", render: begun!, token };
      }),

    note: (token, { progress, estimate, consentId, subjectId, otherPeople }, event) =>
      transaction(pool, async (sql) => {
        const { rowCount } = await sql.query(
          `update understudy.render set progress = coalesce($4, progress), estimate = coalesce($5, estimate),
             consent_id = coalesce($6, consent_id), subject_id = coalesce($7, subject_id),
             other_people = coalesce($8, other_people)
           where ${isNewest}`,
          [
            ...valuesOf(token),
            textOrNull(progress),
            textOrNull(estimate),
            consentId ?? null,
            subjectId ?? null,
            textOrNull(otherPeople),
          ],
        );
        if (rowCount !== 1) return false;
        if (event !== undefined) await addEvent(sql, token.renderId, event.kind, event.data);
        return true;
      }),

    end: (token, outcome) =>
      transaction(pool, async (sql) => {
        const render = await one(
          sql,
          `update understudy.render set state = $4, ended_at = $5, progress = null, cost = coalesce($6, cost), error = $7,
             result = $8, manifest = $9
           where ${isNewest} returning *`,
          [
            ...valuesOf(token),
            outcome.state,
            now(),
            textOrNull(outcome.cost),
            textOrNull(outcome.state === "failed" ? outcome.error : undefined),
            textOrNull(outcome.state === "finished" ? outcome.files : undefined),
            textOrNull(outcome.state === "finished" ? outcome.manifest : undefined),
          ],
        );
        if (render === undefined) return false;
        await ended(sql, render, endData(render));
        return true;
      }),

    async release(token) {
      await sqlOf(pool).query(
        `update understudy.render set attempt = attempt - 1, runner_id = null where ${isNewest}`,
        [...valuesOf(token)],
      );
    },

    cancel: (ownerId, id) => transaction(pool, (sql) => cancelIn(sql, ownerId, id)),

    cancelIn,

    retry: (ownerId, id) =>
      transaction(pool, async (sql) => {
        const render = await locked(sql, ownerId, id);
        if (render === undefined) return undefined;
        if (render.state !== "failed" && render.state !== "cancelled") {
          throw new UnderstudyError("not-retryable", `The render is ${render.state}.`);
        }
        const queued = await one(
          sql,
          `update understudy.render set state = 'queued', run = run + 1, attempt = 0, queued_at = $2, started_at = null, ended_at = null,
             deadline_at = null, cancel_requested_at = null, error = null, progress = null, runner_id = null,
             inputs_removed_at = null
           where id = $1 returning *`,
          [id, now()],
        );
        await addEvent(sql, id, "queued", { run: queued!.run });
        return { ...queued!, eventSequence: queued!.eventSequence + 1 };
      }),

    async events(id, afterSequence, limit) {
      const { rows } = await sqlOf(pool).query<EventRow>(
        "select * from understudy.render_event where render_id = $1 and sequence > $2 order by sequence limit $3",
        [id, afterSequence, limit],
      );
      return rows.map(eventOf);
    },

    async listWaiting(olderThan, limit) {
      const { rows } = await sqlOf(pool).query<RenderRow>(
        "select * from understudy.render where state = 'queued' and queued_at < $1 order by queued_at limit $2",
        [olderThan, limit],
      );
      return rows.map(renderOf);
    },

    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },

    async close() {
      listeners.clear();
      await unlisten();
    },
  };
}

async function recall(
  sql: Sql,
  ownerId: string,
  { key, requestSha256 }: NonNullable<NewRender["idempotency"]>,
): Promise<ServiceRender | undefined> {
  const { rows } = await sql.query<RenderRow & { readonly request_sha256: Buffer }>(
    `select render.*, request.request_sha256 from understudy.idempotency_key request
     join understudy.render on render.id = request.render_id where request.owner_id = $1 and request.key = $2`,
    [ownerId, key],
  );
  const [row] = rows;
  if (row === undefined) return undefined;
  if (row.request_sha256.equals(requestSha256)) return renderOf(row);
  throw new UnderstudyError("idempotency-mismatch", "This Idempotency-Key was sent before with another request.");
}

/** Only the newest attempt of a run that is not over; its values are $1 to $3. */
const isNewest = "id = $1 and run = $2 and attempt = $3 and state = 'running'";

function valuesOf({ renderId, run, attempt }: RunToken): readonly unknown[] {
  return [renderId, run, attempt];
}

/** Those who are named by a record are found by it before anybody decided about them. */
function namedPeople(members: readonly OrderedMember[]): readonly RenderPerson[] {
  return members.map(({ consent }) => (consent.kind === "record" ? { consentId: consent.consentId } : {}));
}

function textOrNull(value: unknown): string | null {
  return value === undefined ? null : JSON.stringify(value);
}

/** What the last event tells; nobody needs a second request for it. */
function endData({ error, cost }: ServiceRender): RenderEvent["data"] {
  return {
    ...(error !== undefined && { error }),
    ...(cost !== undefined && { cost }),
  };
}

function changeOf(text: string): RenderChange {
  const [kind, renderId = ""] = text.split(" ");
  return kind === "cancel" ? { kind, renderId } : { kind: "event", renderId };
}
