import { DBOSClient } from "@dbos-inc/dbos-sdk";
import type { Pool } from "pg";
import { holdLock, sqlOf, transaction, type Database, type Sql } from "#postgres/database.js";
import type { ServiceLog } from "#serve/service-log.js";
import { dbosLogOf } from "./dbos-log.js";
import type { RenderJobTicket } from "./job-engine.js";
import {
  applicationName,
  applicationVersion,
  cancelTopic,
  dbosPriorityOf,
  jobChannel,
  jobNews,
  queueOf,
  runnerQueuePrefix,
  waitingQueues,
  workflowIdOf,
  workflowName,
} from "./job-names.js";

/**
 * Which run waits, and which runner has which. A run is a workflow of DBOS, and the name of the queue it lies in says whose it is:
 * one runner's own, or nobody's. Runs change hands only in `book`, one process at a time, so that no limit is ever exceeded.
 *
 * DBOS's own limits do not fit: they stand in one row per queue for all processes and keys, and partitions are served in random
 * order, whatever their priority. What we read of its table `workflow_status` is documented by DBOS; all changes go through its API.
 */
export interface JobBook {
  /** Safe to repeat: a run that is known, ended or not, is left alone. */
  submit(ticket: RenderJobTicket): Promise<void>;
  /** Those tickets whose runs were never submitted. */
  unknownOf(tickets: readonly RenderJobTicket[]): Promise<readonly RenderJobTicket[]>;
  /** A run that nobody began never begins; one that somebody did is told, in this life or the next, and ends itself. */
  cancel(ticket: Pick<RenderJobTicket, "renderId" | "run">): Promise<void>;
  /**
   * Gives a runner the next runs: highest priority first, then oldest, and no more of a key than its tickets say.
   * @param room runs that it may have beside those in `heldIds`.
   * @returns how many it was given.
   */
  assign(runnerId: string, room: number, heldIds: readonly string[]): Promise<number>;
  /** Lets runs of a runner wait again: all of them, or those. @returns how many. */
  giveBack(runnerId: string, ids?: readonly string[]): Promise<number>;
  /** Of the runs that a runner works on, which were cancelled or taken; and which are its own besides. */
  newsOf(runnerId: string, ids: readonly string[]): Promise<RunNews>;
  /** Runners that have runs but are not at work: taken over, or closed. */
  absentRunners(): Promise<readonly string[]>;
  /** Makes or removes the queue of a runner. */
  openQueue(runnerId: string, pollingMs: number): Promise<void>;
  closeQueue(runnerId: string): Promise<void>;
  /** Tells all runners to look. */
  announce(): Promise<void>;
  /** Forgets runs that ended before. @returns how many. */
  removeEnded(before: Date): Promise<number>;
  close(): Promise<void>;
}

/** What became of runs in work. */
export interface RunNews {
  readonly cancelled: readonly string[];
  readonly taken: readonly string[];
  /** Assigned to it, and not among those that it works on. */
  readonly others: readonly string[];
}

/**
 * Opens the book; the tables of DBOS must be there (`prepareJobTables`).
 * @param dbosPool another than the database's: whoever writes in the book holds a connection of that one meanwhile.
 */
export async function openJobBook({ pool, url }: Database, dbosPool: Pool, log?: ServiceLog): Promise<JobBook> {
  const client = await DBOSClient.create({
    systemDatabaseUrl: url,
    systemDatabasePool: dbosPool,
    applicationName,
    logger: dbosLogOf(log),
  });
  const sql = sqlOf(pool);
  const announce = (news: string = jobNews.look) => tell(sql, news);

  /** One writer at a time, over all processes; one that is frozen in the middle loses its turn. */
  const book = <T>(act: (sql: Sql) => Promise<T>): Promise<T> =>
    transaction(pool, async (own) => {
      await own.query("set local idle_in_transaction_session_timeout = '10s'");
      await holdLock(own, "understudy.jobs");
      return act(own);
    });

  return {
    async submit(ticket) {
      const { renderId, run, keyId, rendersAtOnce } = ticket;
      await client.enqueue(
        {
          workflowName,
          workflowID: workflowIdOf(ticket),
          queueName: waitingQueues.fresh,
          appVersion: applicationVersion,
          priority: dbosPriorityOf(ticket),
          attributes: { keyId, rendersAtOnce },
        },
        { renderId, run },
      );
      await announce();
    },
    async unknownOf(tickets) {
      const known = await idsOf(
        sql,
        "select workflow_uuid as id from dbos.workflow_status where workflow_uuid = any($1)",
        [tickets.map(workflowIdOf)],
      );
      return tickets.filter((ticket) => !known.includes(workflowIdOf(ticket)));
    },
    async cancel(ticket) {
      const id = workflowIdOf(ticket);
      await book(async (own) => {
        const [queue] = await idsOf(own, queueOfOpenRun, [id]);
        if (queue === waitingQueues.fresh) await client.cancelWorkflow(id);
        else if (queue !== undefined) await client.send(id, null, cancelTopic, `${cancelTopic}.${id}`);
      });
      await announce(jobNews.cancel(id));
    },
    assign: (runnerId, room, heldIds) =>
      book(async (own) => {
        const ids = await idsOf(own, nextRuns, [queueOf(runnerId), waiting, runnersPattern, heldIds, room]);
        if (ids.length > 0) await client.resumeWorkflows([...ids], { queueName: queueOf(runnerId) });
        return ids.length;
      }),
    async giveBack(runnerId, only) {
      const count = await book(async (own) => {
        const ids = await idsOf(own, openRunsOf, [queueOf(runnerId), only]);
        if (ids.length > 0) await client.resumeWorkflows([...ids], { queueName: waitingQueues.begun });
        return ids.length;
      });
      if (count > 0) await announce();
      return count;
    },
    async newsOf(runnerId, ids) {
      const own = await idsOf(sql, openRunsOf, [queueOf(runnerId), null]);
      const others = own.filter((id) => !ids.includes(id));
      if (ids.length === 0) return { cancelled: [], taken: [], others };
      return {
        cancelled: await idsOf(sql, cancelledRuns, [ids, cancelTopic]),
        taken: await idsOf(sql, runsTaken, [ids, queueOf(runnerId)]),
        others,
      };
    },
    async absentRunners() {
      const queues = await idsOf(sql, queuesOfAbsentRunners, [runnersPattern]);
      return queues.map((name) => name.slice(runnerQueuePrefix.length));
    },
    openQueue: async (runnerId, pollingMs) =>
      void (await client.registerQueue(queueOf(runnerId), { minPollingIntervalMs: pollingMs })),
    closeQueue: (runnerId) => client.deleteQueue(queueOf(runnerId)),
    announce: () => announce(),
    async removeEnded(before) {
      const ids = await idsOf(sql, endedRuns, [before.getTime()]);
      if (ids.length > 0) await client.deleteWorkflows([...ids]);
      return ids.length;
    },
    close: () => client.destroy(),
  };
}

async function tell(sql: Sql, news: string): Promise<void> {
  await sql.query("select pg_notify($1, $2)", [jobChannel, news]);
}

async function idsOf(sql: Sql, text: string, values: readonly unknown[]): Promise<readonly string[]> {
  const { rows } = await sql.query<{ id: string }>(text, values);
  return rows.map(({ id }) => id);
}

const waiting = Object.values(waitingQueues);
const runnersPattern = `${runnerQueuePrefix}%`;

/**
 * $1 queue of the runner, $2 queues of those that wait, $3 pattern of all runners' queues, $4 runs that the runner has in work,
 * $5 room beside those. A run that was assigned but has not begun takes room as well.
 */
const nextRuns = `
with open_run as (
  select workflow_uuid as id, queue_name, priority, created_at,
    attributes ->> 'keyId' as key_id, (attributes ->> 'rendersAtOnce')::int as at_once
  from dbos.workflow_status
  where status in ('ENQUEUED', 'PENDING') and (queue_name = any($2) or queue_name like $3)
), busy as (
  select key_id, count(*) as count from open_run where queue_name <> all($2) group by key_id
), place_in_key as (
  select id, key_id, at_once, priority, created_at,
    row_number() over (partition by key_id order by priority, created_at, id) as place
  from open_run where queue_name = any($2)
)
select id from place_in_key left join busy using (key_id)
where place + coalesce(busy.count, 0) <= at_once
order by priority, created_at, id
limit greatest(0, $5 - (select count(*) from open_run where queue_name = $1 and not id = any($4)))`;

const openRunsOf = `
select workflow_uuid as id from dbos.workflow_status
where queue_name = $1 and status in ('ENQUEUED', 'PENDING') and ($2::text[] is null or workflow_uuid = any($2))`;

const queueOfOpenRun = `
select queue_name as id from dbos.workflow_status where workflow_uuid = $1 and status in ('ENQUEUED', 'PENDING')`;

const cancelledRuns = `
select distinct destination_uuid as id from dbos.notifications where destination_uuid = any($1) and topic = $2`;

const runsTaken = `
select workflow_uuid as id from dbos.workflow_status
where workflow_uuid = any($1) and (queue_name is distinct from $2 or status <> 'PENDING')`;

const queuesOfAbsentRunners = `
select distinct queue_name as id from dbos.workflow_status
where status in ('ENQUEUED', 'PENDING') and queue_name like $1 and not exists (
  select from understudy.runner
  where queue_name = '${runnerQueuePrefix}' || runner.id and taken_over_at is null)`;

/** A thousand at a time; whoever sweeps comes again. */
const endedRuns = `
select workflow_uuid as id from dbos.workflow_status
where completed_at < $1 and status not in ('ENQUEUED', 'PENDING', 'DELAYED') order by completed_at limit 1000`;
