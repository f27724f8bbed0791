import { EventEmitter } from "node:events";
import { readdir, readFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { failureOf, loopbackPolicy, serve, type Loopback } from "#testing/loopback.js";
import { fakeVideo } from "#testing/media.js";
import { temporaryFolder } from "#testing/temporary-folder.js";
import { download, type DownloadOptions } from "./download.js";

/** Tells the servers how many bytes the client has written. */
const written = new EventEmitter<{ bytes: [byteLength: number] }>();

const options: DownloadOptions = {
  policy: loopbackPolicy,
  accept: ["video"],
  limits: { firstPauseMs: 1 },
  onProgress: ({ byteLength }) => written.emit("bytes", byteLength),
};

/** What the n-th message is answered with; after the last, the last again. */
type Step = (answer: ServerResponse, message: IncomingMessage) => void;

const video = fakeVideo(300_000);
const etag = { etag: '"v1"' };

/** Promises everything, sends some of it and hangs up when that has been written. */
const breakAt =
  (bytes: number, headers: Record<string, string>, body = video): Step =>
  (answer) => {
    written.on("bytes", function hangUp(byteLength) {
      if (byteLength !== bytes) return;
      written.off("bytes", hangUp);
      answer.destroy();
    });
    answer.writeHead(200, { ...headers, "content-length": body.byteLength }).write(body.subarray(0, bytes));
  };

const whole: Step = (answer) => answer.writeHead(200, etag).end(video);

const refuse =
  (status: number, headers: Record<string, string> = {}): Step =>
  (answer) =>
    answer.writeHead(status, headers).end();

/** Sends what the Range header asks for. */
const rest: Step = (answer, message) => {
  const start = startOf(message);
  const range = `bytes ${start}-${video.byteLength - 1}/${video.byteLength}`;
  answer.writeHead(206, { ...etag, "content-range": range }).end(video.subarray(start));
};

/** Sends at most 100,000 bytes of what the Range header asks for. */
const piece: Step = (answer, message) => {
  const start = startOf(message);
  const end = Math.min(start + 100_000, video.byteLength);
  const range = `bytes ${start}-${end - 1}/${video.byteLength}`;
  answer.writeHead(206, { ...etag, "content-range": range }).end(video.subarray(start, end));
};

const partWith =
  (headers: Record<string, string>): Step =>
  (answer) =>
    answer.writeHead(206, headers).end(video);

function startOf(message: IncomingMessage): number {
  return Number(/^bytes=(\d+)-$/.exec(message.headers.range ?? "")?.[1]);
}

async function serveSteps(...steps: readonly [Step, ...Step[]]): Promise<Loopback> {
  let count = 0;
  return serve((message, answer) => {
    steps[Math.min(count, steps.length - 1)]?.(answer, message);
    count += 1;
  });
}

async function expectVideo(server: Loopback, limits: DownloadOptions["limits"] = {}): Promise<void> {
  const path = join(await temporaryFolder(), "a.mp4");
  await download(server.origin, path, { ...options, limits: { ...options.limits, ...limits } });
  expect((await readFile(path)).equals(video)).toBe(true);
}

function rangesOf(server: Loopback): (string | undefined)[] {
  return server.seen.map(({ headers }) => headers.range);
}

describe("a download that breaks", () => {
  it("goes on from the byte where it broke", async () => {
    const server = await serveSteps(breakAt(100_000, etag), rest);
    await expectVideo(server);
    expect(rangesOf(server)).toEqual([undefined, "bytes=100000-"]);
    expect(server.seen[1]?.headers["if-range"]).toBe('"v1"');
  });

  it("goes on by date when there is no strong tag", async () => {
    const headers = {
      etag: 'W/"v1"',
      "last-modified": "Mon, 06 Jul 2026 10:00:00 GMT",
      date: "Mon, 06 Jul 2026 11:00:00 GMT",
    };
    const server = await serveSteps(breakAt(100_000, headers), rest);
    await expectVideo(server);
    expect(server.seen[1]?.headers["if-range"]).toBe(headers["last-modified"]);
  });

  it("goes on before enough bytes for the type were there", async () => {
    const server = await serveSteps(breakAt(10, etag), rest);
    await expectVideo(server);
    expect(rangesOf(server)).toEqual([undefined, "bytes=10-"]);
  });

  it("asks again until a server that sends pieces has sent all", async () => {
    const server = await serveSteps(breakAt(50_000, etag), piece);
    await expectVideo(server);
    expect(rangesOf(server)).toEqual([undefined, "bytes=50000-", "bytes=150000-", "bytes=250000-"]);
  });

  it("counts resumed bytes against the limit", async () => {
    const server = await serveSteps(breakAt(100_000, etag), (answer, message) => {
      const start = startOf(message);
      answer.writeHead(206, { ...etag, "content-range": `bytes ${start}-399999/*` });
      answer.end(Buffer.alloc(400_000 - start));
    });
    const path = join(await temporaryFolder(), "a.mp4");
    const failure = await failureOf(
      download(server.origin, path, { ...options, limits: { maxBytes: 350_000, firstPauseMs: 1 } }),
    );
    expect(failure).toMatchObject({ code: "too-large", status: 206 });
  });

  it("keeps its bytes through an answer of 503", async () => {
    const server = await serveSteps(breakAt(100_000, etag), refuse(503), rest);
    await expectVideo(server);
    expect(rangesOf(server)).toEqual([undefined, "bytes=100000-", "bytes=100000-"]);
  });

  it.each([
    ["gives no proof that the bytes stay the same", {}],
    ["gives a weak tag", { etag: 'W/"v1"' }],
    ["gives a date of this very second", { "last-modified": new Date().toUTCString(), date: new Date().toUTCString() }],
  ])("starts over when the server %s", async (_what, headers) => {
    const server = await serveSteps(breakAt(100_000, headers), whole);
    await expectVideo(server);
    expect(rangesOf(server)).toEqual([undefined, undefined]);
  });

  it("starts over when the server ignores the range or the file has changed", async () => {
    const old = fakeVideo(200_000);
    const server = await serveSteps(breakAt(100_000, { etag: '"v0"' }, old), whole);
    await expectVideo(server);
    expect(rangesOf(server)).toEqual([undefined, "bytes=100000-"]);
  });

  it.each([
    ["another place", partWith({ ...etag, "content-range": "bytes 0-299999/300000" })],
    ["no place", partWith(etag)],
    ["another version's bytes", partWith({ etag: '"v2"', "content-range": "bytes 100000-299999/300000" })],
    ["a refusal of the range", refuse(416, { "content-range": "bytes */300000" })],
  ])("starts over when the server answers with %s", async (_what, step) => {
    const server = await serveSteps(breakAt(100_000, etag), step, whole);
    await expectVideo(server);
    expect(rangesOf(server)).toEqual([undefined, "bytes=100000-", undefined]);
  });

  it("judges the type of what it started over with", async () => {
    const folder = await temporaryFolder();
    const server = await serveSteps(breakAt(100_000, etag), (answer) => answer.end("<html>"));
    const failure = await failureOf(download(server.origin, join(folder, "a.mp4"), options));
    expect(failure.code).toBe("wrong-type");
    expect(await readdir(folder)).toEqual([]);
  });
});

describe("a server that fails for a while", () => {
  it.each([408, 425, 429, 500, 502, 503, 504])("is asked again after %d", async (status) => {
    await expectVideo(await serveSteps(refuse(status), whole));
  });

  it("is asked no more than `attempts` times, and its last answer is the failure", async () => {
    const folder = await temporaryFolder();
    const server = await serveSteps(refuse(503));
    const failure = await failureOf(
      download(server.origin, join(folder, "a.mp4"), { ...options, limits: { attempts: 3, firstPauseMs: 1 } }),
    );
    expect(failure).toMatchObject({ code: "status", status: 503, retryable: true });
    expect(server.seen).toHaveLength(3);
    expect(await readdir(folder)).toEqual([]);
  });

  it.each([
    ["longer than the longest pause", {}],
    ["longer than the time that is left", { maxPauseMs: 2 ** 31 - 1 }],
  ])("is not asked again when it wants to be left alone for %s", async (_what, limits) => {
    const server = await serveSteps(refuse(429, { "retry-after": "86400" }), whole);
    const path = join(await temporaryFolder(), "a.mp4");
    const failure = await failureOf(
      download(server.origin, path, { ...options, limits: { ...options.limits, ...limits } }),
    );
    expect(failure).toMatchObject({ code: "status", status: 429, retryAfterMs: 86_400_000 });
    expect(server.seen).toHaveLength(1);
  });

  it("lets a download be cancelled in a pause", async () => {
    const controller = new AbortController();
    const server = await serveSteps((answer) => {
      answer.writeHead(503).end(() => setImmediate(() => controller.abort(new Error("job cancelled"))));
    });
    const path = join(await temporaryFolder(), "a.mp4");
    const limits = { firstPauseMs: 20_000 };
    await expect(download(server.origin, path, { ...options, limits, signal: controller.signal })).rejects.toThrow(
      "job cancelled",
    );
    expect(server.seen).toHaveLength(1);
  });
});
