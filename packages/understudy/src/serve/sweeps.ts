import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Config } from "#config/index.js";
import type { ResultLinks } from "#links/result-links.js";
import { sqlOf, transaction, type Database } from "#postgres/database.js";
import type { DataFolder } from "#records/data-folder.js";
import { isAbandoned } from "#records/staging-folder.js";
import { applyRetention } from "#retention/apply-retention.js";
import { renderKeys, renderPrefix } from "#renders/render-keys.js";
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
 * @param isThorough also looks for files of renders that are not listed.
 */
export async function sweepOnce(services: SweepServices, isThorough: boolean): Promise<void> {
  await removeAbandonedWork(services.workFolder);
  const { database } = services;
  await transaction(database.pool, async (sql) => {
    const turn = await sql.query<{ isOurs: boolean }>(
      `select pg_try_advisory_xact_lock(hashtext('understudy.sweep')) as "isOurs"`,
    );
    if (turn.rows[0]?.isOurs !== true) return;
    await sweepShared(services);
    if (isThorough) await sweepUnlisted(services);
  });
}

async function sweepShared(services: SweepServices): Promise<void> {
  const now = services.now();
  await sweepInputs(services, now);
  await sweepOutputs(services, now);
  await sweepPeople(services, now);
  await sqlOf(services.database.pool).query("delete from understudy.idempotency_key where created_at < $1", [
    daysBefore(now, 1),
  ]);
  for (const sweep of services.others) await sweep(now);
}

/** Inputs, what children made, and drawn faces: of use to a retry or a fork until their days are over. */
async function sweepInputs({ config, database, artifacts }: SweepServices, now: Date): Promise<void> {
  const sql = sqlOf(database.pool);
  const { rows } = await sql.query<{ id: string }>(
    "select id from understudy.render where ended_at < $1 and inputs_removed_at is null order by ended_at limit $2",
    [daysBefore(now, config.retention.inputDays), atOnce],
  );
  for (const { id } of rows) {
    for (const prefix of [renderKeys.inputs(id), renderKeys.work(id), renderKeys.faces(id)]) {
      await artifacts.removeAll(prefix);
    }
    await sql.query("update understudy.render set inputs_removed_at = $2 where id = $1", [id, now]);
  }
}

async function sweepOutputs({ config, database, artifacts, links }: SweepServices, now: Date): Promise<void> {
  if (config.retention.outputDays === 0) return;
  const { rows } = await sqlOf(database.pool).query<{ id: string }>(
    `select id from understudy.render where state = 'finished' and ended_at < $1 and outputs_removed_at is null
     order by ended_at limit $2`,
    [daysBefore(now, config.retention.outputDays), atOnce],
  );
  for (const { id } of rows) {
    // The link first: it must not lead to half of what there was.
    await transaction(database.pool, async (sql) => {
      await links.revoke(sql, id);
      await sql.query("update understudy.render set outputs_removed_at = $2 where id = $1", [id, now]);
    });
    await artifacts.removeAll(renderKeys.outputs(id));
  }
}

/** What a runner wrote that did not know yet that its render had been erased. */
async function sweepUnlisted({ database, artifacts }: SweepServices): Promise<void> {
  const keys = await artifacts.list("renders/");
  const ids = [...new Set(keys.map((key) => key.split("/")[1]!))];
  const { rows } = await sqlOf(database.pool).query<{ id: string }>(
    "select id from unnest($1::text[]) as id where not exists (select from understudy.render where render.id = id.id)",
    [ids],
  );
  for (const { id } of rows) await artifacts.removeAll(renderPrefix(id));
}

/** Consents whose days after their end are over, with their evidence. */
async function sweepPeople({ config, database, dataOf }: SweepServices, now: Date): Promise<void> {
  const { rows } = await sqlOf(database.pool).query<{ owner_id: string }>(
    "select distinct owner_id from understudy.consent",
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
