import { execFileSync } from "node:child_process";
import { copyFile, mkdir, open, readdir, readFile, rename, symlink, truncate, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it, test, vi } from "vitest";
import { useTempFolder } from "#media/testing/temp-folder.js";
import { maxEmbeddedBytes } from "./limits.js";
import { openProvenance } from "./open-provenance.js";
import { makeTestKeys, testKeys, type TestKeys } from "./testing/test-keys.js";
import { growMp4, testMedia, writeRemotePng, type TestMediaName } from "./testing/test-media.js";
import { noSignal, readOrder, testOrder } from "./testing/test-order.js";

// The real limit, 64 MB, would take seconds.
vi.mock(import("./limits.js"), async (limits) => ({ ...(await limits()), maxEmbeddedBytes: 1_000_000 }));

const file = useTempFolder();
const provenance = openProvenance();
const names = Object.keys(testMedia) as TestMediaName[];
let keys: TestKeys;
/** The fixture of this kind, sealed. */
const sealed = (name: string) => `${file(name)}.sealed`;

beforeAll(async () => {
  keys = await testKeys();
  for (const name of names) {
    await testMedia[name].write(file(name));
    await provenance.seal(testOrder(file(name), testMedia[name].mediaType), keys.credentials, noSignal);
  }
});
afterAll(() => provenance.close());

const read = (path: string, parts = {}) => provenance.read(readOrder(path, keys.anchorsPem, parts), noSignal);

describe("sealing", () => {
  it.each(names)("%s reads back with what was ordered, in order, and is ours", async (name) => {
    const facts = await read(sealed(name));
    expect(facts).toMatchObject({
      state: "valid",
      trust: "ours",
      signer: keys.credentials.signer,
      claim: {
        generator: "Understudy 0.1.0",
        renderId: "render_0123456789abcdef",
        consentId: "consent_0123456789abcdef",
        softBindings: [{ algorithm: "org.understudy.watermark.v1", value: "9f86d0" }],
        earlierManifests: 0,
      },
    });
    if (facts.state !== "valid") throw new Error(facts.state);
    const composite = "compositeWithTrainedAlgorithmicMedia";
    expect(facts.claim.actions).toEqual([
      { action: "c2pa.opened" },
      { action: "c2pa.edited", digitalSourceType: composite, startSeconds: 0, endSeconds: 2.5 },
      { action: "c2pa.edited", digitalSourceType: composite, startSeconds: 4, endSeconds: 5 },
      { action: "c2pa.dubbed", digitalSourceType: "trainedAlgorithmicMedia", startSeconds: 1, endSeconds: 2 },
      { action: "c2pa.transcoded" },
      { action: "c2pa.watermarked.bound" },
    ]);
    expect("signedAt" in facts.claim).toBe(false);
    expect("furtherConsentIds" in facts.claim).toBe(false);
  });

  it("carries everybody's consent of a film that shows several people", async () => {
    const path = file("several.mp4");
    await copyFile(file("video.mp4"), path);
    const furtherConsents = ["2", "3"].map((digit) => ({
      id: `consent_000000000000000${digit}`,
      method: "attested" as const,
      commitment: digit.repeat(64),
    }));
    await provenance.seal(testOrder(path, "video/mp4", { furtherConsents }), keys.credentials, noSignal);
    expect(await read(sealed("several.mp4"))).toMatchObject({
      state: "valid",
      claim: {
        consentId: "consent_0123456789abcdef",
        furtherConsentIds: ["consent_0000000000000002", "consent_0000000000000003"],
      },
    });
    const text = await readFile(sealed("several.mp4"), "latin1");
    for (const { commitment } of furtherConsents) expect(text).toContain(commitment);
  });

  it("adds less than 4 kB", async () => {
    const [before, after] = await Promise.all([readFile(file("video.mp4")), readFile(sealed("video.mp4"))]);
    expect(after.length - before.length).toBeLessThan(4000);
  });

  it("writes no name of a file, and nothing of the consent but its id, method and commitment", async () => {
    const path = file("Jo Public.mp4");
    await copyFile(file("video.mp4"), path);
    const order = testOrder(path, "video/mp4", { source: { path } });
    await provenance.seal(order, keys.credentials, noSignal);
    const text = (await readFile(order.outputPath)).toString("latin1");
    expect(text).not.toMatch(/Public|understudy-test-/);
    expect(text).toContain(order.consent.commitment);
    expect(text).toContain("source video");
  });

  it("keeps the credentials that the source had", async () => {
    const order = testOrder(file("video.mp4"), "video/mp4", {
      source: { path: sealed("video.mp4") },
      outputPath: file("again.mp4"),
    });
    const { facts } = await provenance.seal(order, keys.credentials, noSignal);
    expect(facts.claim.earlierManifests).toBe(1);
  });

  it("puts the credentials of a large film inside it, if it is an ordinary one", async () => {
    const path = file("feature.mp4");
    await growMp4(file("video.mp4"), path, { type: "free", byteLength: maxEmbeddedBytes });
    const order = testOrder(path, "video/mp4");
    const { embedded, addedBytes } = await provenance.seal(order, keys.credentials, noSignal);
    expect(embedded).toBe(true);
    expect(addedBytes).toBeLessThan(4000);
    expect(await read(order.outputPath)).toMatchObject({ state: "valid", trust: "ours" });
  });

  it("puts the credentials of any other large file beside it, bound to every byte", async () => {
    const path = file("large.mp4");
    await growMp4(file("video.mp4"), path, { type: "what", byteLength: maxEmbeddedBytes });
    const order = testOrder(path, "video/mp4");
    const { embedded, addedBytes } = await provenance.seal(order, keys.credentials, noSignal);
    expect(embedded).toBe(false);
    expect(addedBytes).toBeLessThan(4000);
    expect((await readdir(file(""))).filter((name) => name.startsWith("large"))).toEqual([
      "large.mp4",
      "large.mp4.c2pa",
    ]);

    const sidecarPath = order.sidecarPath;
    expect(await read(path)).toEqual({ state: "absent" });
    expect(await read(path, { sidecarPath })).toMatchObject({ state: "valid", trust: "ours" });
    const handle = await open(path, "r+");
    await handle.write(Buffer.of(1), 0, 1, maxEmbeddedBytes - 5);
    await handle.close();
    expect(await read(path, { sidecarPath })).toEqual({ state: "altered", problems: ["assertion.dataHash.mismatch"] });
  });

  it("leaves nothing behind when it is cancelled, and works again afterwards", async () => {
    const before = await readdir(file(""));
    const order = testOrder(file("video.mp4"), "video/mp4", { outputPath: file("cancelled.mp4") });
    const controller = new AbortController();
    const sealing = provenance.seal(order, keys.credentials, controller.signal);
    controller.abort(new Error("stop"));
    await expect(sealing).rejects.toThrow("stop");
    expect(await readdir(file(""))).toEqual(before);
    await expect(provenance.seal(order, keys.credentials, noSignal)).resolves.toMatchObject({ embedded: true });
  });

  it("fails, and keeps no output, when the certificate would not be accepted", async () => {
    const { credentials } = await makeTestKeys(new Date("2001-01-01"));
    const order = testOrder(file("video.mp4"), "video/mp4", { outputPath: file("expired.mp4") });
    await expect(provenance.seal(order, credentials, noSignal)).rejects.toMatchObject({
      code: "seal-failed",
      message: expect.stringContaining("signingCredential.expired") as string,
    });
    expect(await readdir(file(""))).not.toContain("expired.mp4");
  });
});

describe("reading", () => {
  it("calls a signer unknown, ours or trusted by the anchors it is given", async () => {
    const path = sealed("video.mp4");
    const trust = async (ownAnchorsPem: string, trustAnchorsPem: string) =>
      provenance.read({ path, ownAnchorsPem, trustAnchorsPem }, noSignal);
    expect(await trust("", "")).toMatchObject({ state: "valid", trust: "unknown" });
    expect(await trust("", keys.anchorsPem)).toMatchObject({ state: "valid", trust: "trusted" });
    expect(await trust(keys.anchorsPem, keys.anchorsPem)).toMatchObject({ state: "valid", trust: "ours" });
    expect(await trust(keys.files.certificateChainPem, "")).toMatchObject({ state: "valid", trust: "ours" });
  });

  it.each(names)("knows %s by its content, not by its name", async (name) => {
    const path = file(`${name}.txt`);
    await copyFile(sealed(name), path);
    expect(await read(path)).toMatchObject({ state: "valid" });
  });

  it.each(names)("finds nothing in a %s that was never sealed", async (name) => {
    expect(await read(file(name))).toEqual({ state: "absent" });
  });

  it("finds nothing in a file that is no medium", async () => {
    await writeFile(file("notes.txt"), "nothing to see here");
    expect(await read(file("notes.txt"))).toEqual({ state: "absent" });
  });

  it.each([
    { what: "a folder", bytes: undefined, code: "unreadable-media" },
    { what: "an empty file", bytes: Buffer.alloc(0), code: "unreadable-media" },
    { what: "noise behind the head of an MP4", bytes: noiseMp4(), code: "unreadable-media" },
  ])("refuses $what calmly", async ({ what, bytes, code }) => {
    const path = bytes === undefined ? file("") : file(what);
    if (bytes !== undefined) await writeFile(path, bytes);
    await expect(read(path)).rejects.toMatchObject({ code });
  });

  it("refuses a file that is not there", async () => {
    await expect(read(file("nothing.mp4"))).rejects.toMatchObject({ code: "file-missing" });
  });

  it("never calls a file valid that was cut short", async () => {
    const whole = await readFile(sealed("video.mp4"));
    for (const share of [0.1, 0.5, 0.9, 0.99]) {
      await writeFile(file("cut.mp4"), whole.subarray(0, Math.floor(whole.length * share)));
      const state = await read(file("cut.mp4")).then(
        (facts) => facts.state,
        (thrown: { code: string }) => thrown.code,
      );
      expect(["altered", "invalid", "unreadable-media"]).toContain(state);
    }
  });

  it("asks nothing of the network when a file only names credentials there", async () => {
    let requests = 0;
    const server = createServer((_, response) => {
      requests += 1;
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    try {
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/store.c2pa`;
      await writeRemotePng(await readFile(file("still.png")), url, file("remote.png"));
      expect(await read(file("remote.png"))).toEqual({ state: "remote" });
      expect(requests).toBe(0);
    } finally {
      server.close();
    }
  });

  it("reads a sidecar only where the file itself has no credentials", async () => {
    await writeFile(file("junk.c2pa"), "junk");
    const parts = { sidecarPath: file("junk.c2pa") };
    expect(await read(sealed("video.mp4"), parts)).toMatchObject({ state: "valid" });
    expect(await read(file("video.mp4"), parts)).toMatchObject({ state: "invalid" });
    expect(await read(file("video.mp4"), { sidecarPath: file("none.c2pa") })).toEqual({ state: "absent" });
  });

  it.each([
    { what: "a pipe", make: (path: string) => execFileSync("mkfifo", [path]) },
    { what: "a folder", make: (path: string) => mkdir(path) },
    { what: "50 MB", make: (path: string) => writeFile(path, "").then(() => truncate(path, 50_000_000)) },
    { what: "a link to itself", make: (path: string) => symlink(path, path) },
  ])("calls the credentials invalid, and does not fail, when $what lies in the place of a sidecar", async (each) => {
    const sidecarPath = file(`${each.what}.c2pa`);
    await each.make(sidecarPath);
    expect(await read(file("video.mp4"), { sidecarPath })).toMatchObject({ state: "invalid" });
  });

  it("refuses to look for credentials among 150 000 boxes", async () => {
    const boxes = Buffer.alloc(8 * 150_000, Buffer.from("\0\0\0\x08free", "latin1"));
    await writeFile(file("boxes.mp4"), Buffer.concat([await readFile(file("video.mp4")), boxes]));
    const problems = ["manifest.unreadable (too-many-boxes)"];
    expect(await read(file("boxes.mp4"))).toEqual({ state: "invalid", problems });
  });

  test("a moved file keeps its credentials", async () => {
    await copyFile(sealed("still.png"), file("a.png"));
    await rename(file("a.png"), file("b.png"));
    expect(await read(file("b.png"))).toMatchObject({ state: "valid" });
  });
});

function noiseMp4(): Buffer {
  const noise = Buffer.alloc(5000);
  for (let i = 0, state = 1; i < noise.length; i++) noise[i] = (state = (state * 48_271) % 0x7fffffff) & 0xff;
  return Buffer.concat([Buffer.from("\0\0\0\x18ftypisom\0\0\x02\0isomiso2", "latin1"), noise]);
}
