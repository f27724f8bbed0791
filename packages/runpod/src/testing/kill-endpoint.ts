/**
 * An endpoint with its jobs in a private PostgreSQL: a program of its own, to be killed. Its first word is a
 * `KillEndpointSetup` as JSON. It writes a line when it serves, and ends at SIGTERM.
 */
import { once } from "node:events";
import { parseAddressPolicy } from "@understudy/guarded-fetch";
import { openPostgres } from "@understudy/local-postgres";
import { Pool } from "pg";
import { createEndpoint, createPostgresStore, listenEndpoints } from "#endpoint/index.js";
import type { KillEndpointSetup } from "./kill-setup.js";

const { id, key, folder, port, timing } = JSON.parse(process.argv[2] ?? "") as KillEndpointSetup;
const log = (line: string): void => void process.stderr.write(`${line}\n`);

const postgres = await openPostgres({ folder, onNotice: log });
const pool = new Pool(postgres.connection);
const store = await createPostgresStore(pool);
const endpoint = createEndpoint({
  id,
  store,
  keys: [key],
  webhookAddresses: parseAddressPolicy(["loopback"]),
  webhookDelayMs: 500,
  log,
  ...timing,
});
const server = await listenEndpoints({ endpoints: [endpoint], port, log });
process.stdout.write("serving\n");

await once(process, "SIGTERM");
await endpoint.close();
await server.close();
await store.close();
await pool.end();
await postgres.stop();
