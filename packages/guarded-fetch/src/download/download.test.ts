import { createHash } from "node:crypto";
import { lstat, mkdir, readdir, readFile, readlink, stat, symlink, writeFile } from "node:fs/promises";
import type { RequestListener } from "node:http";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { GuardedFetchError } from "#errors.js";
import { failureOf, loopbackPolicy, serve, serveRaw } from "#testing/loopback.js";
import { fakeVideo } from "#testing/media.js";
import { temporaryFolder } from "#testing/temporary-folder.js";
import { download, type DownloadOptions } from "./download.js";

const options: DownloadOptions = { policy: loopbackPolicy, accept: ["video"], limits: { attempts: 1 } };

/** Downloads what a listener serves, which must fail and leave nothing. */
async function expectRefusal(
  listener: RequestListener,
  more: Partial<DownloadOptions> = {},
): Promise<GuardedFetchError> {
  const folder = await temporaryFolder();
  const server = await serve(listener);
  const failure = await failureOf(download(`${server.origin}/a.mp4`, join(folder, "a.mp4"), { ...options, ...more }));
  expect(await readdir(folder)).toEqual([]);
  return failure;
}

describe("download", () => {
  it("writes a whole file for its owner alone and tells what it is", async () => {
    const video = fakeVideo(200_000);
    const path = join(await temporaryFolder(), "input.bin");
    const server = await serve((message, answer) => {
      if (message.url === "/go?key=1") answer.writeHead(302, { location: "/there" });
      answer.end(message.url === "/there" ? video : "");
    });
    expect(await download(`${server.origin}/go?key=1`, path, options)).toEqual({
      byteLength: 200_000,
      sha256: createHash("sha256").update(video).digest("hex"),
      mediaType: "video/mp4",
      extension: "mp4",
      url: `${server.origin}/there`,
    });
    expect(await readFile(path)).toEqual(video);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it("reports how far it is", async () => {
    const path = join(await temporaryFolder(), "a.mp4");
    const server = await serve((_message, answer) => {
      answer.writeHead(200, { "content-length": "300000" }).end(fakeVideo(300_000));
    });
    const seen: number[] = [];
    const onProgress: DownloadOptions["onProgress"] = ({ byteLength, totalBytes }) =>
      seen.push(byteLength, totalBytes ?? 0);
    await download(server.origin, path, { ...options, onProgress });
    expect(seen.slice(-2)).toEqual([300_000, 300_000]);
  });

  it.each([
    [
      "a PNG",
      Buffer.from("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x02\0\0\0\x90wS\xde\0\0\0\0IDAT", "latin1"),
      "image/png",
    ],
    ["a JPEG", Buffer.from("ffd8ffe000104a464946", "hex"), "image/jpeg"],
  ])("takes %s where a picture will do, whatever the server calls it", async (_what, bytes, mediaType) => {
    const path = join(await temporaryFolder(), "photo");
    const server = await serve((_message, answer) => answer.writeHead(200, { "content-type": "text/html" }).end(bytes));
    expect((await download(server.origin, path, { ...options, accept: ["video", "image"] })).mediaType).toBe(mediaType);
  });

  it.each([
    ["a page", "<!doctype html><title>Sign in</title>"],
    ["a playlist, which would make a player fetch more", "#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:0\nhttp://169.254.169.254/\n"],
    ["a concat script", "ffconcat version 1.0\nfile /etc/passwd\n"],
    ["a vector drawing, which can name files", '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>'],
    ["a picture", Buffer.from("ffd8ffe000104a464946", "hex")],
    ["an archive", gzipSync("x")],
    ["nothing", ""],
  ])("refuses %s that is called video/mp4", async (_what, body) => {
    const failure = await expectRefusal((_message, answer) =>
      answer.writeHead(200, { "content-type": "video/mp4" }).end(body),
    );
    expect(failure).toMatchObject({ code: "wrong-type", retryable: false });
  });

  it("refuses a wrong type after the first bytes, not after the last", async () => {
    const failure = await expectRefusal((_message, answer) => void answer.write("x".repeat(5000)));
    expect(failure.code).toBe("wrong-type");
  });

  it("refuses a length above the limit before the body", async () => {
    const failure = await expectRefusal(
      (_message, answer) => void answer.writeHead(200, { "content-length": "1000001" }).flushHeaders(),
      { limits: { maxBytes: 1_000_000 } },
    );
    expect(failure.code).toBe("too-large");
  });

  it("counts an endless body", async () => {
    const failure = await expectRefusal(
      (_message, answer) => {
        const more = (): void => {
          while (answer.write(Buffer.alloc(65_536)));
        };
        answer.write(fakeVideo(5000));
        answer.on("drain", more);
        more();
      },
      { limits: { maxBytes: 1_000_000 } },
    );
    expect(failure.code).toBe("too-large");
  });

  it("refuses a body that was compressed unasked: a bomb, or a server that breaks resuming", async () => {
    const bomb = gzipSync(Buffer.alloc(10 * 2 ** 20));
    const failure = await expectRefusal((_message, answer) =>
      answer.writeHead(200, { "content-encoding": "gzip" }).end(bomb),
    );
    expect(failure.code).toBe("unasked-encoding");
  });

  it.each([204, 206, 304, 404, 410, 501])("refuses status %d at once", async (status) => {
    const failure = await expectRefusal((_message, answer) => answer.writeHead(status).end(), { limits: {} });
    expect(failure).toMatchObject({
      code: "status",
      status,
      retryable: false,
      message: `127.0.0.1 answered with status ${status}.`,
    });
  });

  it("notices a body that is shorter than promised", async () => {
    const folder = await temporaryFolder();
    const server = await serveRaw((socket) => {
      socket.once("data", () => socket.end("HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n\0\0\0\x18ftypisom"));
    });
    const failure = await failureOf(download(server.origin, join(folder, "a.mp4"), options));
    expect(failure).toMatchObject({ code: "interrupted", retryable: true, status: 200 });
    expect(await readdir(folder)).toEqual([]);
  });

  it.each([
    ["falls silent", { idleMs: 50 }],
    ["takes too long in all", { totalMs: 50 }],
  ])("leaves a server that %s in the middle", async (_what, limits) => {
    const failure = await expectRefusal((_message, answer) => void answer.write(fakeVideo(5000)), {
      limits: { attempts: 1, ...limits },
    });
    expect(failure.code).toBe("too-slow");
  });

  it("stops with its signal's reason and leaves nothing", async () => {
    const folder = await temporaryFolder();
    const controller = new AbortController();
    const server = await serve((_message, answer) => void answer.write(fakeVideo(5000)));
    const onProgress = (): void => controller.abort(new Error("job cancelled"));
    const call = download(server.origin, join(folder, "a.mp4"), {
      ...options,
      limits: {},
      signal: controller.signal,
      onProgress,
    });
    await expect(call).rejects.toThrow("job cancelled");
    expect(await readdir(folder)).toEqual([]);
  });

  it("replaces a link at its place and leaves what the link points at alone", async () => {
    const folder = await temporaryFolder();
    const victim = join(folder, "victim");
    const path = join(folder, "a.mp4");
    await writeFile(victim, "precious");
    await symlink(victim, path);
    const server = await serve((_message, answer) => answer.end(fakeVideo(5000)));
    await download(server.origin, path, options);
    expect((await lstat(path)).isFile()).toBe(true);
    expect(await readFile(victim, "utf8")).toBe("precious");
  });

  it("leaves what stands at its place as it is when it fails", async () => {
    const folder = await temporaryFolder();
    const path = join(folder, "a.mp4");
    await symlink("elsewhere", path);
    const server = await serve((_message, answer) => answer.end("no video"));
    await failureOf(download(server.origin, path, options));
    expect(await readdir(folder)).toEqual(["a.mp4"]);
    expect(await readlink(path)).toBe("elsewhere");
  });

  it("reports a folder that is not there and a place that is a folder, without the path", async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, "taken", "inside"), { recursive: true });
    const server = await serve((_message, answer) => answer.end(fakeVideo(5000)));
    for (const [path, reason] of [
      [join(folder, "missing", "a.mp4"), "ENOENT"],
      [join(folder, "taken"), "EISDIR"],
    ] as const) {
      const failure = await failureOf(download(server.origin, path, options));
      expect(failure).toMatchObject({ code: "write-failed", message: `The file could not be written (${reason}).` });
    }
    expect(await readdir(folder)).toEqual(["taken"]);
  });
});
