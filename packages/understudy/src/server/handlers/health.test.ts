import { expect, it } from "vitest";
import { shareTestService } from "#server/testing/open-test-service.js";

const shared = shareTestService();

async function ready(parts: Parameters<ReturnType<typeof shared>["reopen"]>[0] = {}) {
  const answer = await shared().reopen(parts).api.request("/readyz");
  return { status: answer.status, ...((await answer.json()) as { readonly reasons: readonly string[] }) };
}

it("lives", async () => {
  const answer = await shared().api.request("/healthz");
  expect([answer.status, await answer.json()]).toEqual([200, { status: "ok" }]);
});

it("is ready when the database and the artifact store answer", async () => {
  expect(await ready()).toEqual({ status: "ready", reasons: [] });
});

it("says what does not answer, and tells nothing of its place", async () => {
  const { artifacts, database } = shared().service;
  const away = () => Promise.reject(new Error("connect ECONNREFUSED /secret/place"));
  const pool = Object.create(database.pool, { query: { value: away } }) as typeof database.pool;
  expect(await ready({ artifacts: { ...artifacts, byteLength: away }, database: { ...database, pool } })).toEqual({
    status: "not-ready",
    reasons: ["The database does not answer.", "The artifact store does not answer."],
  });
});

it("is not ready on tables of another release, nor while it stops", async () => {
  const { database } = shared().service;
  const query = async () => ({ rows: [{ sha256: "0".repeat(64) }] });
  const pool = Object.create(database.pool, { query: { value: query } }) as typeof database.pool;
  expect((await ready({ database: { ...database, pool } })).reasons).toEqual([
    "The database's tables are not those of this release.",
  ]);
  expect(await ready({ isStopping: () => true })).toMatchObject({ reasons: ["The service is stopping."] });
});
