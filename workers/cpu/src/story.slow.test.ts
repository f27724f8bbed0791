import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { access, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { parseSwapClipOutput } from "@understudy/render";
import runpodSdk from "runpod-sdk";
import { hasS3Server, startS3Server, type S3Server } from "@understudy/understudy/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createStoryWorld, type StoryEndpoint, type StoryWorld } from "./testing/story-world.js";

const python = fileURLToPath(new URL("../../../.cache/runpod-sdk/1.12.0/bin/python", import.meta.url));
const hasPythonSdk = await access(python).then(
  () => true,
  () => false,
);
const hasS3 = await hasS3Server();

let world: StoryWorld;
beforeAll(async () => {
  world = await createStoryWorld();
});
afterAll(() => world.close());

/** The brief's input, as Make.com sends it. */
const order = (parts: Readonly<Record<string, string>> = {}) => ({
  record_id: "recSTORY1",
  source_video_url: `${world.url}/clip.mp4`,
  avatar_image_url: `${world.url}/portrait.jpg`,
  webhook_url: `${world.url}/hook`,
  ...parts,
});

/** The one webhook since the last look. */
function takeWebhook(): string {
  expect(world.webhooks).toHaveLength(1);
  return world.webhooks.splice(0).join();
}

/** Fetches a finished video as a viewer would, and checks its seal with the command. */
async function expectSealed(url: string): Promise<void> {
  const answer = await fetch(url);
  expect(answer.status).toBe(200);
  expect(answer.headers.get("content-type")).toBe("video/mp4");
  await writeFile(join(world.folder, "viewed.mp4"), Buffer.from(await answer.arrayBuffer()));
  const { status, stdout } = await world.understudy(["verify", "viewed.mp4", "--json"]);
  expect(status, stdout).toBe(0);
  expect(JSON.parse(stdout.trim().split("\n").at(-1)!)).toMatchObject({
    verdict: "ours",
    provenance: { state: "valid" },
  });
}

/** Nothing of a job beside its results: no download, no half-written file. */
async function expectTidy(): Promise<void> {
  const left = await readdir(join(world.folder, "data"), { recursive: true });
  expect(left.filter((name) => /\.understudy-|\.partial$|photo$|source$/.test(name))).toEqual([]);
}

const completeBody = (url: string) =>
  `{"status":"Complete","record_id":"recSTORY1","output_url":"${url}","error_message":""}`;
const failedBody = (message: string) =>
  `{"status":"🚩 Failed","record_id":"recSTORY1","output_url":"","error_message":${JSON.stringify(message)}}`;

describe("behind `understudy endpoint`", () => {
  let endpoint: StoryEndpoint;
  beforeAll(async () => {
    endpoint = await world.startEndpoint();
  });

  const npmClient = () => runpodSdk(endpoint.apiKey, { baseUrl: endpoint.baseUrl }).endpoint("story")!;

  it("the npm client's job is done: the sealed video is at its address, the webhook has the brief's body", async () => {
    const answer = await npmClient().runSync({ input: order() }, 180_000);
    expect(answer, endpoint.workerLog()).toMatchObject({ status: "COMPLETED" });
    const output = answer.output as { readonly output_url: string };
    expect(output).toMatchObject({ status: "Complete", record_id: "recSTORY1", webhook_delivered: true });
    expect(takeWebhook()).toBe(completeBody(output.output_url));
    await expectSealed(output.output_url);
    await expectTidy();
    expect(endpoint.workerLog()).toContain("900 s: download 180, render 585, publish 90, webhook 45");
    expect(endpoint.workerLog()).not.toContain(world.url);
  });

  it.skipIf(!hasPythonSdk)("the Python client's job, too", async () => {
    const program = [
      "import json, os, runpod",
      "endpoint = runpod.Endpoint('story', api_key=os.environ['RUNPOD_API_KEY'])",
      "job = endpoint.run({'input': json.loads(os.environ['ORDER'])})",
      "print(json.dumps(job.output(timeout=180)))",
    ].join("\n");
    const env = {
      PATH: world.env["PATH"],
      RUNPOD_API_KEY: endpoint.apiKey,
      RUNPOD_ENDPOINT_BASE_URL: endpoint.baseUrl,
      ORDER: JSON.stringify(order()),
    };
    const { stdout } = await promisify(execFile)(python, ["-c", program], { env, cwd: world.folder });
    const output = JSON.parse(stdout) as { readonly output_url: string };
    expect(takeWebhook()).toBe(completeBody(output.output_url));
    await expectSealed(output.output_url);
  });

  it("an engine's order is done, too: the clip is at its address, with the bytes that the answer names", async () => {
    const photo = await readFile(join(world.folder, "portrait.jpg"));
    const input = {
      task: "swap-clip",
      version: 1,
      clip_url: `${world.url}/clip.mp4`,
      face_url: `${world.url}/portrait.jpg`,
      face_sha256: createHash("sha256").update(photo).digest("hex"),
      consent: { id: "consent_0123456789abcdef", commitment: "b".repeat(64) },
      swap: [{ start_seconds: 0, end_seconds: 1 }],
    };
    const answer = await npmClient().runSync({ input }, 180_000);
    const clip = parseSwapClipOutput(answer.output);
    expect(clip).toMatchObject({ frameCount: 72, framesSwapped: 24, widthPixels: 320 });
    const bytes = Buffer.from(await (await fetch(clip.clipUrl!)).arrayBuffer());
    expect(createHash("sha256").update(bytes).digest("hex")).toBe(clip.sha256);
    await expectTidy();
  });

  it.each([
    [
      "a bad video address",
      { source_video_url: "/none.mp4" },
      "download-failed: source_video_url: 127.0.0.1 answered with status 404.",
    ],
    [
      "a bad photo address",
      { avatar_image_url: "/none.jpg" },
      "download-failed: avatar_image_url: 127.0.0.1 answered with status 404.",
    ],
    ["a malformed video", { source_video_url: "/broken.mp4" }, /^unreadable-media: [^/\\]*$/],
    ["a video without a face", { source_video_url: "/wall.mp4" }, /^no-face-in-video: [^/\\]*$/],
    ["a photo without a face", { avatar_image_url: "/wall.png" }, /^no-face-in-photo: [^/\\]*$/],
  ])("%s is FAILED with the webhook's own text", async (_what, parts, message) => {
    const paths = Object.entries(parts).map(([name, path]) => [name, world.url + path]);
    const answer = await npmClient().runSync(
      { input: order(Object.fromEntries(paths) as Record<string, string>) },
      180_000,
    );
    expect(answer).toMatchObject({ status: "FAILED" });
    const error = JSON.parse(JSON.stringify(answer)) as { readonly error: string };
    expect(error.error).toMatch(message);
    expect(takeWebhook()).toBe(failedBody(error.error));
    await expectTidy();
  });
});

it("a video that never ends runs into the deadline, and the webhook says so in time", async () => {
  const env = { UNDERSTUDY_JOBS_DEADLINE_SECONDS: "10" };
  const job = world.testJob(order({ source_video_url: `${world.url}/endless.mp4` }));
  const startedMs = performance.now();
  const { status, stdout, stderr } = await world.understudy(job, env);
  expect(status, stderr + stdout).toBe(1);
  expect((performance.now() - startedMs) / 1000).toBeLessThan(20);
  expect(takeWebhook()).toBe(
    failedBody(
      "deadline-exceeded: The job's download stage (source_video_url) was not done after 2 s, of 10 s in all.",
    ),
  );
  await expectTidy();
});

it("what a worker left that was killed with a photo on its disk is gone after the next start", async () => {
  await world.killAt("/endless.mp4", world.testJob(order({ source_video_url: `${world.url}/endless.mp4` })));
  const left = await readdir(join(world.folder, "data"), { recursive: true });
  expect(left.filter((name) => name.endsWith("/avatar_image_url"))).toHaveLength(1);
  const { status } = await world.understudy(world.testJob({}));
  expect(status).toBe(1);
  await expectTidy();
});

describe.skipIf(!hasS3)("with a bucket", () => {
  let s3: S3Server;
  beforeAll(async () => {
    s3 = await startS3Server(world.folder);
  });
  afterAll(() => s3.stop());

  it("the video is at a signed link, its copy here is gone, and an erasure reaches it", async () => {
    const { status, stderr } = await world.understudy(world.testJob(order()), s3.env);
    expect(status, stderr).toBe(0);
    const { output_url: url } = JSON.parse(takeWebhook()) as { readonly output_url: string };
    expect(new URL(url).pathname).toMatch(/^\/videos\/made\/[\w-]{22}\/recSTORY1\.mp4$/);
    await expectSealed(url);
    await expectTidy();
    const unsigned = new URL(url);
    unsigned.searchParams.set("X-Amz-Expires", "600000");
    expect((await fetch(unsigned)).status).toBe(403);

    const { stdout: consents } = await world.understudy(["consent", "list", "--json"]);
    const [subject] = /subject_[0-9a-f]{16}/.exec(consents) ?? [];
    const without = await world.understudy(["erase", "--subject", subject!, "--json"]);
    expect(without.status).toBe(1);
    expect(without.stdout).toContain("set the BUCKET_* variables");
    expect((await fetch(url)).status).toBe(200);
    const erased = await world.understudy(["erase", "--subject", subject!, "--json"], s3.env);
    expect(erased.status, erased.stdout).toBe(0);
    expect((await fetch(url)).status).toBe(404);
  });

  it("a key that is refused fails the job without a word of the key", async () => {
    const env = { ...s3.env, BUCKET_SECRET_ACCESS_KEY: "another-secret" };
    const { status, stdout, stderr } = await world.understudy(world.testJob(order()), env);
    expect(status).toBe(1);
    expect(takeWebhook()).toBe(
      failedBody("upload-failed: The bucket refused or did not answer (SignatureDoesNotMatch, status 403)."),
    );
    expect(stdout + stderr).not.toMatch(/another-secret|AKIATESTONLY/);
    await expectTidy();
  });
});
