import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { openPostgres } from "@understudy/local-postgres";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { briefColumns, briefStatuses } from "#connectors/brief-spellings.js";
import { createPool } from "#postgres/create-pool.js";
import { drawPair } from "#testing/service-lab/draw-pair.js";
import { openFileServer, type FileServer } from "#testing/service-lab/file-server.js";
import { runCommand } from "#testing/service-lab/run-command.js";
import type { ServeProcess } from "#testing/service-lab/serve-process.js";
import { openStory, type Story } from "#testing/service-lab/story.js";
import { openAirtableStandIn, type AirtableStandIn } from "./testkit/stand-in.js";

const { source, status, output, error, thumbnail } = briefColumns;
const { pending, complete, failed } = briefStatuses;
const patience = { timeout: 150_000, interval: 100 };
const token = "patFORGET00000000.s3cret0token";
const scopes = [
  "data.records:read",
  "data.records:write",
  "schema.bases:read",
  "schema.bases:write",
  "webhook:manage",
] as const;

interface MadeRender {
  readonly id: string;
  readonly consentId: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** One story: each part begins where the one before ended. */
describe("what is forgotten in the service", () => {
  let [story, airtable, files]: [Story, AirtableStandIn, FileServer] = [undefined!, undefined!, undefined!];
  let server: ServeProcess;
  let environment: Readonly<Record<string, string>>;
  let [tableId, connectionId, connectionKeyId]: [string, string, string] = ["", "", ""];
  /** Two rows of one person, two of another. */
  let rows: readonly [string, string, string, string];
  const links: string[] = [];

  const data = () => join(story.folder, "data");
  const cells = (recordId: string) => airtable.record(tableId, recordId)!.fields;
  const setPending = (recordId: string) => airtable.editRecord(tableId, recordId, { [status]: pending });
  const linkStatuses = () => Promise.all(links.map(async (link) => (await fetch(link)).status));
  const airtableIsAway = (times: number) => airtable.failNext({ kind: "status", status: 503 }, { times });
  const rendersOf = async (recordId: string): Promise<readonly MadeRender[]> => {
    const { renders } = await story.client.call<{ renders: readonly MadeRender[] }>("GET", "/v1/renders?limit=100");
    return renders.filter(({ metadata }) => metadata["airtable_record"] === recordId);
  };
  /** What a row of a removed video shows: nothing of it. */
  const expectCleared = (recordId: string) =>
    vi.waitFor(() => {
      const { [output]: link, [thumbnail]: picture, [error]: why } = cells(recordId);
      expect([link, picture, why]).toEqual([undefined, undefined, "removed: The video was removed."]);
    }, patience);
  const expectShown = (recordId: string) => {
    const { [output]: link, [thumbnail]: pictures = [] } = cells(recordId);
    expect([typeof link, (pictures as unknown[]).length]).toEqual(["string", 1]);
  };
  const query = async <T extends object>(text: string, values: readonly unknown[]): Promise<readonly T[]> => {
    const database = await openPostgres({ folder: join(data(), "postgres"), database: "understudy" });
    const pool = createPool({ ...database.connection, max: 1 });
    try {
      return (await pool.query<T>(text, [...values])).rows;
    } finally {
      await pool.end();
      await database.stop();
    }
  };

  beforeAll(async () => {
    airtable = await openAirtableStandIn();
    airtable.addToken({ token, scopes });
    const fields = [
      { name: "Name", type: "singleLineText" },
      { name: "Photo", type: "multipleAttachments" },
    ];
    const base = airtable.addBase({ tables: [{ name: "Videos", fields }] });
    tableId = base.tables[0]!.id;
    const shared = { AIRTABLE_TOKEN: token, AIRTABLE_ENDPOINT_URL: airtable.url };
    story = await openStory(shared);
    const pair = await drawPair(story.folder, 1);
    files = await openFileServer([pair.videoPath]);
    server = await story.start("first", ["--data", data()]);
    environment = {
      ...shared,
      UNDERSTUDY_DATA_FOLDER: data(),
      UNDERSTUDY_NETWORK_ALLOW: "loopback",
      UNDERSTUDY_API_KEY: server.apiKey,
    };
    const word = ["--attested-by", "Story", "--statement", "All agreed.", "--use", "a test", "--age-confirmed"];
    const words = ["airtable", "connect", base.id, "Videos", "--create", "--column", "face=Photo", "--json"];
    const printed = await runCommand([...words, ...word, "--until", "2126-01-01"], environment);
    ({ id: connectionId, keyId: connectionKeyId } = (
      JSON.parse(printed) as { connection: { id: string; keyId: string } }
    ).connection);

    const photo = await readFile(pair.photoPath);
    // Decoders pass over what stands behind a picture: the same face, and for the service another person.
    const photos = [photo, Buffer.concat([photo, Buffer.from("another")])];
    const video = `${files.urlOf(pair.videoPath)}?signature=s3cret0query`;
    const added = airtable.addRecords(
      tableId,
      Array.from({ length: 4 }, () => ({ [source]: video })),
    );
    for (const [number, recordId] of added.entries()) {
      const bytes = photos[Math.floor(number / 2)]!;
      airtable.addAttachment(tableId, recordId, "Photo", { bytes, fileName: "photo.jpg", mediaType: "image/jpeg" });
      setPending(recordId);
    }
    rows = added as unknown as typeof rows;
    await vi.waitFor(() => rows.forEach(expectShown), patience);
    links.push(...rows.map((recordId) => String(cells(recordId)[output])));
  });
  afterAll(async () => {
    await story?.close();
    await files?.close();
    await airtable?.close();
  });

  it("the picture leads a stranger back to its video", async () => {
    const [picture] = cells(rows[0])[thumbnail] as { url: string }[];
    const path = join(story.folder, "picture.jpg");
    await writeFile(path, Buffer.from(await (await fetch(picture!.url)).arrayBuffer()));
    const printed = await runCommand(["verify", path, "--json"], environment);
    const [{ id }] = (await rendersOf(rows[0])) as [MadeRender];
    expect(JSON.parse(printed)).toMatchObject({
      verdict: "ours",
      medium: "picture",
      provenance: { state: "valid", claim: { renderId: id } },
    });
  });

  it("is taken out of its row when a consent is taken back with its videos, also after Airtable was away", async () => {
    const [{ consentId }] = (await rendersOf(rows[0])) as [MadeRender];
    airtableIsAway(3);
    await story.client.call("POST", `/v1/consents/${consentId}/revoke`, { deleteOutputs: true });
    await expectCleared(rows[0]);
    await expectCleared(rows[1]);
    expect(await linkStatuses()).toEqual([404, 404, 200, 200]);
    expectShown(rows[2]);
  });

  it("is not made again on the connection's word, when the person took theirs back", async () => {
    setPending(rows[0]);
    await vi.waitFor(() => expect(cells(rows[0])[status]).toBe(failed), patience);
    expect(cells(rows[0])[error]).toMatch(/^consent-revoked: /);
  });

  it("is taken out of its row when its days are over", async () => {
    const [{ id }] = (await rendersOf(rows[2])) as [MadeRender];
    await query("update understudy.render set ended_at = ended_at - interval '3 days' where id = $1", [id]);
    await story.stop();
    server = await story.start("second", ["--data", data()], { UNDERSTUDY_RETENTION_OUTPUT_DAYS: "2" });
    await expectCleared(rows[2]);
    expectShown(rows[3]);
  });

  it("is taken out of its row when the person is erased, although the connection's key was revoked", async () => {
    const [{ consentId }] = (await rendersOf(rows[3])) as [MadeRender];
    const { record } = await story.client.call<{ record: { subject: { id: string } } }>(
      "GET",
      `/v1/consents/${consentId}`,
    );
    await runCommand(["access", "revoke", connectionKeyId], environment);
    // Somebody asks for another one, which cannot be made any more.
    setPending(rows[1]);
    airtableIsAway(3);
    const erased = await story.client.call("DELETE", `/v1/subjects/${record.subject.id}`);
    expect(erased).toMatchObject({ outcome: "erased", counts: { airtableRows: 1 }, kept: [] });
    await expectCleared(rows[3]);
    expect([cells(rows[3])[status], cells(rows[1])[status]]).toEqual([complete, pending]);
    const text = "select record_id from understudy.airtable_row where connection_id = $1 order by record_id";
    await vi.waitFor(async () => {
      const known = (await query<{ record_id: string }>(text, [connectionId])).map(({ record_id }) => record_id);
      expect(known).not.toContain(rows[3]);
    }, patience);
  });

  it("and no secret was told on the way: not in the log, the metrics, or what the commands print", async () => {
    const [known] = await query<{ secret: string | null }>(
      "select hook->>'macSecretBase64' as secret from understudy.airtable_connection where id = $1",
      [connectionId],
    );
    const metrics = await fetch(`${server.url}/metrics`, { headers: { authorization: `Bearer ${server.apiKey}` } });
    const told = [
      JSON.stringify(story.log),
      await metrics.text(),
      await runCommand(["airtable", "list", "--json"], environment),
    ].join("\n");
    expect(known?.secret).toEqual(expect.any(String));
    for (const secret of [token, "s3cret0token", "s3cret0query", known!.secret!]) expect(told).not.toContain(secret);
    for (const link of links) expect(told).not.toContain(new URL(link).pathname);
  });
});
