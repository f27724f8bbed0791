import { createHash } from "node:crypto";
import { cp, readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { RenderAnswer } from "#testing/service-lab/api-client.js";
import { hasDebianServer, startDebianServer, type DebianServer } from "#testing/service-lab/debian-server.js";
import { runCommand } from "#testing/service-lab/run-command.js";
import { openStory, type SentPair, type Story } from "#testing/service-lab/story.js";
import { openWebhookInbox, type WebhookInbox } from "#testing/service-lab/webhook-inbox.js";
import { createBucketArtifacts } from "#storage/bucket-artifacts.js";
import { createS3Bucket } from "#storage/s3-bucket.js";
import { hasS3Server, startS3Server, type S3Server } from "#storage/testing/s3-server.js";

const isThere = (await hasDebianServer()) && (await hasS3Server());

/** One story: what is erased at its end is what its parts made. */
describe.skipIf(!isThere)("one api and two runners on a PostgreSQL and a bucket that are not theirs", () => {
  let [story, database, s3]: [Story, DebianServer, S3Server] = [undefined!, undefined!, undefined!];
  let inbox: WebhookInbox;
  let environment: Readonly<Record<string, string>>;
  let pair: SentPair;
  let render: RenderAnswer;
  /** The machine whose runner was killed. */
  let victim: string;
  const name = "Rosalind Unmistakable";
  const plan = { swap: [0, 2, 4].map((startSeconds) => ({ startSeconds, endSeconds: startSeconds + 1 })) };
  const folderOf = (machine: string) => join(story.folder, machine);
  const objects = () => createBucketArtifacts(createS3Bucket(s3.settings)).list("");

  beforeAll(async () => {
    story = await openStory();
    inbox = await openWebhookInbox();
    database = await startDebianServer(story.folder);
    s3 = await startS3Server(story.folder);
    const { endpointUrl, bucket, prefix, accessKeyId, secretAccessKey } = s3.settings;
    environment = {
      DATABASE_URL: database.url,
      BUCKET_ENDPOINT_URL: `${endpointUrl}/${bucket}/${prefix}`,
      BUCKET_ACCESS_KEY_ID: accessKeyId,
      BUCKET_SECRET_ACCESS_KEY: secretAccessKey,
      // The runners have to find the signed document, which the api was sent.
      UNDERSTUDY_CONSENT_ALLOW_ATTESTED: "false",
    };
    await runCommand(["keys", "init"], { UNDERSTUDY_DATA_FOLDER: folderOf("api") });
    for (const machine of ["one", "other"]) {
      await cp(join(folderOf("api"), "keys"), join(folderOf(machine), "keys"), { recursive: true });
    }
    await story.start("api", ["--role", "api", "--data", folderOf("api")], environment);
    const runners = new Map(
      await Promise.all(
        ["one", "other"].map(async (machine) => {
          const words = ["--role", "runner", "--data", folderOf(machine)];
          return [machine, await story.start(machine, words, environment)] as const;
        }),
      ),
    );
    pair = await story.sendPair(6);
    await story.client.call("POST", "/v1/webhook-endpoints", { url: inbox.url });
    await story.client.call("POST", "/v1/consents", {
      subject: { name },
      photos: [pair.face],
      operator: "Story",
      use: "a test",
      ageConfirmed: true,
      method: "e-signature",
      document: pair.face,
    });
    const renderId = await story.render({ ...pair, plan, stitch: "smart", metadata: { customer: name } });
    victim = (await story.line("child begun", { renderId, child: "swap-region-1" })).by;
    await runners.get(victim)!.kill();
    render = await story.end(renderId);
  });
  afterAll(async () => {
    await story?.stop();
    await database?.stop();
    await s3?.stop();
    await inbox?.close();
    await story?.close();
  });

  it("goes on with a killed runner's render on the other one, which takes the first region from the bucket", async () => {
    expect(render).toMatchObject({ state: "finished" });
    const lives = story.log.filter(
      ({ renderId, child }) => renderId === render.id && String(child).startsWith("swap-"),
    );
    const survivor = victim === "one" ? "other" : "one";
    expect(lives.map(({ by, msg, child }) => `${by} ${String(child)} ${msg}`)).toEqual([
      `${victim} swap-region-0 child begun`,
      `${victim} swap-region-0 child kept`,
      `${victim} swap-region-1 child begun`,
      `${survivor} swap-region-0 child taken from an earlier life`,
      `${survivor} swap-region-1 child begun`,
      `${survivor} swap-region-1 child kept`,
      `${survivor} swap-region-2 child begun`,
      `${survivor} swap-region-2 child kept`,
    ]);
  });

  it("leads a result's address to a fresh signed one of the bucket; without a signature nothing is to be had", async () => {
    const { url, sha256 } = render.output!;
    const led = await fetch(url, { redirect: "manual" });
    expect([led.status, led.headers.get("cache-control")]).toEqual([302, "no-store"]);
    const signed = led.headers.get("location")!;
    expect(signed.startsWith(`${s3.settings.endpointUrl}/`)).toBe(true);
    const video = await fetch(url, { headers: { range: "bytes=0-" } });
    expect([video.status, video.headers.get("content-type")]).toEqual([206, "video/mp4"]);
    expect(
      createHash("sha256")
        .update(Buffer.from(await video.arrayBuffer()))
        .digest("hex"),
    ).toBe(sha256);
    const { endpointUrl, bucket, prefix } = s3.settings;
    for (const key of await objects()) {
      expect((await fetch(`${endpointUrl}/${bucket}/${prefix}${key}`)).status, key).toBe(403);
    }
    expect((await fetch(`${endpointUrl}/${bucket}?list-type=2`)).status).toBe(403);
  });

  it("forks on another machine with the faces that the bucket keeps", async () => {
    const { id } = await story.client.call<RenderAnswer>("POST", `/v1/renders/${render.id}/fork`, { label: "start" });
    expect(await story.end(id)).toMatchObject({ state: "finished" });
    const manifest = await story.client.call<{ notes: string[] }>("GET", `/v1/renders/${id}/manifest`);
    expect(manifest.notes.join()).toContain("The faces of 36 frames");
  });

  it("erases, also what is being made: not one object of that person stays, and no row that names them", async () => {
    const running = await story.render({ ...pair, plan, stitch: "smart" });
    await story.line("child kept", { renderId: running, child: "swap-region-1" });
    const { consents } = await story.client.call<{ consents: Consent[] }>("GET", "/v1/consents");
    const { renders } = await story.client.call<{ renders: RenderAnswer[] }>("GET", "/v1/renders");
    const { subject, photoSha256, id: consentId } = consents[0]!;
    const marks = {
      name: [name],
      photo: photoSha256,
      subject: [subject.id],
      consent: [consentId],
      render: renders.map(({ id }) => id),
    };
    expect(await tablesWith(marks)).toMatchObject({
      "understudy.consent": ["name", "photo", "subject", "consent"],
      "understudy.webhook_message": expect.arrayContaining(["name"]),
    });

    expect(await story.client.call("DELETE", `/v1/subjects/${subject.id}`)).toMatchObject({
      outcome: "erased",
      remaining: [],
      stoppedRenders: [running],
      counts: { evidence: 1, renders: renders.length, uploads: 1 },
    });
    // The source video is another person's, and so is what was computed of it alone.
    const left = (await objects()).filter((key) => !key.startsWith("templates/"));
    expect(left).toEqual([expect.stringContaining(`uploads/${pair.source.uploadId}/`)]);
    // Ids that lead to nobody: what happened, that it was erased and told, and runs, until those are swept.
    expect(await tablesWith(marks)).toEqual({
      "understudy.audit_line": ["subject", "consent", "render"],
      "understudy.erasure_note": ["subject"],
      "understudy.webhook_message": ["subject", "render"],
      "dbos.notifications": ["render"],
      "dbos.workflow_status": ["render"],
      "dbos.workflow_input": ["render"],
      "dbos.workflow_output": ["render"],
    });
    expect((await fetch(render.output!.url)).status).toBe(404);
  });

  it("leaves nothing of a render on a machine; what a killed runner left there goes when it starts again", async () => {
    const survivor = victim === "one" ? "other" : "one";
    const workOf = (machine: string) => readdir(join(folderOf(machine), "work"));
    expect(await workOf(survivor)).toEqual([]);
    expect(await workOf(victim)).toHaveLength(1);
    await story.start("again", ["--role", "runner", "--data", folderOf(victim)], environment);
    await vi.waitFor(async () => expect(await workOf(victim)).toEqual([]), { timeout: 30_000, interval: 100 });
  });

  /** Which kinds of marks stand in which tables, in a plain dump of everything. */
  async function tablesWith(marks: Readonly<Record<string, readonly string[]>>): Promise<Record<string, string[]>> {
    const found: Record<string, string[]> = {};
    for (const schema of ["understudy", "dbos"]) {
      for (const [table, rows] of await database.dump(schema)) {
        const kinds = Object.keys(marks).filter((kind) => marks[kind]!.some((mark) => rows.includes(mark)));
        if (kinds.length > 0) found[table] = kinds;
      }
    }
    return found;
  }
});

interface Consent {
  readonly id: string;
  readonly subject: { readonly id: string };
  readonly photoSha256: readonly string[];
}
