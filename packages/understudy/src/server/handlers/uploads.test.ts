import { createHash } from "node:crypto";
import { once } from "node:events";
import { connect, createServer, type AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { Upload as TusUpload, type UploadOptions } from "tus-js-client";
import { shareTestDatabase } from "#postgres/testing/test-database.js";
import { maxUploadBytes, openUploadApi } from "./testing/open-upload-api.js";

const shared = shareTestDatabase();
const open = () => openUploadApi(shared());

const video = Buffer.concat([Buffer.from("\0\0\0\u0018ftypmp42"), Buffer.alloc(400_000, 7)]);
const sha256 = createHash("sha256").update(video).digest("hex");
const tus = { "tus-resumable": "1.0.0" };
const piece = { ...tus, "content-type": "application/offset+octet-stream" };
const announce = (length: number, more = {}) => ({
  method: "POST",
  headers: { ...tus, "upload-length": String(length), ...more },
});
const patch = (offset: number, body: Uint8Array, more = {}) => ({
  method: "PATCH",
  headers: { ...piece, "upload-offset": String(offset), ...more },
  body,
});

/** Sends with the real client. @returns the upload's address. */
function sendByTus(url: string, bytes: Buffer, options: Partial<UploadOptions> = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const upload = new TusUpload(bytes, {
      endpoint: `${url}/v1/uploads`,
      metadata: { filename: "für dich.mp4", sha256 },
      retryDelays: [0, 10, 20, 40, 80],
      onSuccess: () => resolve(upload.url ?? ""),
      onError: reject,
      ...options,
    });
    upload.start();
  });
}

/** A way to the server whose first connection that carries so many bytes breaks. */
async function openBreakingWay(url: string, afterBytes: number, isTaken: () => Promise<void>) {
  const way = { url: "", breaks: 0 };
  const server = createServer((near) => {
    const far = connect(Number(new URL(url).port), "127.0.0.1");
    let count = 0;
    near.on("data", (bytes: Buffer) => {
      count += bytes.length;
      if (count < afterBytes || way.breaks > 0) return void far.write(bytes);
      way.breaks += 1;
      near.pause();
      // What nobody has read goes with the connection.
      void isTaken().finally(() => {
        far.end();
        near.destroy();
      });
    });
    far.on("data", (bytes: Buffer) => near.write(bytes));
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      one.on("error", () => other.destroy());
      one.on("close", () => other.destroy());
    }
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  way.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return way;
}

test.each([
  ["in one request after another", { chunkSize: 150_000 }],
  ["with the creation", { uploadDataDuringCreation: true }],
  ["with the creation, in pieces", { uploadDataDuringCreation: true, chunkSize: 150_000 }],
])("a real tus client sends a file %s", async (_how, options) => {
  const { url, uploads, owner } = await open();
  const address = await sendByTus(url, video, options);
  const upload = await uploads.get(owner, address.split("/").at(-1)!);
  expect(upload).toMatchObject({ state: "whole", sha256, fileName: "für dich.mp4", byteLength: video.length });
});

test("a real tus client whose connection breaks in the middle goes on where it was", async () => {
  const { url, uploads, owner, takenBytes } = await open();
  const isTaken = () => expect.poll(takenBytes, { timeout: 20_000 }).toBeGreaterThan(0);
  const way = await openBreakingWay(url, 200_000, isTaken);
  const offsets: number[] = [];
  const received = async () => (await uploads.list(owner, 1))[0]?.receivedBytes;
  const address = await sendByTus(way.url, video, {
    async onBeforeRequest(request) {
      if (request.getMethod() === "PATCH") offsets.push(Number(request.getHeader("Upload-Offset")));
      // Asked at once, the server may not have noted yet what arrived.
      if (request.getMethod() !== "HEAD") return;
      await expect.poll(received, { timeout: 20_000 }).toBeGreaterThan(0);
    },
  });
  expect(way.breaks).toBe(1);
  expect(offsets).toEqual([0, expect.any(Number)]);
  expect(offsets[1]).toBeGreaterThan(0);
  expect(await uploads.get(owner, address.split("/").at(-1)!)).toMatchObject({ state: "whole", sha256 });
});

test("without tus, a file is one request", async () => {
  const { url, uploads, owner } = await open();
  const answer = await fetch(`${url}/v1/uploads?fileName=a%00.mp4&sha256=${sha256}`, { method: "POST", body: video });
  expect(answer.status).toBe(201);
  const upload = (await answer.json()) as { readonly id: string };
  expect(upload).toMatchObject({ state: "whole", sha256, mediaType: "video/mp4", fileName: "a.mp4" });
  expect(answer.headers.get("location")).toBe(`/v1/uploads/${upload.id}`);
  expect(upload).not.toHaveProperty("ownerId");
  expect(await (await fetch(`${url}/v1/uploads`)).json()).toEqual({ uploads: [upload] });
  expect(await (await fetch(`${url}/v1/uploads/${upload.id}`)).json()).toEqual(upload);
  expect(await uploads.get(owner, upload.id)).toBeDefined();
});

test("the protocol's fields are told: abilities, progress, expiry, version", async () => {
  const { url } = await open();
  const abilities = await fetch(`${url}/v1/uploads`, { method: "OPTIONS" });
  expect(abilities.headers.get("tus-extension")).toContain("creation-with-upload");
  expect(abilities.headers.get("tus-max-size")).toBe(String(maxUploadBytes));
  const created = await fetch(`${url}/v1/uploads`, announce(video.length));
  const address = `${url}${created.headers.get("location")}`;
  await fetch(address, patch(0, video.subarray(0, 1000)));
  const head = await fetch(address, { method: "HEAD", headers: tus });
  expect(Object.fromEntries(head.headers)).toMatchObject({
    "tus-resumable": "1.0.0",
    "upload-offset": "1000",
    "upload-length": String(video.length),
    "upload-expires": "Sat, 02 Jan 2027 12:00:00 GMT",
    "cache-control": "no-store",
  });
  expect((await fetch(address, { method: "DELETE", headers: tus })).status).toBe(204);
  expect((await fetch(address, { method: "HEAD", headers: tus })).status).toBe(404);
});

test("a piece that its checksum does not fit is refused by 460 and sent again", async () => {
  const { url } = await open();
  const created = await fetch(`${url}/v1/uploads`, announce(video.length));
  const address = `${url}${created.headers.get("location")}`;
  const checksum = `sha1 ${createHash("sha1").update(video).digest("base64")}`;
  const damaged = Buffer.from(video).fill(8, 100, 101);
  const refused = await fetch(address, patch(0, damaged, { "upload-checksum": checksum }));
  expect([refused.status, refused.headers.get("tus-resumable")]).toEqual([460, "1.0.0"]);
  const taken = await fetch(address, patch(0, video, { "upload-checksum": checksum }));
  expect([taken.status, taken.headers.get("upload-offset")]).toEqual([204, String(video.length)]);
});

test("what cannot be an upload is refused, and leaves none", async () => {
  const { url, uploads, owner } = await open();
  const statusOf = async (options: RequestInit, path = "/v1/uploads") => (await fetch(`${url}${path}`, options)).status;
  expect(await statusOf({ method: "POST", body: Buffer.alloc(maxUploadBytes + 1) })).toBe(413);
  expect(await statusOf({ method: "POST", body: "no video" })).toBe(422);
  expect(await statusOf({ method: "POST", body: video }, `/v1/uploads?sha256=${"0".repeat(64)}`)).toBe(422);
  expect(await statusOf({ method: "POST", body: video }, "/v1/uploads?sha256=x")).toBe(400);
  expect(await statusOf({ method: "POST", body: "" })).toBe(400);
  const endless = new ReadableStream({ pull: (controller) => controller.enqueue(video) });
  expect(await statusOf({ method: "POST", body: endless, duplex: "half" } as RequestInit)).toBe(400);
  expect(await statusOf(announce(maxUploadBytes + 1))).toBe(413);
  expect(await statusOf(announce(5, { "tus-resumable": "0.2.2" }))).toBe(412);
  expect(await statusOf(announce(5, { "upload-length": "-5" }))).toBe(400);
  expect(await statusOf(announce(5, { "upload-defer-length": "1" }))).toBe(400);
  expect(await statusOf(announce(5, { "upload-metadata": `sha256 ${Buffer.from("x").toString("base64")}` }))).toBe(400);
  const long = announce(5, { "content-type": piece["content-type"] });
  expect(await statusOf({ ...long, body: video })).toBe(409);
  expect(await uploads.list(owner, 100)).toEqual([]);
});

test("a piece is refused that is no piece, begins elsewhere, or never ends", async () => {
  const { url, uploads, owner } = await open();
  const created = await fetch(`${url}/v1/uploads`, announce(1000));
  const path = created.headers.get("location");
  const statusOf = async (options: RequestInit) => (await fetch(`${url}${path}`, options)).status;
  const body = Buffer.alloc(10);
  expect(await statusOf({ method: "PATCH", headers: { ...tus, "upload-offset": "0" }, body })).toBe(415);
  expect(await statusOf({ method: "PATCH", headers: piece, body })).toBe(400);
  expect(await statusOf(patch(5, body))).toBe(409);
  expect(await statusOf(patch(0, body, { "upload-checksum": "md5 AAAA" }))).toBe(400);
  const endless = new ReadableStream({ pull: (controller) => controller.enqueue(video) });
  // The answer comes while the body does; the connection may be gone before the client has read it.
  const refused = await statusOf({ ...patch(0, body), body: endless, duplex: "half" } as RequestInit).catch(() => 409);
  expect(refused).toBe(409);
  expect(await uploads.list(owner, 1)).toMatchObject([{ receivedBytes: 0, state: "open" }]);
});

test("another owner's upload is not there: not to look at, to go on with, or to remove", async () => {
  const { url, uploads, owner } = await open();
  const { id } = await uploads.create(owner, { byteLength: 1000 });
  const other = { "x-owner": "owner_other" };
  const statusOf = async (method: string, headers = {}) =>
    (await fetch(`${url}/v1/uploads/${id}`, { method, headers: { ...other, ...headers } })).status;
  expect(await Promise.all(["GET", "HEAD", "DELETE", "PATCH"].map((method) => statusOf(method)))).toEqual(
    Array.from({ length: 4 }, () => 404),
  );
  expect(await (await fetch(`${url}/v1/uploads`, { headers: other })).json()).toEqual({ uploads: [] });
  expect(await uploads.get(owner, id)).toBeDefined();
});
