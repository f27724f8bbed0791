import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { configSchema } from "#config/index.js";
import { sqlOf } from "#postgres/database.js";
import { shareTestDatabase } from "#postgres/testing/test-database.js";
import { createFakeWiring } from "#testing/fake-wiring.js";
import { createApiClient, type RenderAnswer } from "#testing/service-lab/api-client.js";
import { runServe, type ServeReady } from "./run-serve.js";

/** Enough of a JPEG, a PNG and an MP4 to be taken for one. */
const starts = {
  jpeg: Buffer.from("ffd8ffe000104a46494600010100000100010000", "hex"),
  png: Buffer.from("89504e470d0a1a0a0000000d49484452", "hex"),
  mp4: Buffer.from("000000186674797069736f6d0000020069736f6d69736f32", "hex"),
};

const photo = Buffer.concat([starts.jpeg, Buffer.from("the photo")]);
const signed = Buffer.concat([starts.png, Buffer.from("the signature")]);
const video = Buffer.concat([starts.mp4, Buffer.from("the video")]);

const sha256Of = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

/** What leads to the person, whose name nobody else has; each is a text that is looked for. */
const personal = {
  name: "Zusanna Quirke",
  "photo's hash": sha256Of(photo),
  "document's hash": sha256Of(signed),
  metadata: "order of z.quirke",
  "path of an address": "quirke-portrait",
  "query of an address": "s3cr3t-in-a-query",
  "name of a file": "zusanna.jpg",
  "words of a report": "this is my face",
  "words that are spoken": "happy birthday zuzu",
  "who reported it": "zq@example.com",
} as const;

const database = shareTestDatabase();
const lines: string[] = [];
const secrets: string[] = [];
const found: Record<string, Record<string, string[]>> = {};
let folder: string;
let subjectId: string;
let report: { readonly outcome: string; readonly counts: Readonly<Record<string, number>> };

/** Names of tables with a text in any of their rows, in every schema of ours. */
async function tablesWith(text: string): Promise<string[]> {
  const sql = sqlOf(database().pool);
  const { rows: tables } = await sql.query<{ name: string }>(
    `select format('%I.%I', table_schema, table_name) as name from information_schema.tables
     where table_schema in ('understudy', 'dbos', 'understudy_endpoint') and table_type = 'BASE TABLE' order by 1`,
  );
  const { rows } = await sql.query<{ name: string }>(
    tables
      .map(({ name }) => `(select '${name}' as name from ${name} one where strpos(one::text, $1) > 0 limit 1)`)
      .join(" union all "),
    [text],
  );
  return rows.map(({ name }) => name);
}

async function tracesOf(texts: Readonly<Record<string, string>>): Promise<Record<string, string[]>> {
  const entries = Object.entries(texts).map(async ([what, text]) => [what, await tablesWith(text)] as const);
  return Object.fromEntries(await Promise.all(entries));
}

/** Files below the data folder that hold or are named after something of the person. */
async function filesOfPerson(): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const marks = [...Object.values(personal), "the photo", "the signature", "a finished video", "the video"];
  const isTheirs = async (path: string) => {
    const text = `${path} ${await readFile(path, "latin1")}`;
    return marks.some((mark) => text.includes(mark));
  };
  const theirs = await Promise.all(files.map(isTheirs));
  return files.filter((_, place) => theirs[place]);
}

describe("the whole life of a person in the service", () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "understudy-traces-"));
    const elsewhere = createServer((request, response) => {
      request.resume();
      if (request.url?.startsWith("/fails") === true) response.statusCode = 500;
      response.end(
        request.url?.includes("portrait") === true ? photo : request.url?.includes("ad") === true ? video : "",
      );
    });
    elsewhere.listen(0, "127.0.0.1");
    await once(elsewhere, "listening");
    const there = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`;

    const stop = new AbortController();
    const config = configSchema.parse({ dataFolder: folder, network: { allow: "loopback" } });
    const stderr = { isTerminal: false, write: (line: string) => void lines.push(line) };
    const io = { env: { DATABASE_URL: database().url }, signal: stop.signal, stderr, now: () => new Date() };
    const settings = { role: "all", host: "127.0.0.1", port: 0, drainSeconds: 5 } as const;
    let served: Promise<void> | undefined;
    const ready = await new Promise<ServeReady>((resolve, reject) => {
      served = runServe(settings, { config, wiring: createFakeWiring(), io }, resolve);
      served.catch(reject);
    });
    const service = { url: ready.url!, apiKey: ready.apiKey! };
    await live(service, there);
    stop.abort(new Error("the test is over"));
    await served;
    elsewhere.closeAllConnections();
    elsewhere.close();
  }, 30_000);

  afterAll(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));

  /** Everything that can be done with a person's face, and the end of it. */
  async function live(service: { readonly url: string; readonly apiKey: string }, there: string): Promise<void> {
    const { call, upload } = createApiClient(() => service);
    const make = (body: object, key: string) =>
      call<RenderAnswer>("POST", "/v1/renders", body, { "idempotency-key": key });
    const ended = async ({ id }: RenderAnswer) =>
      vi.waitFor(
        async () => {
          const render = await call<RenderAnswer>("GET", `/v1/renders/${id}`);
          expect(render.state).toMatch(/finished|failed|cancelled/);
          return render;
        },
        { timeout: 10_000, interval: 20 },
      );
    const hook = await call<{ secret: string }>("POST", "/v1/webhook-endpoints", { url: `${there}/hook` });
    const address = `${there}/quirke-portrait/zusanna.jpg?key=s3cr3t-in-a-query`;
    const source = { url: `${there}/quirke-portrait-not/ad.mp4?key=s3cr3t-in-a-query`.replace("portrait-not", "spot") };
    const given = { subject: { name: personal.name }, photos: [{ sha256: sha256Of(photo) }] };
    const words = { operator: "Sam Operator", use: "videos", ageConfirmed: true };
    const metadata = { whose: personal.metadata };
    const [photoId, documentId] = [await upload(photo, "image/jpeg"), await upload(signed, "image/png")];
    const own = await call<{ consent: { id: string; subject: { id: string } }; personUrl: string }>(
      "POST",
      "/v1/consents",
      { ...given, ...words, method: "e-signature", document: { uploadId: documentId } },
    );
    const attested = await call<typeof own>("POST", "/v1/consents", { ...given, ...words });
    subjectId = own.consent.subject.id;
    const consent = { id: own.consent.id };
    const byUrl = await ended(
      await make(
        {
          source,
          face: { url: address },
          consent,
          metadata,
          script: `We say ${personal["words that are spoken"]}.`,
          captions: { mode: "burn" },
          webhook: { url: `${there}/fails?s3cr3t` },
        },
        "zq-1",
      ),
    );
    const byUpload = await ended(await make({ source, face: { uploadId: photoId }, metadata }, "zq-2"));
    const fork = await ended(await call<RenderAnswer>("POST", `/v1/renders/${byUrl.id}/fork`, { label: "start" }));
    const refused = await ended(
      await make(
        { source, face: { url: address }, consent: { id: attested.consent.id }, metadata, costCapUsd: 0 },
        "zq-3",
      ),
    );
    expect([byUrl.state, byUpload.state, fork.state, refused.state]).toEqual(Array(4).fill("finished"));
    const broken = { url: `${there}/fails/quirke-portrait.mp4?key=s3cr3t-in-a-query` };
    const failed = await ended(await make({ source: broken, face: { url: address }, consent, metadata }, "zq-4"));
    expect(failed).toMatchObject({ state: "failed", error: { code: "download-failed" } });
    await call("GET", `/v1/renders/${byUrl.id}/events`).catch(() => undefined);
    await fetch(byUrl.output!.url);
    const copy = await fetch(fork.output!.url);
    await call("POST", "/v1/verify", { uploadId: await upload(video, "video/mp4") });
    expect(await copy.text()).toBe("a finished video");
    await database().pool.query(
      "insert into understudy.kept_child (render_id, name, outcome, files, kept_at) values ($1, 'swap', $2, '[]', now())",
      [byUrl.id, JSON.stringify({ value: personal["name of a file"] })],
    );
    const complaint = { text: personal["words of a report"], contact: personal["who reported it"] };
    await fetch(`${service.url}/report`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ ...complaint, about: byUrl.output!.url }),
    });
    await fetch(own.personUrl);
    const { reports } = await call<{ reports: { id: string }[] }>("GET", "/v1/reports");
    await fetch(`${service.url}/v1/reports/${reports[0]!.id}/close`, {
      method: "POST",
      headers: { authorization: `Bearer ${service.apiKey}` },
    });
    // Somebody who makes mistakes: what is refused is not repeated.
    await fetch(`${service.url}/v1/renders?name=${personal.metadata}`, {
      headers: { authorization: "Bearer wrong-s3cr3t-in-a-query" },
    });
    await call("POST", "/v1/renders", { source, face: { url: address }, [personal.name]: 1 }).catch(() => undefined);
    await call("POST", `/v1/consents/${attested.consent.id}/revoke`, { reason: personal.name });
    secrets.push(service.apiKey, hook.secret, own.personUrl.split("/").at(-1)!, byUrl.output!.url.split("/").at(-2)!);

    found["before"] = await tracesOf({ ...personal, subjectId });
    report = await call("DELETE", `/v1/subjects/${subjectId}`);
    found["after"] = await tracesOf({ ...personal, subjectId });
  }

  it("leaves traces in many tables while it goes on, but in none of those that hand out work", () => {
    expect(found["before"]!["words that are spoken"]).toEqual(["understudy.render"]);
    const everywhere = new Set(Object.values(found["before"]!).flat());
    expect([...everywhere].filter((name) => !name.startsWith("understudy."))).toEqual([]);
    for (const name of [
      "consent",
      "consent_revocation",
      "render",
      "render_record",
      "upload",
      "kept_child",
      "problem_report",
    ]) {
      expect(everywhere).toContain(`understudy.${name}`);
    }
  });

  it("leaves nothing in any table that leads to them, but ids in the log, the note of the erasure and what was told", () => {
    expect(report).toMatchObject({
      outcome: "erased",
      counts: { renders: 5, uploads: 2, evidence: 1, personLinks: 2 },
    });
    const { subjectId: ids, ...others } = found["after"]!;
    expect(others).toEqual(Object.fromEntries(Object.keys(personal).map((what) => [what, []])));
    expect(ids).toEqual(["understudy.audit_line", "understudy.erasure_note", "understudy.webhook_message"]);
  });

  it("leaves no file", async () => {
    // The source video is the operator's, and its upload has days of its own.
    const files = (await filesOfPerson()).filter((path) => !path.includes("/uploads/"));
    expect(files).toEqual([]);
  });

  it("stands in no line of the log: no name, address, file, word or key", () => {
    const log = lines.join("");
    expect(log).toContain('"msg":"A webhook was not delivered."');
    const told = Object.entries(personal).filter(([, text]) => log.includes(text));
    expect(told).toEqual([]);
    expect(secrets.filter((secret) => log.includes(secret))).toEqual([]);
    expect(log).not.toMatch(/quirke|portrait|s3cr3t|Operator/i);
  });
});
