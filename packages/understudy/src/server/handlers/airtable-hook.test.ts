import { createHmac } from "node:crypto";
import { describe, expect, it, onTestFinished } from "vitest";
import { airtableChannel } from "#connectors/airtable/connections/connection-list.js";
import { keepHook } from "#connectors/airtable/watch/keep-hook.js";
import { openAirtableLab } from "#connectors/airtable/testing/airtable-lab.js";
import { listen } from "#postgres/listen.js";
import { listen as serve } from "#server/listen.js";
import { shareTestService } from "#server/testing/open-test-service.js";

const shared = shareTestService();

/** A connection with a webhook, and what is told on its channel. */
async function open(publicUrl = "http://127.0.0.1:8080") {
  const lab = await openAirtableLab(shared());
  const { hook } = await keepHook(await lab.work(), {
    ...lab.options,
    isAirtableNear: true,
    publicUrl: () => publicUrl,
  });
  const told: string[] = [];
  const listener = { onNews: (text: string) => void told.push(text), onGap: () => undefined };
  onTestFinished(await listen(shared().service.database.connection, airtableChannel, listener));
  const signed = (body: string) =>
    `hmac-sha256=${createHmac("sha256", Buffer.from(hook!.macSecretBase64, "base64")).update(body).digest("hex")}`;
  return { lab, hook, told, signed, path: `/hooks/airtable/${lab.connection.id}` };
}

function send(path: string, body: string, mac?: string): Promise<Response> {
  // Each test is another process: guesses count for each.
  const headers = { "content-type": "application/json", ...(mac !== undefined && { "x-airtable-content-mac": mac }) };
  return Promise.resolve(shared().reopen({}).api.request(path, { method: "POST", headers, body }));
}

const body = '{"base":{"id":"app00000000000000"},"webhook":{"id":"ach00000000000000"}}';

describe("a notification of Airtable's", () => {
  it("is heard when it is signed, and answered without a word", async () => {
    const { lab, told, signed, path } = await open();
    const answer = await send(path, body, signed(body));
    expect([answer.status, await answer.text()]).toEqual([204, ""]);
    await expect.poll(() => told).toContain(`news ${lab.connection.id}`);
  });

  it("is refused without a reason when the signature is not of this body, or the connection is unknown", async () => {
    const { told, signed, path } = await open();
    const answers = await Promise.all([
      send(path, body),
      send(path, `${body} `, signed(body)),
      send("/hooks/airtable/airtable_0000000000000000", body, signed(body)),
    ]);
    const problems = await Promise.all(
      answers.map(async (answer) => ({ ...((await answer.json()) as object), requestId: undefined })),
    );
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401]);
    expect(problems[1]).toEqual(problems[0]);
    expect(problems[2]).toEqual({ ...problems[0], instance: undefined });
    expect(told).toEqual([]);
  });

  it("is refused without a look into the database when it has no signature at all", async () => {
    const { service, reopen } = shared();
    const query = () => Promise.reject(new Error("It was looked up."));
    const pool = Object.assign(Object.create(service.database.pool) as typeof service.database.pool, { query });
    const { api } = reopen({ database: { ...service.database, pool } });
    const post = (mac: string) =>
      api.request("/hooks/airtable/airtable_0", {
        method: "POST",
        body,
        headers: { "x-airtable-content-mac": mac },
      });
    const macs = ["", "hmac-sha256=0", "0".repeat(64), `hmac-sha256=${"0".repeat(65)}`];
    const statuses = await Promise.all(macs.map(async (mac) => (await post(mac)).status));
    expect(statuses).toEqual(macs.map(() => 401));
    expect((await post(`hmac-sha256=${"0".repeat(64)}`)).status).toBe(503);
  });

  it("is refused when it is longer than Airtable's", async () => {
    const { signed, path } = await open();
    const long = body.padEnd(4_097);
    expect((await send(path, long, signed(long))).status).toBe(413);
  });

  it("is heard although a stranger has guessed too often", async () => {
    const { signed, path } = await open();
    const { api } = shared().reopen({});
    const post = (mac: string) =>
      api.request(path, { method: "POST", body, headers: { "x-airtable-content-mac": mac } });
    const statuses: number[] = [];
    for (let guess = 0; guess < 31; guess += 1) statuses.push((await post("hmac-sha256=0")).status);
    expect([statuses[0], statuses.at(-1)]).toEqual([401, 429]);
    expect((await post(signed(body))).status).toBe(204);
  });

  it("comes by itself from the stand-in when a row is changed", async () => {
    const listening = await serve({ app: shared().api, host: "127.0.0.1", port: 0 });
    onTestFinished(() => listening.close());
    const { lab, told } = await open(listening.url);
    lab.addRows(1);
    await expect.poll(() => told).toContain(`news ${lab.connection.id}`);
  });
});
