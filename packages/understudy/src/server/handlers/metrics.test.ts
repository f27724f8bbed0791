import { expect, it } from "vitest";
import { shareTestService } from "#server/testing/open-test-service.js";

const shared = shareTestService();

it("tells what waits and how requests went, by route and never by path", async () => {
  const { service, clock, alice, reopen } = shared();
  const { pool } = service.database;
  const early = new Date(clock.now.getTime() - 60_000);
  for (const [id, state] of Object.entries({ render_1: "queued", render_2: "queued", render_3: "failed" })) {
    await pool.query(
      "insert into understudy.render (id, owner_id, api_key_id, state, wish, priority, created_at, queued_at) values ($1, $2, $3, $4, '{}', 0, $5, $5)",
      [id, alice.ownerId, alice.keyId, state, early],
    );
  }
  await pool.query(
    `insert into understudy.airtable_connection (id, owner_id, api_key_id, base_id, table_id, table_name, token_variable, columns, consent, problem, created_at)
     select 'airtable_' || state, $1, $2, 'app1', 'tbl_' || state, 'Videos', 'AIRTABLE_TOKEN', '{}', '{}', problem::jsonb, $3
     from (values ('well', null), ('ill', '{"code": "airtable-token"}')) as connection (state, problem)`,
    [alice.ownerId, alice.keyId, early],
  );
  await pool.query(
    "insert into understudy.airtable_row (connection_id, record_id, change) values ('airtable_well', 'rec1', 1), ('airtable_well', 'rec2', 0)",
  );
  const other = reopen({ jobs: { ...service.jobs, runningCount: 3 } });
  await other.alice.ask("DELETE", "/v1/keys/key_secret");
  const answer = await other.alice.ask("GET", "/metrics");
  const text = await answer.text();
  expect([answer.status, answer.headers.get("content-type")]).toEqual([200, expect.stringContaining("text/plain")]);
  expect(text.split("\n")).toEqual(
    expect.arrayContaining([
      'understudy_renders{state="queued"} 2',
      'understudy_renders{state="running"} 0',
      'understudy_renders{state="failed"} 1',
      "understudy_queue_oldest_seconds 60",
      "understudy_renders_running 3",
      "understudy_webhooks_waiting 0",
      'understudy_airtable_connections{state="working"} 1',
      'understudy_airtable_connections{state="troubled"} 1',
      "understudy_airtable_rows_waiting 1",
      'understudy_http_requests_total{route="DELETE /v1/keys/{id}",status="404"} 1',
      'understudy_http_request_seconds_count{route="DELETE /v1/keys/{id}"} 1',
    ]),
  );
  expect(text).toMatch(/^process_resident_memory_bytes \d+/m);
  expect(text).not.toContain("key_secret");
});

it("asks for a key, wherever the request comes from", async () => {
  const { api, newCaller } = shared();
  expect((await api.request("/metrics")).status).toBe(401);
  expect((await (await newCaller({ scopes: ["metrics:read"] })).ask("GET", "/metrics")).status).toBe(200);
});
