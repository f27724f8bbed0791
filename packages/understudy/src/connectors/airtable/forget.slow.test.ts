import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { openPostgres } from "@understudy/local-postgres";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { briefColumns, briefStatuses } from "#connectors/brief-spellings.js";
import { createPool } from "#postgres/create-pool.js";
import type { ServeProcess } from "#testing/service-lab/serve-process.js";
import { openAirtableStory, type AirtableStory } from "./testing/airtable-story.js";

const { status, output, error, thumbnail } = briefColumns;
const { pending, complete, failed } = briefStatuses;
const patience = { timeout: 150_000, interval: 100 };

/** One story: each part begins where the one before ended. */
describe("what is forgotten in the service", () => {
  let lab: AirtableStory;
  let server: ServeProcess;
  let connection: { readonly id: string; readonly keyId: string };
  /** Two rows of one person, two of another. */
  let rows: readonly [string, string, string, string];
  const links: string[] = [];

  const cells = (recordId: string) => lab.cells(recordId);
  const linkStatuses = () => Promise.all(links.map(async (link) => (await fetch(link)).status));
  const airtableIsAway = (times: number) => lab.airtable.failNext({ kind: "status", status: 503 }, { times });
  const renderOf = async (recordId: string) => (await lab.rendersOf(recordId))[0]!;
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
    const database = await openPostgres({ folder: join(lab.dataFolder, "postgres"), database: "understudy" });
    const pool = createPool({ ...database.connection, max: 1 });
    try {
      return (await pool.query<T>(text, [...values])).rows;
    } finally {
      await pool.end();
      await database.stop();
    }
  };

  beforeAll(async () => {
    lab = await openAirtableStory({ clipSeconds: 1 });
    server = await lab.start("first");
    await lab.connect();
    connection = (await lab.connections())[0]!;
    const photos = ["person", "person", "another", "another"] as const;
    const video = `${lab.video}?signature=s3cret0query`;
    rows = photos.map((photo) => lab.addRow(video, photo)) as unknown as typeof rows;
    lab.setPending(rows);
    await vi.waitFor(() => rows.forEach(expectShown), patience);
    links.push(...rows.map((recordId) => String(cells(recordId)[output])));
  });
  afterAll(() => lab?.close());

  it("the picture leads a stranger back to its video", async () => {
    const [picture] = cells(rows[0])[thumbnail] as { url: string }[];
    const path = join(lab.story.folder, "picture.jpg");
    await writeFile(path, Buffer.from(await (await fetch(picture!.url)).arrayBuffer()));
    const printed = await lab.command(["verify", path, "--json"]);
    const { id } = await renderOf(rows[0]);
    expect(JSON.parse(printed)).toMatchObject({
      verdict: "ours",
      medium: "picture",
      provenance: { state: "valid", claim: { renderId: id } },
    });
  });

  it("is taken out of its row when a consent is taken back with its videos, also after Airtable was away", async () => {
    const { consentId } = await renderOf(rows[0]);
    airtableIsAway(3);
    await lab.story.client.call("POST", `/v1/consents/${consentId}/revoke`, { deleteOutputs: true });
    await expectCleared(rows[0]);
    await expectCleared(rows[1]);
    expect(await linkStatuses()).toEqual([404, 404, 200, 200]);
    expectShown(rows[2]);
  });

  it("is not made again on the connection's word, when the person took theirs back", async () => {
    lab.setPending([rows[0]]);
    await vi.waitFor(() => expect(cells(rows[0])[status]).toBe(failed), patience);
    expect(cells(rows[0])[error]).toMatch(/^consent-revoked: /);
  });

  it("is taken out of its row when its days are over", async () => {
    const { id } = await renderOf(rows[2]);
    await query("update understudy.render set ended_at = ended_at - interval '3 days' where id = $1", [id]);
    await lab.story.stop();
    server = await lab.start("second", { UNDERSTUDY_RETENTION_OUTPUT_DAYS: "2" });
    await expectCleared(rows[2]);
    expectShown(rows[3]);
  });

  it("is taken out of its row when the person is erased, although the connection's key was revoked", async () => {
    const { consentId } = await renderOf(rows[3]);
    const { record } = await lab.story.client.call<{ record: { subject: { id: string } } }>(
      "GET",
      `/v1/consents/${consentId}`,
    );
    await lab.command(["access", "revoke", connection.keyId]);
    // Somebody asks for another one, which cannot be made any more.
    lab.setPending([rows[1]]);
    airtableIsAway(3);
    const erased = await lab.story.client.call("DELETE", `/v1/subjects/${record.subject.id}`);
    expect(erased).toMatchObject({ outcome: "erased", counts: { airtableRows: 1 }, kept: [] });
    await expectCleared(rows[3]);
    expect([cells(rows[3])[status], cells(rows[1])[status]]).toEqual([complete, pending]);
    const text = "select record_id from understudy.airtable_row where connection_id = $1 order by record_id";
    await vi.waitFor(async () => {
      const known = (await query<{ record_id: string }>(text, [connection.id])).map(({ record_id }) => record_id);
      expect(known).not.toContain(rows[3]);
    }, patience);
  });

  it("and no secret was told on the way: not in the log, the metrics, or what the commands print", async () => {
    const [known] = await query<{ secret: string | null }>(
      "select hook->>'macSecretBase64' as secret from understudy.airtable_connection where id = $1",
      [connection.id],
    );
    const metrics = await fetch(`${server.url}/metrics`, { headers: { authorization: `Bearer ${server.apiKey}` } });
    const told = [
      JSON.stringify(lab.story.log),
      await metrics.text(),
      await lab.command(["airtable", "list", "--json"]),
    ].join("\n");
    expect(known?.secret).toEqual(expect.any(String));
    for (const secret of [lab.token, lab.token.split(".")[1], "s3cret0query", known!.secret!])
      expect(told).not.toContain(secret);
    for (const link of links) expect(told).not.toContain(new URL(link).pathname);
  });
});
