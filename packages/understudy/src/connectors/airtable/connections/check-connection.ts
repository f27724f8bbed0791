import { UnderstudyError } from "@understudy/render";
import { holdsAt, type KeyList } from "#access/key-list.js";
import type { AirtableClient } from "#connectors/airtable/client/airtable-client.js";
import { ok, trouble, type Finding } from "#doctor/finding.js";
import { columnTroubles, findColumnsAgain } from "./columns.js";
import type { AirtableConnection } from "./connection.js";
import { lookAtBase, type BaseAccess } from "./base-access.js";
import { needing } from "./needing.js";

/** What looks at a connection. */
export interface CheckWorld {
  /** @throws UnderstudyError `airtable-token` when there is no token. */
  clientOf(connection: AirtableConnection): AirtableClient;
  readonly keys: Pick<KeyList, "get">;
  readonly now: () => Date;
}

/**
 * Asks Airtable whether a connection works: its key, token, table, columns, choices and webhook. Changes nothing. Once Airtable refuses
 * something, no more is asked.
 * @throws the signal's reason.
 */
export async function checkConnection(connection: AirtableConnection, world: CheckWorld): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const tell = (...found: readonly Finding[]): void => void findings.push(...found);
  try {
    tell(await keyFinding(connection, world));
    const client = world.clientOf(connection);
    const access = await lookAtBase(connection, client);
    tell(ok("airtable-token", "Airtable takes the token.", connection.tokenVariable));
    tell(...(await tableFindings(connection, access, client)));
    tell(await hookFinding(connection, client));
  } catch (thrown) {
    if (!(thrown instanceof UnderstudyError) || thrown.code === "cancelled") throw thrown;
    const { code, message, hint } = thrown;
    tell(trouble("error", code, message, { evidence: nameOf(connection), remedy: hint }));
  }
  if (findings.every(({ level }) => level !== "error")) tell(...lastProblem(connection));
  return findings;
}

async function keyFinding({ keyId, id }: AirtableConnection, { keys, now }: CheckWorld): Promise<Finding> {
  const key = await keys.get(keyId);
  if (key !== undefined && holdsAt(key, now())) return ok("airtable-key", "The connection's key holds.", keyId);
  return trouble("error", "airtable-key", "The connection's key was revoked: nothing is rendered.", {
    evidence: `${keyId} of ${id}`,
    remedy: "Run `understudy airtable connect` again to give it another key, or `understudy airtable disconnect`.",
  });
}

async function tableFindings(
  connection: AirtableConnection,
  { tables, level }: BaseAccess,
  client: AirtableClient,
): Promise<readonly Finding[]> {
  const { baseId, tableId, columns } = connection;
  const table = tables.find(({ id }) => id === tableId);
  const evidence = nameOf(connection);
  if (table === undefined) {
    const remedy = "Bring it back from the base's trash, or run `understudy airtable disconnect`.";
    return [trouble("error", "airtable-table", "The table is not in the base any more.", { evidence, remedy })];
  }
  const found = findColumnsAgain(table.fields, connection);
  if (found.obstacles.length > 0) {
    const remedy = "Change them back, or run `understudy airtable connect` again with other columns.";
    const what = `The table cannot be used: ${found.obstacles.join(". ")}.`;
    return [trouble("error", "airtable-table", what, { evidence, remedy })];
  }
  const rows = client.listRecords(baseId, tableId, { fieldIds: [columns.status.id] });
  await needing("data.records:read", connection, rows);
  return [
    ok("airtable-table", "The table has its columns, and its rows can be read.", evidence),
    ...leftOutFindings(columnTroubles(found)),
    ...choiceFindings(connection, found.missingStatusTexts, level),
  ];
}

/** Columns without which there is still work; the service forgets them when it meets them. */
function leftOutFindings(troubles: readonly string[]): readonly Finding[] {
  if (troubles.length === 0) return [];
  const remedy = "Change them back, then run `understudy airtable connect` again.";
  return [trouble("warning", "airtable-columns", "Columns are left out.", { evidence: troubles.join(". "), remedy })];
}

/** A creator's token adds them with the first row; an editor's cannot, and rows would never be told. */
function choiceFindings(
  { columns }: AirtableConnection,
  missing: readonly string[],
  userLevel: BaseAccess["level"],
): readonly Finding[] {
  if (missing.length === 0) return [];
  const level = userLevel === "edit" ? "error" : "warning";
  const what = `The column "${columns.status.name}" does not offer every status.`;
  const evidence = `no ${missing.map((text) => `"${text}"`).join(", ")}`;
  const remedy = "Add them in Airtable, to the letter.";
  return [trouble(level, "airtable-choices", what, { evidence, remedy })];
}

async function hookFinding(connection: AirtableConnection, client: AirtableClient): Promise<Finding> {
  const { hook, baseId } = connection;
  if (hook === undefined)
    return ok("airtable-webhook", "The table is looked at from time to time.", "no webhook; airtable.pollSeconds");
  const state = await needing("webhook:manage", connection, client.hookState(baseId, hook.id));
  if (state?.isNotifying === true) return ok("airtable-webhook", "Airtable tells of changes.", hook.id);
  const what = state === undefined ? "The webhook is gone at Airtable." : "Airtable gave up telling of changes.";
  return trouble("warning", "airtable-webhook", what, {
    evidence: hook.id,
    remedy: `\`understudy serve\` renews it; see that ${new URL(hook.notificationUrl).origin} is reached from the internet.`,
  });
}

/** What the service met; it may be mended since. */
function lastProblem({ problem }: AirtableConnection): readonly Finding[] {
  if (problem === undefined) return [];
  const evidence = `${problem.code} since ${problem.since.toISOString()}: ${problem.message}`;
  return [trouble("warning", "airtable-problem", "The service met a problem.", { evidence, remedy: problem.hint })];
}

function nameOf({ tableName, baseId, id }: AirtableConnection): string {
  return `"${tableName}" of ${baseId}, ${id}`;
}
