import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import runpodSdk from "runpod-sdk";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { plainPng } from "#connectors/airtable/testing/plain-png.js";
import { drawPair } from "#testing/service-lab/draw-pair.js";
import { openFileServer, type FileServer } from "#testing/service-lab/file-server.js";
import type { ServeProcess } from "#testing/service-lab/serve-process.js";
import { openStory, type Story } from "#testing/service-lab/story.js";
import { openWebhookInbox, type WebhookInbox } from "#testing/service-lab/webhook-inbox.js";
import { hasPythonRunpod, runPythonClient } from "./testing/python-runpod.js";

interface JobReply {
  readonly id: string;
  readonly status: string;
}

const attestation = {
  UNDERSTUDY_CONSENT_STANDING_OPERATOR: "Story",
  UNDERSTUDY_CONSENT_STANDING_STATEMENT: "All of them agreed.",
  UNDERSTUDY_CONSENT_STANDING_USE: "a test",
  UNDERSTUDY_CONSENT_STANDING_EXPIRES_AT: "2126-01-01T00:00:00Z",
  UNDERSTUDY_CONSENT_STANDING_AGE_CONFIRMED: "true",
};
const patience = { timeout: 120_000, interval: 50 };
const noFace = /^no-face-in-photo: [^\n]+$/;

/** One service of two processes; each test has records of its own. */
describe("a scenario that asks this service in the place of RunPod's", () => {
  let [story, files, inbox]: [Story, FileServer, WebhookInbox] = [undefined!, undefined!, undefined!];
  let servers: readonly ServeProcess[];
  let [videoUrl, photoUrl, plainUrl]: [string, string, string] = ["", "", ""];

  beforeAll(async () => {
    story = await openStory(attestation);
    const { videoPath, photoPath } = await drawPair(story.folder, 3);
    const plainPath = join(story.folder, "plain.png");
    await writeFile(plainPath, plainPng(256, 256));
    files = await openFileServer([videoPath, photoPath, plainPath]);
    inbox = await openWebhookInbox();
    const data = ["--data", join(story.folder, "data")];
    servers = [await story.start("one", data), await story.start("other", data)];
    [videoUrl, photoUrl, plainUrl] = [files.urlOf(videoPath), files.urlOf(photoPath), files.urlOf(plainPath)];
  });
  afterAll(async () => {
    await story?.close();
    await files?.close();
    await inbox?.close();
  });

  const inputOf = (recordId: string, photo = photoUrl) => ({
    record_id: recordId,
    source_video_url: videoUrl,
    avatar_image_url: photo,
    webhook_url: inbox.url,
  });
  /** Bytes as a scenario's HTTP module sends them. */
  const submit = (recordId: string, photo?: string, headers?: Readonly<Record<string, string>>) =>
    story.client.call<JobReply>("POST", "/v2/renders/run", { input: inputOf(recordId, photo) }, headers);
  const toldOf = (recordId: string) => inbox.received.filter(({ body }) => body.includes(`"record_id":"${recordId}"`));
  const told = (recordId: string, times = 1) =>
    vi.waitFor(() => {
      const found = toldOf(recordId);
      expect(new Set(found.map(({ id }) => id)).size).toBe(times);
      return found.map(({ body }) => body);
    }, patience);
  const outputUrlOf = async (id: string) => (await story.end(id)).output!.url;
  const completeBody = (recordId: string, url: string) =>
    `{"status":"Complete","record_id":"${recordId}","output_url":"${url}","error_message":""}`;

  it("is told byte for byte what it reads, and the link opens", async () => {
    const { id, status } = await submit("recGood 🎬");
    expect(status).toBe("IN_QUEUE");
    const url = await outputUrlOf(id);
    expect(await told("recGood 🎬")).toEqual([completeBody("recGood 🎬", url)]);
    const [{ headers }] = toldOf("recGood 🎬") as [ReturnType<typeof toldOf>[number]];
    expect(headers["content-type"]).toBe("application/json");
    const video = await fetch(url);
    expect([video.status, video.headers.get("content-type")]).toEqual([200, "video/mp4"]);
    expect(
      Buffer.from(await video.arrayBuffer())
        .subarray(4, 8)
        .toString(),
    ).toBe("ftyp");
  });

  it("is told of a failure, and the same record sent again is a new job that can succeed", async () => {
    const failed = await submit("recAgain", plainUrl);
    await story.end(failed.id);
    const { error } = await story.client.call<{ error: string }>("GET", `/v2/renders/status/${failed.id}`);
    expect(error).toMatch(noFace);
    const failedBody = `{"status":"🚩 Failed","record_id":"recAgain","output_url":"","error_message":${JSON.stringify(error)}}`;
    expect(await told("recAgain")).toEqual([failedBody]);
    const again = await submit("recAgain");
    expect(again.id).not.toBe(failed.id);
    const url = await outputUrlOf(again.id);
    expect(await told("recAgain", 2)).toEqual([failedBody, completeBody("recAgain", url)]);
  });

  it("has one job for one Idempotency-Key", async () => {
    const key = { "idempotency-key": "recOnce-1" };
    const first = await submit("recOnce", plainUrl, key);
    await story.end(first.id);
    expect(await submit("recOnce", plainUrl, key)).toEqual({ id: first.id, status: "FAILED" });
    expect(await told("recOnce")).toHaveLength(1);
  });

  it("is told again, in its own words, when its job is run again or forked through the API", async () => {
    const { id } = await submit("recFork", plainUrl);
    await story.end(id);
    await told("recFork");
    await story.client.call("POST", `/v1/renders/${id}/retry`);
    const [first, second] = await told("recFork", 2);
    expect(second).toBe(first);
    const good = await submit("recForked");
    const before = await outputUrlOf(good.id);
    const fork = await story.client.call<JobReply>("POST", `/v1/renders/${good.id}/fork`, { label: "start" });
    const after = await outputUrlOf(fork.id);
    expect(after).not.toBe(before);
    expect(await told("recForked", 2)).toEqual([completeBody("recForked", before), completeBody("recForked", after)]);
  });

  it("may be written with the npm client of RunPod", async () => {
    vi.spyOn(console, "log").mockImplementation(() => {});
    const { url, apiKey } = servers[1]!;
    const client = runpodSdk(apiKey, { baseUrl: `${url}/v2` }).endpoint("renders")!;
    const done = await client.runSync({ input: inputOf("recNpm") });
    expect(done).toMatchObject({ completed: true, succeeded: true, status: "COMPLETED" });
    expect(done.output).toMatchObject({ status: "Complete", record_id: "recNpm", error_message: "" });
    const failed = await client.runSync({ input: inputOf("recNpm", plainUrl) });
    expect(failed).toMatchObject({ completed: true, succeeded: false, error: expect.stringMatching(noFace) as string });
    const { id = "" } = await client.run({ input: inputOf("recNpm") });
    expect(await client.cancel(id)).toMatchObject({ id });
    await vi.waitFor(async () => expect((await client.status(id)).status).toBe("CANCELLED"), patience);
    expect((await client.health()).jobs).toMatchObject({ inProgress: 0, inQueue: 0 });
  });

  it.runIf(hasPythonRunpod())("may be written with the Python client of RunPod", async () => {
    const { url, apiKey } = servers[1]!;
    const before = await story.client.call<{ jobs: { completed: number } }>("GET", "/v2/renders/health");
    const steps = await runPythonClient({
      PATH: process.env["PATH"] ?? "",
      HOME: story.folder,
      RUNPOD_ENDPOINT_BASE_URL: `${url}/v2`,
      RUNPOD_API_KEY: apiKey,
      JOB: JSON.stringify(inputOf("recPython")),
      FAILING: JSON.stringify(inputOf("recPython", plainUrl)),
    });
    const output = expect.objectContaining({ status: "Complete", record_id: "recPython" }) as object;
    expect(steps).toMatchObject({
      run_sync: output,
      status: expect.stringMatching(/^IN_/) as string,
      output,
      "status at the end": "COMPLETED",
      "output of a failure": null,
      "status of a failure": "FAILED",
      cancel: expect.stringMatching(/^(CANCELLED|IN_PROGRESS)$/) as string,
      "no such job": "HTTPError",
      "wrong key": "RuntimeError",
    });
    const { jobs } = steps["health"] as typeof before;
    expect(jobs.completed).toBe(before.jobs.completed + 2);
  });

  it("is told once of a job whose process was killed in the middle", async () => {
    const { id } = await submit("recKilled");
    const { by } = await story.line("child begun", { renderId: id });
    await servers[by === "one" ? 0 : 1]!.kill();
    const url = await outputUrlOf(id);
    expect(await told("recKilled")).toEqual(expect.arrayContaining([completeBody("recKilled", url)]));
    await story.line("child begun", { renderId: id, by: by === "one" ? "other" : "one" });
  });
});
