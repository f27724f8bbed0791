import { Client } from "pg";
import { errorCodeOf, LocalPostgresError } from "./error.js";
import type { LocalPostgres } from "./model.js";

const oldestVersion = 14;
const defaultLimitMs = 10_000;

/**
 * Checks that the server of a URL answers within 10 s and is new enough. Starts nothing and keeps no connection. Errors
 * tell PostgreSQL's or Node's code, never the URL or a part of it.
 * @throws LocalPostgresError `bad-options`, `unreachable`, `wrong-version`.
 */
export async function openGivenServer(
  databaseUrl: string,
  signal?: AbortSignal,
  limitMs = defaultLimitMs,
): Promise<LocalPostgres> {
  signal?.throwIfAborted();
  const client = clientOf(databaseUrl, limitMs);
  client.on("error", () => undefined);
  // Not awaited: a server that never answers never says goodbye either.
  const version = await versionOf(client, limitMs, signal).finally(() => void client.end().catch(() => undefined));
  if (!(Number.parseInt(version, 10) >= oldestVersion)) throw tooOld(version);
  return {
    connection: { connectionString: databaseUrl },
    url: databaseUrl,
    isPrivate: false,
    version,
    stop: async () => undefined,
  };
}

function clientOf(databaseUrl: string, limitMs: number): Client {
  if (/^postgres(?:ql)?:\/\//i.test(databaseUrl)) {
    try {
      return new Client({
        connectionString: databaseUrl,
        connectionTimeoutMillis: limitMs,
        query_timeout: limitMs,
        application_name: "understudy",
      });
    } catch {
      // pg's error can quote the URL.
    }
  }
  throw new LocalPostgresError(
    "bad-options",
    "The database URL is not one that PostgreSQL understands.",
    "It looks like postgresql://user:password@host:5432/database; characters such as @ or / in a password are percent-encoded.",
  );
}

async function versionOf(client: Client, limitMs: number, signal: AbortSignal | undefined): Promise<string> {
  const limit = AbortSignal.any([AbortSignal.timeout(limitMs), ...(signal === undefined ? [] : [signal])]);
  let leave = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    leave = () => reject(limit.reason);
    limit.addEventListener("abort", leave, { once: true });
  });
  try {
    return await Promise.race([askVersion(client), aborted]);
  } catch (error) {
    if (signal?.aborted === true) throw signal.reason;
    throw unreachable(error, limitMs);
  } finally {
    limit.removeEventListener("abort", leave);
  }
}

async function askVersion(client: Client): Promise<string> {
  await client.connect();
  const { rows } = await client.query<{ server_version: string }>("show server_version");
  return rows[0]?.server_version ?? "";
}

function unreachable(error: unknown, limitMs: number): LocalPostgresError {
  const reason = errorCodeOf(error) ?? `no answer within ${limitMs / 1000} s`;
  return new LocalPostgresError(
    "unreachable",
    `The server of the database URL cannot be used (${reason}).`,
    "Try the same URL with psql. Without a URL a private PostgreSQL is started.",
  );
}

function tooOld(version: string): LocalPostgresError {
  return new LocalPostgresError(
    "wrong-version",
    `The server of the database URL is PostgreSQL ${version.slice(0, 20)}; ${oldestVersion} is the oldest that fits.`,
    `Name a server of version ${oldestVersion} or newer, or leave the URL out to start a private one.`,
  );
}
