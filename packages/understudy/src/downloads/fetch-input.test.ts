import { once } from "node:events";
import { createServer } from "node:http";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseAddressPolicy } from "@understudy/guarded-fetch";
import { afterAll, beforeAll, beforeEach, expect, it, test } from "vitest";
import { fetchInput } from "./fetch-input.js";

/** The first bytes of a PNG, which is all that its type is told from. */
const png = Buffer.from("89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489", "hex");
/** A second of silence would do for nobody; what a file is, these say. */
const sounds: Readonly<Record<string, Buffer>> = {
  wav: Buffer.from("524946462400000057415645666d7420", "hex"),
  mp3: Buffer.from("fffb9064000000000000000000000000", "hex"),
  m4a: Buffer.from("0000001c667479704d344120000002004d344120", "hex"),
  flac: Buffer.from("664c6143000000221000100000000000", "hex"),
  ogg: Buffer.from("4f67675300020000000000000000000000000000000000000000000001766f7262697300000000", "hex"),
  opus: Buffer.from("4f6767530002000000000000000000000000000000000000000000004f7075734865616400000000", "hex"),
  amr: Buffer.from("2321414d520a3c000000000000000000", "hex"),
  midi: Buffer.from("4d546864000000060001000200604d54", "hex"),
  mp4: Buffer.from("000000186674797069736f6d0000020069736f6d69736f32", "hex"),
};
let [folder, host] = ["", ""];
const server = createServer((request, response) => {
  if (request.url?.startsWith("/photo") === true) response.end(png);
  else if (request.url?.startsWith("/sound/") === true) response.end(sounds[request.url.slice(7)]);
  else if (request.url?.startsWith("/page") === true) response.end("<html>");
  else response.writeHead(404).end();
});

beforeAll(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  host = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "understudy-fetch-"));
  return () => rm(folder, { recursive: true });
});
afterAll(() => void server.close());

const fetchPhoto = (url: string, rules: Partial<Parameters<typeof fetchInput>[1]> = {}) =>
  fetchInput(
    { field: "avatar_image_url", url, kind: "image", path: join(folder, "photo") },
    {
      policy: parseAddressPolicy(["loopback"]),
      maxBytes: 1000,
      totalMs: 10_000,
      signal: new AbortController().signal,
      ...rules,
    },
  );

test("a photo arrives whole, and how much of it has arrived is told", async () => {
  const shares: number[] = [];
  expect(await fetchPhoto(`${host}/photo`, { onShare: (share) => shares.push(share) })).toMatchObject({
    byteLength: png.length,
    mediaType: "image/png",
  });
  expect(shares.at(-1)).toBe(1);
  expect(await readdir(folder)).toEqual(["photo"]);
});

it.each([
  ["download-refused", "avatar_image_url: The URL", "file:///etc/passwd?s3cret", {}],
  ["download-refused", "127.0.0.1", "/photo?s3cret", { policy: parseAddressPolicy([]) }],
  ["download-failed", "127.0.0.1 answered with status 404", "/s3cret?s3cret", {}],
  ["download-wrong-type", "127.0.0.1", "/page?s3cret", {}],
  ["input-too-large", "127.0.0.1", "/photo?s3cret", { maxBytes: 10 }],
] as const)("says %s, with the field and the host, never path or query", async (code, words, path, rules) => {
  const refused = fetchPhoto(path.startsWith("/") ? host + path : path, rules);
  const thrown = await refused.catch((error: unknown) => error);
  expect(thrown).toMatchObject({ name: "UnderstudyError", code });
  expect((thrown as Error).message).toMatch(/^avatar_image_url: /);
  expect((thrown as Error).message).toContain(words);
  expect((thrown as Error).message).not.toMatch(/s3cret|passwd/);
  expect(await readdir(folder)).toEqual([]);
});

it.each(["wav", "mp3", "m4a", "flac", "ogg", "opus"])("takes a recording as %s", async (name) => {
  const rules = { policy: parseAddressPolicy(["loopback"]), maxBytes: 1000, totalMs: 10_000 };
  const path = join(folder, "voice");
  const input = { field: "voice-sample", url: `${host}/sound/${name}`, kind: "audio", path } as const;
  const { mediaType } = await fetchInput(input, { ...rules, signal: new AbortController().signal });
  expect(mediaType).toMatch(/^audio\//);
  expect(await readdir(folder)).toEqual(["voice"]);
});

it.each(["amr", "midi", "mp4"])("takes no %s for a recording, and leaves nothing of it", async (name) => {
  const rules = { policy: parseAddressPolicy(["loopback"]), maxBytes: 1000, totalMs: 10_000 };
  const input = {
    field: "voice-sample",
    url: `${host}/sound/${name}`,
    kind: "audio",
    path: join(folder, "x"),
  } as const;
  const refused = fetchInput(input, { ...rules, signal: new AbortController().signal });
  await expect(refused).rejects.toMatchObject({
    code: "download-wrong-type",
    message: expect.stringMatching(/^voice-sample: /),
  });
  expect(await readdir(folder)).toEqual([]);
});

test("a cancelled download ends with the signal's own reason", async () => {
  const signal = AbortSignal.abort(new Error("stopped"));
  await expect(fetchPhoto(`${host}/photo`, { signal })).rejects.toThrow("stopped");
});
