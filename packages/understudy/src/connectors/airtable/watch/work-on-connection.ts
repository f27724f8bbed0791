import { maxRecordsAtOnce, type AirtableClient } from "#connectors/airtable/client/airtable-client.js";
import { AirtableFailure, isRefusal } from "#connectors/airtable/client/airtable-failure.js";
import { problemOf } from "#connectors/airtable/connections/airtable-problem.js";
import type { AirtableConnection } from "#connectors/airtable/connections/connection.js";
import type { Turn } from "#connectors/airtable/rows/turn.js";
import { isOutage } from "#postgres/through-outages.js";
import {
  isGathered,
  isNewsDue,
  noteFailure,
  noteHookLook,
  noteNews,
  notePoll,
  noteSuccess,
  noteWritten,
  type Attention,
} from "./attention.js";
import type { ConnectionWork, WorkServices } from "./connection-work.js";
import { keepHook } from "./keep-hook.js";
import { lookAtTable } from "./look-at-table.js";
import { showPicture } from "./show-picture.js";
import { pollTable, takeNews } from "./take-in.js";
import { writeBack } from "./write-back.js";

/** How a connection is worked on. */
export interface ConnectionWorkOptions extends WorkServices {
  /** Between two looks at a table that does not tell of changes by itself. */
  readonly pollMs: number;
  /** @throws UnderstudyError `airtable-token` when there is no token. */
  clientOf(connection: AirtableConnection, signal: AbortSignal): AirtableClient;
  /** Milliseconds of a clock that does not jump. */
  clock(): number;
  /** 0 to 1, by chance. */
  chance(): number;
}

/**
 * Does what a connection needs. Its failure is noted as its problem, and is no other connection's.
 * @returns whether there may be more to do at once.
 * @throws UnderstudyError `database-unavailable`; the signal's reason when the turn is lost.
 */
export async function workOnConnection(
  connection: AirtableConnection,
  attention: Attention,
  turn: Turn,
  options: ConnectionWorkOptions,
): Promise<boolean> {
  const { connections, log, clock, chance } = options;
  const { id: connectionId } = connection;
  let work: ConnectionWork | undefined;
  try {
    work = { connection, turn, client: options.clientOf(connection, turn.signal) };
    const isBusy = await doWhatIsDue(work, attention, options);
    noteSuccess(attention);
    await connections.noteLook(connectionId, attention.hookProblem, true);
    return isBusy;
  } catch (thrown) {
    turn.signal.throwIfAborted();
    if (isOutage(thrown)) throw thrown;
    const problem = problemOf(work === undefined ? thrown : await explain(thrown, work, options), connection);
    noteFailure(attention, problem, clock(), chance());
    if (connection.problem?.code !== problem.code) {
      const facts = { connectionId, code: problem.code, ...(problem.code === "internal-error" && { error: thrown }) };
      log.warn(facts, "a table in Airtable cannot be worked on");
    }
    await connections.noteLook(connectionId, problem);
    return false;
  }
}

/**
 * Results come first: a row that cannot be taken in must not keep others from theirs. Pictures, which take a request each, come last.
 */
async function doWhatIsDue(
  work: ConnectionWork,
  attention: Attention,
  options: ConnectionWorkOptions,
): Promise<boolean> {
  const ready = await makeReady(work, attention, options);
  const hasWritten = await writeResults(ready, attention, options);
  const hasTaken = await takeIn(ready, attention, options, hasWritten);
  return hasWritten || hasTaken || showPicture(ready, options);
}

/** Looks at the table and after the webhook, when that is due. */
async function makeReady(
  work: ConnectionWork,
  attention: Attention,
  options: ConnectionWorkOptions,
): Promise<ConnectionWork> {
  let { connection } = work;
  if (attention.mustLook) {
    connection = await lookAtTable(work, options);
    attention.mustLook = false;
  }
  if (options.clock() >= attention.hookAt) {
    const { hook: former, ...rest } = connection;
    const { hook, problem } = await keepHook({ ...work, connection }, options);
    attention.hookProblem = problem;
    // What happened before it was made, it does not tell.
    if (hook?.id !== former?.id) attention.pollAt = -Infinity;
    connection = hook === undefined ? rest : { ...rest, hook };
    noteHookLook(attention, options.clock());
  }
  return { ...work, connection };
}

async function writeResults(
  work: ConnectionWork,
  attention: Attention,
  options: ConnectionWorkOptions,
): Promise<boolean> {
  const due = await options.book.due(work.connection.id, maxRecordsAtOnce);
  if (!isGathered(attention, due.length, options.clock())) return false;
  await writeBack(due, work, options);
  noteWritten(attention);
  return true;
}

/** @param hasWritten more results may wait. */
async function takeIn(
  work: ConnectionWork,
  attention: Attention,
  options: ConnectionWorkOptions,
  hasWritten: boolean,
): Promise<boolean> {
  const { clock, pollMs } = options;
  if (work.connection.hook !== undefined && isNewsDue(attention, hasWritten, clock())) {
    const isAll = await takeNews(work, options);
    noteNews(attention, clock());
    if (!isAll) {
      attention.mustLook = true;
      attention.pollAt = attention.hookAt = -Infinity;
    }
    return true;
  }
  if (clock() < attention.pollAt) return false;
  await pollTable(work, options);
  notePoll(attention, clock(), pollMs);
  return true;
}

/** Airtable says little of why it refuses: the table itself may say more. */
async function explain(thrown: unknown, work: ConnectionWork, options: ConnectionWorkOptions): Promise<unknown> {
  if (!isRefusal(thrown)) return thrown;
  return lookAtTable(work, options).then(
    () => thrown,
    (found: unknown) => (found instanceof AirtableFailure ? thrown : found),
  );
}
