import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, request } from "node:http";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { createBucketArtifacts } from "./bucket-artifacts.js";
import { createS3Bucket } from "./s3-bucket.js";
import { describeArtifactStore } from "./testing/describe-artifact-store.js";
import { hasS3Server, startS3Server, type S3Server } from "./testing/s3-server.js";

const signal = new AbortController().signal;
const isThere = await hasS3Server();
const mebibyte = 1 << 20;

describe.skipIf(!isThere)("a real S3 server", () => {
  let [server, folder]: [S3Server, string] = [undefined as never, ""];
  let count = 0;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "understudy-s3-"));
    server = await startS3Server(folder);
  });
  afterAll(async () => {
    await server?.stop();
    await rm(folder, { recursive: true, force: true });
  });
  const settings = (endpointUrl = server.settings.endpointUrl) => ({
    ...server.settings,
    endpointUrl,
    prefix: `made/${(count += 1)}/`,
  });

  describeArtifactStore("a real bucket", () => createBucketArtifacts(createS3Bucket(settings())));

  async function largeFile(byteLength: number) {
    const path = join(folder, "large.mp4");
    const bytes = randomBytes(byteLength);
    await writeFile(path, bytes);
    return { path, sha256: createHash("sha256").update(bytes).digest("hex"), byteLength, mediaType: "video/mp4" };
  }

  it("takes a large file in parts, and gives back the very bytes and a part of them", async () => {
    const store = createBucketArtifacts(createS3Bucket(settings()));
    const file = await largeFile(21 * mebibyte + 5);
    await store.put("a/large", file, signal);
    expect(await store.byteLength("a/large")).toBe(file.byteLength);
    await store.fetch("a/large", join(folder, "back"), { sha256: file.sha256 }, signal);
    const end = await store.open("a/large", { start: file.byteLength - 3, end: file.byteLength - 1 });
    expect(await buffer(end)).toHaveLength(3);
  });

  it("goes on with an upload that broke off, and sends no part twice; another file's parts are dropped", async () => {
    const way = await openWay(server.settings.endpointUrl);
    const bucket = createS3Bucket(settings(way.url));
    const key = `${bucket.prefix}a/large`;
    const first = await largeFile(20 * mebibyte);
    way.breakAtPart = 3;
    await expect(bucket.put(key, first, signal)).rejects.toMatchObject({ code: "upload-failed" });
    expect(way.partsTaken).toEqual([1, 2]);
    way.breakAtPart = Infinity;
    await bucket.put(key, first, signal);
    expect(way.partsTaken).toEqual([1, 2, 3]);
    expect(await bucket.byteLength(key)).toBe(first.byteLength);

    way.breakAtPart = 3;
    await expect(bucket.put(key, first, signal)).rejects.toMatchObject({ code: "upload-failed" });
    way.breakAtPart = Infinity;
    way.partsTaken.length = 0;
    const other = await largeFile(20 * mebibyte);
    await bucket.put(key, other, signal);
    expect(way.partsTaken).toEqual([1, 2, 3]);
    const read = await bucket.open(key, undefined);
    expect(
      createHash("sha256")
        .update(await buffer(read.stream))
        .digest("hex"),
    ).toBe(other.sha256);
    expect(read.sha256).toBe(other.sha256);
  });

  it("leaves nothing of an unfinished upload when its object is removed", async () => {
    const way = await openWay(server.settings.endpointUrl);
    const bucket = createS3Bucket(settings(way.url));
    const file = await largeFile(20 * mebibyte);
    for (const remove of [bucket.remove, bucket.removeAll]) {
      way.breakAtPart = 2;
      await expect(bucket.put(`${bucket.prefix}a/large`, file, signal)).rejects.toMatchObject({
        code: "upload-failed",
      });
      way.breakAtPart = Infinity;
      way.partsTaken.length = 0;
      await remove(`${bucket.prefix}a/large`);
      await bucket.put(`${bucket.prefix}a/large`, file, signal);
      expect(way.partsTaken).toEqual([1, 2, 3]);
    }
  });

  it("shows an object by a link as it is told to, with ranges", async () => {
    const bucket = createS3Bucket(settings());
    const store = createBucketArtifacts(bucket);
    const path = join(folder, "small");
    await writeFile(path, "0123456789");
    const sha256 = createHash("sha256").update("0123456789").digest("hex");
    await store.put("a/1", { path, sha256, byteLength: 10, mediaType: "application/octet-stream" }, signal);
    const url = await store.linkTo("a/1", 60, { fileName: "für dich.mp4", mediaType: "video/mp4", isDownload: true });
    const answer = await fetch(url!, { headers: { range: "bytes=2-4" } });
    expect(await answer.text()).toBe("234");
    expect(answer.headers.get("content-type")).toBe("video/mp4");
    expect(answer.headers.get("content-disposition")).toContain(
      "attachment; filename=\"f_r dich.mp4\"; filename*=UTF-8''f%C3%BCr",
    );
    expect((await fetch(url!.replace("/a/1", "/a/2"))).status).toBe(403);
  });
});

/** A way to the server, and what went over it. */
interface Way {
  readonly url: string;
  /** From this part on, each connection that carries one is broken. */
  breakAtPart: number;
  readonly partsTaken: number[];
}

/** Bodies are passed on when they are whole; `Host` as it came, because the signature covers it. */
async function openWay(target: string): Promise<Way> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const way: Way = { url, breakAtPart: Infinity, partsTaken: [] };
  server.on("request", (incoming, outgoing) => {
    void buffer(incoming).then(
      (body) => {
        const part = Number(new URL(incoming.url!, target).searchParams.get("partNumber") ?? 0);
        if (part >= way.breakAtPart) return incoming.socket.destroy();
        if (part > 0) way.partsTaken.push(part);
        const { expect: _answered, ...headers } = incoming.headers;
        const onward = request(
          `${target}${incoming.url}`,
          { method: incoming.method!, headers, agent: false },
          (answer) => {
            outgoing.writeHead(answer.statusCode!, answer.headers);
            answer.pipe(outgoing);
          },
        );
        onward.on("error", () => incoming.socket.destroy());
        return onward.end(body);
      },
      () => undefined,
    );
  });
  return way;
}
