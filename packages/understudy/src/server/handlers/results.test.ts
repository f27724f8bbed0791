import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { OpenAPIHono } from "@hono/zod-openapi";
import { expect, it, onTestFinished, test } from "vitest";
import type { LinkedFile, ResultLinks } from "#links/result-links.js";
import type { Api, ApiEnv } from "#server/api.js";
import { problem } from "#server/problem.js";
import type { Service } from "#server/service.js";
import { createBucketArtifacts } from "#storage/bucket-artifacts.js";
import { createDiskArtifacts } from "#storage/disk-artifacts.js";
import { createMemoryBucket } from "#storage/testing/memory-bucket.js";
import { addResultsRoutes } from "./results.js";

const secret = "A".repeat(22);
const text = "0123456789";
const sha256 = createHash("sha256").update(text).digest("hex");
const linked: LinkedFile = {
  renderId: "r1",
  artifactKey: "renders/r1/video.mp4",
  fileName: "for-you.mp4",
  mediaType: "video/mp4",
  byteLength: text.length,
  sha256,
};

async function openResults(place: "disk" | "bucket" = "disk") {
  const folder = await mkdtemp(join(tmpdir(), "understudy-results-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const artifacts =
    place === "disk" ? createDiskArtifacts(join(folder, "store")) : createBucketArtifacts(createMemoryBucket());
  const path = join(folder, "video.mp4");
  await writeFile(path, text);
  await artifacts.put(linked.artifactKey, { path, ...linked }, new AbortController().signal);
  const known = new Map([[secret, linked]]);
  const links = { find: async (asked: string) => known.get(asked) } as ResultLinks;
  const api: Api = new OpenAPIHono<ApiEnv>();
  api.onError((thrown, context) => problem(context, thrown));
  addResultsRoutes(api, { links, artifacts, publicUrl: () => "http://service.test" } as Service);
  const get = async (headers: Record<string, string> = {}, method = "GET", address = `/r/${secret}/for-you.mp4`) =>
    api.request(address, { method, headers });
  return { get, artifacts, known };
}

test("a video is handed out whole, to be shown, under its name", async () => {
  const { get } = await openResults();
  const answer = await get();
  expect(answer.status).toBe(200);
  expect(await answer.text()).toBe(text);
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    "content-type": "video/mp4",
    "content-length": "10",
    "content-disposition": 'inline; filename="for-you.mp4"',
    "accept-ranges": "bytes",
    "cache-control": "private, no-cache",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    etag: `"${sha256}"`,
  });
});

it.each([
  ["bytes=2-4", "234", "bytes 2-4/10"],
  ["bytes=7-", "789", "bytes 7-9/10"],
  ["bytes=-3", "789", "bytes 7-9/10"],
  ["bytes=0-", text, "bytes 0-9/10"],
])("a player that asks for %s gets that part", async (range, part, contentRange) => {
  const { get } = await openResults();
  const answer = await get({ range, "if-range": `"${sha256}"` });
  expect([answer.status, answer.headers.get("content-range")]).toEqual([206, contentRange]);
  expect(answer.headers.get("content-length")).toBe(String(part.length));
  expect(await answer.text()).toBe(part);
});

test("a part of another version is the whole of this one; a copy of this one is not sent again; what lies outside is not there", async () => {
  const { get } = await openResults();
  const other = await get({ range: "bytes=2-4", "if-range": '"other"' });
  expect([other.status, await other.text()]).toEqual([200, text]);
  expect((await get({ "if-none-match": `"${sha256}"` })).status).toBe(304);
  const outside = await get({ range: "bytes=10-" });
  expect([outside.status, outside.headers.get("content-range")]).toEqual([416, "bytes */10"]);
});

test.each(["disk", "bucket"] as const)("HEAD tells of a file in a %s without sending it", async (place) => {
  const { get } = await openResults(place);
  const answer = await get({}, "HEAD");
  expect([answer.status, answer.headers.get("content-length"), await answer.text()]).toEqual([200, "10", ""]);
});

test("a download is saved, not shown", async () => {
  const { get } = await openResults();
  const answer = await get({}, "GET", `/r/${secret}/for-you.mp4?download`);
  expect(answer.headers.get("content-disposition")).toBe('attachment; filename="for-you.mp4"');
});

test("a file in a bucket is led to, by an address of five minutes that nobody keeps", async () => {
  const { get } = await openResults("bucket");
  const answer = await get({ range: "bytes=0-1" });
  expect(answer.status).toBe(302);
  expect(answer.headers.get("location")).toBe("https://s3.test/videos/renders/r1/video.mp4?expires=300");
  expect(answer.headers.get("cache-control")).toBe("no-store");
  expect(answer.headers.get("referrer-policy")).toBe("no-referrer");
});

it.each([
  ["an unknown secret", `/r/${"B".repeat(22)}/for-you.mp4`],
  ["another name", `/r/${secret}/other.mp4`],
  ["a way out", `/r/${secret}/..%2f..%2fetc%2fpasswd`],
])("%s leads nowhere", async (_what, address) => {
  const { get } = await openResults();
  const answer = await get({}, "GET", address);
  expect(answer.status).toBe(404);
  expect(await answer.json()).toMatchObject({ code: "not-found" });
});

test.each(["disk", "bucket"] as const)(
  "what was taken back or removed from a %s is not there, and a browser is told so calmly",
  async (place) => {
    const { get, known, artifacts } = await openResults(place);
    known.delete(secret);
    const revoked = await get({ accept: "text/html,*/*" });
    known.set(secret, linked);
    await artifacts.removeAll("renders/r1/");
    const removed = await get({ accept: "text/html,*/*" });
    const page = await removed.text();
    expect([revoked.status, removed.status]).toEqual([404, 404]);
    expect(page).toContain("There is nothing at this address");
    expect(await revoked.text()).toBe(page);
    expect(removed.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect((await get()).headers.get("content-type")).toBe("application/problem+json");
  },
);
