import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Config } from "#config/index.js";
import type { ResultLinks } from "#links/result-links.js";
import { sqlOf, transaction, type Database } from "#postgres/database.js";
import type { DataFolder } from "#records/data-folder.js";
import { isAbandoned } from "#records/staging-folder.js";
import { notePublishedRemoved } from "#records/published.js";
import { applyRetention } from "#retention/apply-retention.js";
import { renderKeys } from "#renders/render-keys.js";
import { manifestWithoutWords, wishWithoutWords } from "#renders/order-words.js";
import { removeUndelivered } from "#renders/remove-undelivered.js";
import type { ResultFile } from "#renders/service-render.js";
import type { ArtifactStore } from "#storage/artifact-store.js";
import type { ServiceLog } from "./service-log.js";

/** What is swept, and with what. */
export interface SweepServices {
  readonly config: Pick<Config, "retention">;
  readonly database: Pick<Database, "pool">;
  readonly artifacts: ArtifactStore;
  readonly links: Pick<ResultLinks, "revoke">;
  readonly log: ServiceLog;
  readonly workFolder: string;
  dataOf(ownerId: string): DataFolder;
  now(): Date;
  /** What other parts keep for a time: uploads, webhook messages, jobs. */
  readonly others: readonly ((now: Date) => Promise<unknown>)[];
}

/** A sweep costs a few queries when there is nothing to remove. */
const everyMs = 60_000;

/** Sweeps between two looks through the whole store. */
const aDay = 1_440;

/** Renders that one sweep takes; the next one goes on. */
const atOnce = 200;

/** Removes what has been kept long enough, now and every minute. @returns what ends that. */
export function startSweeps(services: SweepServices): () => Promise<void> {
  const stop = new AbortController();
  const loop = async (): Promise<void> => {
    for (let number = 0; !stop.signal.aborted; number++) {
      await sweepOnce(services, number % aDay === 0).catch((error: unknown) =>
        services.log.warn({ error }, "sweep failed; the next one tries again"),
      );
      await sleep(everyMs, undefined, { signal: stop.signal, ref: false }).catch(() => undefined);
    }
  };
  const done = loop();
  return async () => {
    stop.abort();
    await done;
  };
}

/**
 * One sweep; the work folder is this machine's own, everything else is one process's turn at a time.
 * @param isThorough also looks for files of renders and uploads that are not listed.
 */
export async function sweepOnce(services: SweepServices, isThorough: boolean): Promise<void> {
  await removeAbandonedWork(services.workFolder);
  const { database } = services;
  await transaction(database.pool, async (sql) => {
    const turn = await sql.query<{ isOurs: boolean }>(
      `select pg_try_advisory_xact_lock(hashtext('understudy.sweep')) as "isOurs"`,
    );
    if (turn.rows[0]?.isOurs !== true) return;
    await all([...sharedSweeps(services), ...(isThorough ? unlistedSweeps(services) : [])]);
  });
}

function sharedSweeps(services: SweepServices): (() => Promise<unknown>)[] {
  const now = services.now();
  return [
    () => sweepInputs(services, now),
    () => sweepOutputs(services, now),
    () => sweepPeople(services, now),
    () =>
      sqlOf(services.database.pool).query("delete from understudy.idempotency_key where created_at < $1", [
        daysBefore(now, 1),
      ]),
    ...services.others.map((sweep) => () => sweep(now)),
  ];
}

/** Does them one by one: what cannot be removed does not keep what comes behind it. @throws the first failure, at the end. */
async function all(parts: readonly (() => Promise<unknown>)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const part of parts) await part().catch((thrown: unknown) => failures.push(thrown));
  if (failures.length > 0) throw failures[0];
}

/** Inputs with the words among them, what children made, and drawn faces: of use to a retry or a fork until their days are over. */
async function sweepInputs({ config, database, artifacts }: SweepServices, now: Date): Promise<void> {
  const before = daysBefore(now, config.retention.inputDays);
  const { rows } = await sqlOf(database.pool).query<{ id: string }>(
    `select id from understudy.render where ${isPastItsDays} order by ended_at limit $2`,
    [before, atOnce],
  );
  const sweepOf = (id: string) => (): Promise<void> =>
    transaction(database.pool, async (sql) => {
      // A retry waits until all is gone, and brings its own.
      const { rows: locked } = await sql.query<{ result: readonly ResultFile[] | null }>(
        `select result from understudy.render where ${isPastItsDays} and id = $2 for update`,
        [before, id],
      );
      if (locked[0] === undefined) return;
      for (const prefix of [renderKeys.inputs(id), renderKeys.work(id), renderKeys.faces(id)]) {
        await artifacts.removeAll(prefix);
      }
      await removeUndelivered(renderKeys.outputs(id), locked[0].result ?? [], artifacts);
      await sql.query("delete from understudy.kept_child where render_id = $1", [id]);
      await sql.query(`update understudy.render set inputs_removed_at = $2, wish = ${wishWithoutWords} where id = $1`, [
        id,
        now,
      ]);
    });
  await all(rows.map(({ id }) => sweepOf(id)));
}

const isPastItsDays = "ended_at < $1 and inputs_removed_at is null";

async function sweepOutputs(services: SweepServices, now: Date): Promise<void> {
  const { config, database, artifacts, links, dataOf } = services;
  if (config.retention.outputDays === 0) return;
  const { rows } = await sqlOf(database.pool).query<{ id: string; owner_id: string }>(
    `select id, owner_id from understudy.render where state = 'finished' and ended_at < $1 and outputs_removed_at is null
     order by ended_at limit $2`,
    [daysBefore(now, config.retention.outputDays), atOnce],
  );
  const sweepOf = (id: string, ownerId: string) => async (): Promise<void> => {
    // The link first, which must not lead to half of what there was; the note last, so that a crash leaves it to the next sweep.
    await transaction(database.pool, (sql) => links.revoke(sql, id));
    await artifacts.removeAll(renderKeys.outputs(id));
    const { renders } = dataOf(ownerId);
    const record = await renders.get(id);
    if (record !== undefined) await notePublishedRemoved(record, renders, now);
    await sqlOf(database.pool).query(
      `update understudy.render set outputs_removed_at = $2, manifest = ${manifestWithoutWords} where id = $1`,
      [id, now],
    );
  };
  await all(rows.map(({ id, owner_id: ownerId }) => sweepOf(id, ownerId)));
}

/** What a runner wrote that did not know yet that its render had been erased, and what came of an upload that was removed meanwhile. */
function unlistedSweeps(services: SweepServices): (() => Promise<void>)[] {
  return (["render", "upload"] as const).map((table) => () => sweepUnlisted(services, table));
}

/** A row is there before the first file, so a file without one is nobody's. */
async function sweepUnlisted({ database, artifacts }: SweepServices, table: "render" | "upload"): Promise<void> {
  const keys = await artifacts.list(`${table}s/`);
  const ids = [...new Set(keys.map((key) => key.split("/")[1]!))];
  const { rows } = await sqlOf(database.pool).query<{ id: string }>(
    `select id from unnest($1::text[]) as id where not exists (select from understudy.${table} listed where listed.id = id.id)`,
    [ids],
  );
  for (const { id } of rows) await artifacts.removeAll(`${table}s/${id}/`);
}

/** Consents whose days after their end are over, with their evidence; and render records that lead to nothing any more. */
async function sweepPeople({ config, database, dataOf }: SweepServices, now: Date): Promise<void> {
  const { rows } = await sqlOf(database.pool).query<{ owner_id: string }>(
    "select owner_id from understudy.consent union select owner_id from understudy.render_record",
  );
  const retention = { outputDays: 0, evidenceDays: config.retention.evidenceDays };
  for (const { owner_id: ownerId } of rows) await applyRetention({ retention, data: dataOf(ownerId), now });
}

/** A killed runner's folders; those of a live one name it. */
async function removeAbandonedWork(workFolder: string): Promise<void> {
  for (const name of await readdir(workFolder).catch(() => [])) {
    const path = join(workFolder, name);
    if ((await isAbandoned(path)) === true) await rm(path, { recursive: true, force: true });
  }
}

function daysBefore(now: Date, days: number): Date {
  return new Date(now.getTime() - days * 86_400_000);
}
