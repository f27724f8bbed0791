import { checkAddress } from "@understudy/guarded-fetch";
import { parseUrl } from "@understudy/guarded-fetch/parse-url";
import type { AirtableClient } from "#connectors/airtable/client/airtable-client.js";
import { AirtableFailure } from "#connectors/airtable/client/airtable-failure.js";
import type {
  AirtableConnection,
  AirtableHook,
  ConnectionProblem,
} from "#connectors/airtable/connections/connection.js";
import { isLoopback } from "#endpoint/listen-address.js";
import type { ConnectionWork, WorkServices } from "./connection-work.js";
import { inputFieldIds } from "./list-rows.js";

/** A webhook lives for seven days; each day it is given seven again. */
const refreshMs = 86_400_000;

/** What tells us of a table's changes. */
export interface KeptHook {
  /** Undefined: nothing does; the table is polled. */
  readonly hook?: AirtableHook;
  /** Why it is undefined, where that is no wish of anybody's. */
  readonly problem?: ConnectionProblem;
}

/**
 * Sees to it that Airtable tells of changes, where it can reach us and the token may: makes the webhook, lets it live on, and has it
 * notify again when Airtable gave that up. Without one, the table is polled.
 * @throws AirtableFailure while Airtable does not answer, or does not take the token.
 */
export async function keepHook(work: ConnectionWork, services: WorkServices): Promise<KeptHook> {
  const { connection } = work;
  try {
    if (connection.hook !== undefined && fits(connection.hook, connection, services)) {
      const kept = await letLive(connection.hook, work, services);
      if (kept !== undefined) return { hook: kept };
    }
    if (connection.hook !== undefined) await dropHook(work, services);
    return await makeHook(work, services);
  } catch (thrown) {
    if (!isNoRight(thrown)) throw thrown;
    services.log.info(
      { connectionId: connection.id, airtable: thrown.type },
      "no webhook at Airtable; the table is polled",
    );
    if (connection.hook !== undefined) await services.connections.noteHook(connection.id, undefined);
    return thrown.kind === "forbidden" ? {} : { problem: noHookProblem(thrown) };
  }
}

function noHookProblem({ type }: AirtableFailure): ConnectionProblem {
  return {
    code: "airtable-table",
    message: `Airtable makes no webhook (${type}): the table is looked at every few seconds instead.`,
    hint: "A base has ten webhooks at most: remove those that other programs left there.",
  };
}

/** Has a webhook removed, as far as Airtable lets us, and forgets it. */
export async function dropHook(
  { connection, client }: ConnectionWork,
  { connections }: Pick<WorkServices, "connections">,
): Promise<void> {
  const { id, baseId, hook } = connection;
  if (hook === undefined) return;
  await removeHook(client, baseId, hook.id);
  await connections.noteHook(id, undefined);
}

async function removeHook(client: AirtableClient, baseId: string, hookId: string): Promise<void> {
  await client.removeHook(baseId, hookId).catch((thrown: unknown) => {
    // Left alone, it ends by itself after seven days.
    if (!(thrown instanceof AirtableFailure)) throw thrown;
  });
}

/** @returns undefined when Airtable does not know it any more. */
async function letLive(
  hook: AirtableHook,
  { connection, client }: ConnectionWork,
  { connections, now }: WorkServices,
): Promise<AirtableHook | undefined> {
  const { baseId } = connection;
  try {
    const state = await client.hookState(baseId, hook.id);
    if (state === undefined) return undefined;
    if (!state.isNotifying) await client.enableNotifications(baseId, hook.id);
    // The clock may have been set back.
    if (Math.abs(now().getTime() - hook.refreshedAt.getTime()) < refreshMs) return hook;
    await client.refreshHook(baseId, hook.id);
  } catch (thrown) {
    // One that has expired is missing, or refused.
    if (thrown instanceof AirtableFailure && (thrown.kind === "missing" || thrown.kind === "refused")) return undefined;
    throw thrown;
  }
  const refreshed = { ...hook, refreshedAt: now() };
  await connections.noteHook(connection.id, refreshed);
  return refreshed;
}

async function makeHook({ connection, client }: ConnectionWork, services: WorkServices): Promise<KeptHook> {
  const notificationUrl = addressFor(connection, services);
  if (!(await isReachable(notificationUrl, services))) return {};
  const { id, baseId, tableId } = connection;
  const fieldIds = inputFieldIds(connection);
  // Of one that was made right before a crash, nobody has the secret.
  for (const left of await client.hooksFor(baseId, notificationUrl)) await removeHook(client, baseId, left);
  const made = await client.createHook(baseId, { notificationUrl, tableId, fieldIds });
  const hook = { ...made, cursor: 1, notificationUrl, fieldIds, refreshedAt: services.now() };
  await services.connections.noteHook(id, hook);
  return { hook };
}

function addressFor({ id }: Pick<AirtableConnection, "id">, { publicUrl }: Pick<WorkServices, "publicUrl">): string {
  return `${publicUrl()}/hooks/airtable/${id}`;
}

/** Whether it still tells us, and of the columns that count. */
function fits(hook: AirtableHook, connection: AirtableConnection, services: WorkServices): boolean {
  const isOurs = hook.notificationUrl === addressFor(connection, services);
  return isOurs && hook.fieldIds.join() === inputFieldIds(connection).join();
}

/** Whether Airtable can tell us at this address: one of the internet's, or of this machine when Airtable is there, too. */
async function isReachable(
  url: string,
  { policy, isAirtableNear }: Pick<WorkServices, "policy" | "isAirtableNear">,
): Promise<boolean> {
  const address = parseUrl(url);
  if (address === undefined) return false;
  const { protocol, hostname } = address;
  const isNear = isLoopback(hostname);
  if (isNear ? !isAirtableNear : protocol !== "https:") return false;
  return checkAddress(url, { policy }).then(
    () => true,
    () => false,
  );
}

/** The token lacks webhook:manage or its user is no creator of the base; or, refused, the base has as many as it may. */
function isNoRight(thrown: unknown): thrown is AirtableFailure {
  return thrown instanceof AirtableFailure && (thrown.kind === "forbidden" || thrown.kind === "refused");
}
