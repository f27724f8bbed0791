import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createFileConsentStore } from "./file-consent-store.js";
import { describeConsentStore } from "./testing/consent-store-contract.js";
import { testConsent, testNow, testPhotos } from "./testing/test-consent.js";

let folder: string;
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), "understudy-consents-")), "consents");
});
afterEach(async () => {
  await rm(join(folder, ".."), { recursive: true, force: true });
});

describeConsentStore("the file store", async () => createFileConsentStore(folder));

describe("the file store", () => {
  it("lets only its owner read, and leaves nothing but the records", async () => {
    const store = createFileConsentStore(folder);
    const consent = testConsent();
    await store.add(consent);
    await store.revoke({ consentId: consent.id, revokedAt: testNow.toISOString(), revokedBy: "Sam" });
    const names = await readdir(folder);
    expect(names.sort()).toEqual([`${consent.id}.json`, `${consent.id}.revoked.json`]);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    for (const name of names) expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
  });

  it.each([
    ["is no JSON", () => "{ broken", "consent-invalid"],
    ["has fields missing", () => `{"version":1}`, "consent-invalid"],
    ["has a version of tomorrow", (text: string) => text.replace(`"version": 1`, `"version": 2`), "consent-version"],
    ["was edited", (text: string) => text.replace("Sam", "Kim"), "consent-altered"],
  ])("passes over a record that %s, and says so to who asks for it", async (_what, damage, code) => {
    const store = createFileConsentStore(folder);
    const [damaged, whole] = [testConsent({ now: new Date("2026-07-01T00:00:00Z") }), testConsent()];
    for (const consent of [damaged, whole]) await store.add(consent);
    const path = join(folder, `${damaged.id}.json`);
    await writeFile(path, damage(await readFile(path, "utf8")));
    expect(await store.find([testPhotos.jo], testNow)).toEqual(whole);
    expect(await store.list()).toEqual([{ consent: whole }]);
    await expect(store.get(damaged.id)).rejects.toMatchObject({ code });
  });

  it("does not take one record for another because its file was renamed", async () => {
    const store = createFileConsentStore(folder);
    const consent = testConsent();
    await store.add(consent);
    const other = "consent_00000000000000ff";
    await writeFile(join(folder, `${other}.json`), JSON.stringify(consent));
    await expect(store.get(other)).rejects.toMatchObject({ code: "consent-altered" });
    expect(await store.list()).toHaveLength(1);
  });

  it("takes a revocation that cannot be read for a revocation", async () => {
    const store = createFileConsentStore(folder);
    const consent = testConsent();
    await store.add(consent);
    await writeFile(join(folder, `${consent.id}.revoked.json`), "{ broken");
    expect(await store.find([testPhotos.jo], testNow)).toBeUndefined();
    expect((await store.get(consent.id))?.revocation).toMatchObject({ consentId: consent.id });
    expect(await store.revocations()).toMatchObject([{ photoSha256: consent.photoSha256 }]);
  });

  it("remembers the photos of a revocation when its record is damaged or lost", async () => {
    const store = createFileConsentStore(folder);
    const consents = [testConsent(), testConsent({ now: new Date("2026-07-01T00:00:00Z") })];
    for (const consent of consents) {
      await store.add(consent);
      await store.revoke({ consentId: consent.id, revokedAt: testNow.toISOString(), revokedBy: "Sam" });
    }
    await writeFile(join(folder, `${consents[0]!.id}.json`), "{ broken");
    await rm(join(folder, `${consents[1]!.id}.json`));
    const photos = (await store.revocations()).map(({ photoSha256 }) => photoSha256);
    expect(photos).toEqual([[testPhotos.jo], [testPhotos.jo]]);
  });

  it("does not know the photos when the record was damaged before", async () => {
    const store = createFileConsentStore(folder);
    const { id } = testConsent();
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, `${id}.json`), "{ broken");
    await store.revoke({ consentId: id, revokedAt: testNow.toISOString(), revokedBy: "Sam" });
    expect((await store.revocations())[0]?.photoSha256).toBeUndefined();
  });

  it("does not take records that cannot be read for none: one of them may be revoked", async () => {
    const store = createFileConsentStore(folder);
    await store.add(testConsent());
    await mkdir(join(folder, "consent_00000000000000ff.json"));
    await expect(store.list()).rejects.toMatchObject({ code: "data-folder-unreadable" });
    await expect(createFileConsentStore(join(folder, "x.json")).list()).resolves.toEqual([]);
  });

  it("says so when the folder cannot be used", async () => {
    const file = join(folder, "..", "file");
    await writeFile(file, "");
    const store = createFileConsentStore(file);
    await expect(store.add(testConsent())).rejects.toMatchObject({ code: "bad-config" });
    await expect(store.list()).rejects.toMatchObject({ code: "data-folder-unreadable" });
  });
});
