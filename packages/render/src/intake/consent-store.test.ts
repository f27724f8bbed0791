import { mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createFileConsentStore } from "./consent-store.js";
import { newConsent } from "./new-consent.js";

const [photo, other] = ["a".repeat(64), "b".repeat(64)];
const now = new Date("2026-06-01T00:00:00Z");
const consentFor = (photoSha256: string[], at = now) =>
  newConsent({ method: "attested", statedBy: "Test", statement: "agreed", photoSha256, now: at });

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "understudy-consents-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe("the consent store", () => {
  it("finds the newest record that covers all the photos", async () => {
    const store = createFileConsentStore(join(folder, "consents"));
    const [older, newer] = [consentFor([photo]), consentFor([photo, other], new Date("2026-07-01T00:00:00Z"))];
    await store.add(newer);
    await store.add(older);
    expect(await store.find([photo], now)).toEqual(newer);
    expect(await store.find([photo, other], now)).toEqual(newer);
    expect(await store.find(["c".repeat(64)], now)).toBeUndefined();
  });

  it("lets only its owner read", async () => {
    const store = createFileConsentStore(join(folder, "consents"));
    await store.add(consentFor([photo]));
    const [name] = await readdir(join(folder, "consents"));
    expect((await stat(join(folder, "consents"))).mode & 0o077).toBe(0);
    expect((await stat(join(folder, "consents", name!))).mode & 0o077).toBe(0);
  });

  it("passes over a record that cannot be read", async () => {
    const store = createFileConsentStore(folder);
    await writeFile(join(folder, "consent_0000000000000000.json"), "{ broken");
    await writeFile(join(folder, "consent_0000000000000001.json"), `{"version":1}`);
    const consent = consentFor([photo]);
    await store.add(consent);
    expect(await store.find([photo], now)).toEqual(consent);
  });

  it("says so when the folder cannot be used", async () => {
    const file = join(folder, "file");
    await writeFile(file, "");
    await expect(createFileConsentStore(file).add(consentFor([photo]))).rejects.toMatchObject({ code: "bad-config" });
  });
});
