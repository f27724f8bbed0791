import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { expect, onTestFinished, test } from "vitest";
import { shareTestDatabase } from "#postgres/testing/test-database.js";
import type { ArtifactStore } from "#storage/artifact-store.js";
import { createDiskArtifacts } from "#storage/disk-artifacts.js";
import { createUploadList, type UploadLimits } from "./postgres-upload-list.js";
import type { Upload } from "./upload-list.js";

const shared = shareTestDatabase();
const signal = new AbortController().signal;
const video = Buffer.concat([Buffer.from("\0\0\0\u0018ftypmp42"), Buffer.alloc(40, 7)]);
const sha256Of = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");

/** An owner of their own, on a store of their own. */
async function openUploads(limits: Partial<UploadLimits> = {}, wrap = (store: ArtifactStore) => store) {
  const folder = await mkdtemp(join(tmpdir(), "understudy-uploads-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const clock = { now: new Date("2027-01-01T12:00:00Z") };
  const disk = createDiskArtifacts(join(folder, "artifacts"));
  const artifacts = wrap(disk);
  const workFolder = join(folder, "work");
  const uploads = createUploadList({
    pool: shared().pool,
    artifacts,
    now: () => clock.now,
    workFolder,
    limits: { maxInputBytes: 1000, keptDays: 7, ...limits },
    async mediaTypeOf(head) {
      const text = Buffer.from(head).toString("latin1");
      return text.startsWith("audio/") ? text : text.startsWith("ftyp", 4) ? "video/mp4" : undefined;
    },
  });
  const owner = `owner_${randomBytes(8).toString("hex")}`;
  const create = (more: { readonly sha256?: string } = {}) =>
    uploads.create(owner, { byteLength: video.length, ...more });
  const send = (upload: Upload, from: number, to = video.length) =>
    uploads.append(upload, from, bodyOf(video.subarray(from, to)), signal);
  const bytesOf = async (upload: Upload) => buffer(await disk.open(uploads.artifactKey(upload)));
  const left = async () => [...(await disk.list("")), ...(await readdir(workFolder).catch(() => []))];
  return { uploads, owner, create, send, bytesOf, left, clock, disk };
}

async function* bodyOf(...parts: readonly (Uint8Array | Error)[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) {
    if (part instanceof Error) throw part;
    yield part;
  }
}

test("a file in one piece is whole at once: its hash, its type by its bytes, kept for as long as the limits say", async () => {
  const { create, send, bytesOf, left } = await openUploads();
  const upload = await create();
  expect(upload).toMatchObject({ state: "open", receivedBytes: 0, expiresAt: new Date("2027-01-02T12:00:00Z") });
  const whole = await send(upload, 0);
  expect(whole).toMatchObject({ state: "whole", receivedBytes: 52, sha256: sha256Of(video), mediaType: "video/mp4" });
  expect(whole.expiresAt).toEqual(new Date("2027-01-08T12:00:00Z"));
  expect(await bytesOf(whole)).toEqual(video);
  expect(await left()).toHaveLength(1);
});

test("a file in pieces is joined; what arrived of a piece whose sender went away counts", async () => {
  const { uploads, owner, create, send, bytesOf, left } = await openUploads();
  const upload = await create({ sha256: sha256Of(video) });
  await send(upload, 0, 10);
  const gone = uploads.append(upload, 10, bodyOf(video.subarray(10, 25), new Error("hung up")), signal);
  await expect(gone).rejects.toThrow("hung up");
  expect(await uploads.get(owner, upload.id)).toMatchObject({ state: "open", receivedBytes: 25 });
  const whole = await send(upload, 25);
  expect(whole).toMatchObject({ state: "whole", sha256: sha256Of(video) });
  expect(await bytesOf(whole)).toEqual(video);
  expect(await left()).toHaveLength(1);
});

test("a long body is kept piece by piece while it arrives", async () => {
  const { uploads, owner, create, disk } = await openUploads({ pieceBytes: 20 });
  const upload = await create();
  const seen: (readonly string[])[] = [];
  async function* body() {
    for (let at = 0; at < video.length; at += 10) {
      seen.push(await disk.list(""));
      yield video.subarray(at, at + 10);
    }
  }
  await uploads.append(upload, 0, body(), signal);
  expect(seen.map((keys) => keys.length)).toEqual([0, 0, 1, 1, 2, 2]);
  expect(await uploads.get(owner, upload.id)).toMatchObject({ state: "whole", sha256: sha256Of(video) });
});

test("a signal stops the reading, and what has arrived counts", async () => {
  const { uploads, owner, create } = await openUploads();
  const upload = await create();
  const controller = new AbortController();
  async function* body() {
    yield video.subarray(0, 10);
    controller.abort(new Error("stopping"));
    yield video.subarray(10);
  }
  await expect(uploads.append(upload, 0, body(), controller.signal)).rejects.toThrow("stopping");
  expect((await uploads.get(owner, upload.id))?.receivedBytes).toBeGreaterThanOrEqual(10);
});

test("of two senders at once one is refused, and the bytes are the other's", async () => {
  const { uploads, create, bytesOf } = await openUploads();
  for (const to of [30, video.length]) {
    const upload = await create();
    const other = Buffer.from(video.subarray(0, to)).fill(9, 20);
    const sent = [video.subarray(0, to), other].map((bytes) => uploads.append(upload, 0, bodyOf(bytes), signal));
    const ends = await Promise.allSettled(sent);
    expect(ends.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    const lost = ends.find((end) => end.status === "rejected");
    expect(lost?.reason).toMatchObject({ code: "upload-conflict" });
    const winner = ends[0]!.status === "fulfilled" ? video : Buffer.concat([other, video.subarray(to)]);
    const last = uploads.append(upload, to, bodyOf(video.subarray(to)), signal);
    await last.catch(() => undefined);
    const whole = await uploads.get(upload.ownerId, upload.id);
    expect(await bytesOf(whole!)).toEqual(winner);
    expect(whole?.sha256).toBe(sha256Of(winner));
  }
});

test("an upload that is removed while a piece is on its way leaves nothing", async () => {
  const { uploads, owner, create, left } = await openUploads();
  for (const to of [30, video.length]) {
    const upload = await create();
    async function* body() {
      yield video.subarray(0, to);
      await uploads.remove(owner, upload.id);
    }
    await expect(uploads.append(upload, 0, body(), signal)).rejects.toMatchObject({ code: "upload-conflict" });
    expect(await uploads.get(owner, upload.id)).toBeUndefined();
    expect(await left()).toEqual([]);
  }
});

test("a piece at another place, or of more than was announced, is refused and does not count", async () => {
  const { uploads, owner, create, send } = await openUploads();
  const upload = await create();
  await expect(send(upload, 5)).rejects.toMatchObject({ code: "upload-conflict" });
  const long = uploads.append(upload, 0, bodyOf(video, video), signal);
  await expect(long).rejects.toMatchObject({ code: "upload-conflict" });
  expect(await uploads.get(owner, upload.id)).toMatchObject({ state: "open", receivedBytes: 0 });
  await send(upload, 0);
  await expect(send(upload, video.length)).rejects.toMatchObject({ code: "upload-conflict" });
});

test.each([
  ["audio/wav", "whole"],
  ["audio/ogg; codecs=opus", "whole"],
  ["audio/midi", "broken"],
])("of sounds those that a voice may come in are kept: %s is %s", async (mediaType, state) => {
  const { uploads, owner } = await openUploads();
  const bytes = Buffer.from(mediaType);
  const sound = await uploads.create(owner, { byteLength: bytes.length });
  await uploads.append(sound, 0, bodyOf(bytes), signal).catch(() => undefined);
  const settled = await uploads.get(owner, sound.id);
  expect(settled).toMatchObject({ state, ...(state === "whole" && { mediaType }) });
});

test("what is not what was announced, or is no video, picture or recording, is broken and takes no more", async () => {
  const { uploads, owner, create, send, left } = await openUploads();
  const wrong = await create({ sha256: "0".repeat(64) });
  await send(wrong, 0, 10);
  await expect(send(wrong, 10)).rejects.toMatchObject({ code: "upload-broken" });
  const text = await uploads.create(owner, { byteLength: 4 });
  const sent = uploads.append(text, 0, bodyOf(Buffer.from("text")), signal);
  await expect(sent).rejects.toMatchObject({ code: "upload-broken" });
  for (const { id } of [wrong, text]) expect(await uploads.get(owner, id)).toMatchObject({ state: "broken" });
  await expect(send(wrong, 10)).rejects.toMatchObject({ code: "upload-conflict" });
  expect(await left()).toEqual([]);
});

test.each(["sha1", "sha256"] as const)(
  "a piece whose %s is another does not count, nor does a part of one",
  async (algorithm) => {
    const { uploads, owner, create } = await openUploads({ pieceBytes: 60 });
    const upload = await create();
    const checksum = { algorithm, digest: createHash(algorithm).update(video).digest() };
    const append = (...parts: readonly (Uint8Array | Error)[]) =>
      uploads.append(upload, 0, bodyOf(...parts), signal, checksum);
    await expect(append(Buffer.alloc(52))).rejects.toMatchObject({ code: "upload-broken" });
    await expect(append(video.subarray(0, 9), new Error("hung up"))).rejects.toThrow("hung up");
    expect((await uploads.get(owner, upload.id))?.receivedBytes).toBe(0);
    expect((await append(video)).state).toBe("whole");
  },
);

test.each([
  [0, "bad-request"],
  [1.5, "bad-request"],
  [Number.NaN, "bad-request"],
  [1001, "input-too-large"],
])("an upload of %d bytes is refused", async (byteLength, code) => {
  const { uploads, owner } = await openUploads();
  await expect(uploads.create(owner, { byteLength })).rejects.toMatchObject({ code });
});

test("an owner has so many open uploads and no more, however many are asked for at once", async () => {
  const { uploads, owner, create, send } = await openUploads({ openUploads: 2 });
  const ends = await Promise.allSettled([create(), create(), create()]);
  expect(ends.filter(({ status }) => status === "rejected")).toMatchObject([{ reason: { code: "rate-limited" } }]);
  const [open] = await uploads.list(owner, 10);
  await send(open!, 0);
  await expect(create()).resolves.toMatchObject({ state: "open" });
});

test("another owner sees, continues and removes nothing", async () => {
  const { uploads, owner, create, send } = await openUploads();
  const upload = await create();
  const other = "owner_other";
  expect(await uploads.get(other, upload.id)).toBeUndefined();
  expect(await uploads.list(other, 100)).toEqual([]);
  expect(await uploads.remove(other, upload.id)).toBe(false);
  await expect(send({ ...upload, ownerId: other }, 0)).rejects.toMatchObject({ code: "upload-conflict" });
  expect(await uploads.list(owner, 100)).toEqual([upload]);
});

test("a sweep removes what has expired, with its bytes, and nothing else", async () => {
  const { uploads, owner, create, send, left, clock } = await openUploads();
  const [begun, whole] = [await create(), await create()];
  await send(begun, 0, 10);
  await send(whole, 0);
  clock.now = new Date("2027-01-02T12:00:00Z");
  expect(await uploads.get(owner, begun.id)).toBeUndefined();
  await uploads.sweep(clock.now);
  expect(await uploads.list(owner, 10)).toMatchObject([{ id: whole.id }]);
  expect(await left()).toHaveLength(1);
  clock.now = new Date("2027-01-08T12:00:00Z");
  await uploads.sweep(clock.now);
  expect(await left()).toEqual([]);
});

test("an upload whose process died in the last step is finished by a sweep", async () => {
  let isDown = false;
  const { uploads, owner, create, send, bytesOf, clock } = await openUploads({}, (store) => ({
    ...store,
    fetch: (...args) => (isDown ? Promise.reject(new Error("killed")) : store.fetch(...args)),
  }));
  const upload = await create();
  await send(upload, 0, 10);
  isDown = true;
  await expect(send(upload, 10)).rejects.toThrow("killed");
  expect(await uploads.get(owner, upload.id)).toMatchObject({ state: "open", receivedBytes: video.length });
  isDown = false;
  await uploads.sweep(clock.now);
  const whole = await uploads.get(owner, upload.id);
  expect(whole).toMatchObject({ state: "whole", sha256: sha256Of(video) });
  expect(await bytesOf(whole!)).toEqual(video);
});
