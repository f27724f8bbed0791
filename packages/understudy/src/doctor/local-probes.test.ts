import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { createLocalProbes } from "./local-probes.js";

const unused = (): never => {
  throw new Error("not asked");
};
const probes = createLocalProbes({ checkEngine: unused, openDatabase: unused, openArtifacts: unused });

it("knows this machine, and the free disk of a folder that is not there yet", async () => {
  const { nodeVersion, cores, memoryBytes } = probes.machine();
  expect(process.version).toBe(`v${nodeVersion}`);
  expect(cores).toBeGreaterThan(0);
  expect(memoryBytes).toBeGreaterThan(2 ** 26);
  expect(memoryBytes).toBeLessThan(2 ** 50);
  expect(await probes.freeBytes(join(tmpdir(), "no", "such", "folder"))).toBeGreaterThan(0);
});

it("encodes and decodes ten frames", async () => {
  const folder = await mkdtemp(join(tmpdir(), "understudy-probes-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  expect(await probes.checkMedia(folder, "auto")).toEqual({ name: expect.stringContaining("node-av"), frames: 10 });
});

it("reads a link with its date, follows no redirect, and no more of an endless answer than it needs", async () => {
  const server = createServer((request, response) => {
    if (request.url === "/moved") response.writeHead(302, { location: "/small" }).end();
    else if (request.url === "/small") response.writeHead(200, { date: "Thu, 01 Jan 2026 00:00:00 GMT" }).end("bytes");
    else {
      response.on("close", () => response.destroy());
      const more = (): void => {
        if (!response.destroyed) response.write(Buffer.alloc(65_536), more);
      };
      more();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const read = (path: string) =>
    probes.readLink(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`, new AbortController().signal);
  expect(await read("/small")).toEqual({
    status: 200,
    bytes: Buffer.from("bytes"),
    date: new Date("2026-01-01T00:00:00.000Z"),
  });
  expect((await read("/moved")).status).toBe(302);
  expect((await read("/endless")).bytes.length).toBeLessThan(1_000_000);
});
