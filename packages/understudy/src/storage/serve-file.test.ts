import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it, test } from "vitest";
import { resultFiles } from "./result-files.js";

const secret = "A".repeat(22);
let [folder, url] = ["", ""];
const server = createServer((request: IncomingMessage, response) => {
  if (!resultFiles({ dataFolder: "", storage: { folder, publicUrl: "", linkDays: 7 } }).serve(request, response)) {
    response.writeHead(418).end();
  }
});

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "understudy-files-"));
  await mkdir(join(folder, secret));
  await writeFile(join(folder, secret, "video.mp4"), "0123456789");
  await writeFile(join(folder, "outside.mp4"), "secret");
  await symlink(join(folder, "outside.mp4"), join(folder, secret, "link.mp4"));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/files`;
});
afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true });
});

const get = (path: string, headers: Record<string, string> = {}, method = "GET") =>
  fetch(`${url}/${path}`, { headers, method });

test("a file is handed out whole, as a video", async () => {
  const answer = await get(`${secret}/video.mp4`);
  expect(answer.status).toBe(200);
  expect(answer.headers.get("content-type")).toBe("video/mp4");
  expect(await answer.text()).toBe("0123456789");
});

it.each([
  ["bytes=2-4", "234", "bytes 2-4/10"],
  ["bytes=7-", "789", "bytes 7-9/10"],
  ["bytes=-3", "789", "bytes 7-9/10"],
  ["bytes=8-99", "89", "bytes 8-9/10"],
])("a player that asks for %s gets that part", async (range, text, contentRange) => {
  const answer = await get(`${secret}/video.mp4`, { range });
  expect(answer.status).toBe(206);
  expect(answer.headers.get("content-range")).toBe(contentRange);
  expect(await answer.text()).toBe(text);
});

it.each(["bytes=10-", "bytes=4-2", "bytes=-0"])("%s lies outside", async (range) => {
  expect((await get(`${secret}/video.mp4`, { range })).status).toBe(416);
});

it.each([
  ["a file that is not there", `${secret}/other.mp4`, 404],
  ["a link", `${secret}/link.mp4`, 404],
  ["a folder", secret, 418],
  ["a way out", `${secret}/..%2foutside.mp4`, 418],
  ["a deeper way", `${secret}/a/b`, 418],
  ["a hidden name", `${secret}/.env`, 418],
])("%s is not handed out", async (_what, path, status) => {
  expect((await get(path)).status).toBe(status);
});

test("nothing is written through it", async () => {
  expect((await get(`${secret}/video.mp4`, {}, "DELETE")).status).toBe(405);
});
