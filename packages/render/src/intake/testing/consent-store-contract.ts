import { describe, expect, it } from "vitest";
import type { ConsentStore } from "#intake/consent-store.js";
import { signedDocument, testConsent, testNow, testPhotos } from "./test-consent.js";

const { jo, al } = testPhotos;
const later = new Date("2026-07-01T00:00:00Z");
const revocationOf = (consentId: string, revokedBy = "Sam") => ({
  consentId,
  revokedAt: later.toISOString(),
  revokedBy,
});

/** What every consent store keeps to. @param makeStore makes an empty one. */
export function describeConsentStore(name: string, makeStore: () => Promise<ConsentStore>): void {
  describe(`${name} keeps the consent store contract`, () => {
    it("gives back what was added, oldest first", async () => {
      const store = await makeStore();
      const [older, newer] = [testConsent(), testConsent({ now: later })];
      await store.add(newer);
      await store.add(older);
      expect(await store.get(older.id)).toEqual({ consent: older });
      expect(await store.list()).toEqual([{ consent: older }, { consent: newer }]);
    });

    it("takes the same record twice, and never another one of the same id", async () => {
      const store = await makeStore();
      const consent = testConsent();
      await store.add(consent);
      await store.add(consent);
      const other = { ...testConsent({ operator: "Kim" }), id: consent.id };
      await expect(store.add(other)).rejects.toMatchObject({ code: "output-exists" });
      expect(await store.list()).toEqual([{ consent }]);
    });

    it("knows nothing of an id that was not added, nor of a path", async () => {
      const store = await makeStore();
      for (const id of ["consent_0000000000000000", "../consent_0000000000000000", "", "x\0y"]) {
        expect(await store.get(id)).toBeUndefined();
        await expect(store.revoke(revocationOf(id))).rejects.toMatchObject({ code: "unknown-consent" });
        await store.forget(id);
        await store.erase(id);
      }
      expect(await store.list()).toEqual([]);
      expect(await store.revocations()).toEqual([]);
    });

    it("finds the newest live record that covers all the photos", async () => {
      const store = await makeStore();
      const [older, newer] = [testConsent(), testConsent({ photoSha256: [jo, al], now: later })];
      await store.add(newer);
      await store.add(older);
      expect(await store.find([jo], later)).toEqual(newer);
      expect(await store.find([jo, al], later)).toEqual(newer);
      expect(await store.find(["c".repeat(64)], later)).toBeUndefined();
      expect(await store.find([jo], later, ({ id }) => id !== newer.id)).toEqual(older);
    });

    it("does not find a record that has run out", async () => {
      const store = await makeStore();
      await store.add(testConsent({ expiresAt: later.toISOString() }));
      expect(await store.find([jo], testNow)).toBeDefined();
      expect(await store.find([jo], later)).toBeUndefined();
    });

    it("remembers the first revocation for good, and does not find the record again", async () => {
      const store = await makeStore();
      const consent = testConsent();
      await store.add(consent);
      await store.revoke({ ...revocationOf(consent.id), reason: "asked by mail" });
      await store.revoke(revocationOf(consent.id, "Kim"));
      const revocation = { ...revocationOf(consent.id), reason: "asked by mail", photoSha256: [jo] };
      expect(await store.get(consent.id)).toEqual({ consent, revocation });
      expect(await store.list()).toEqual([{ consent, revocation }]);
      expect(await store.revocations()).toEqual([revocation]);
      expect(await store.find([jo], later)).toBeUndefined();
    });

    it("prefers what a person agreed to themselves to somebody's newer word", async () => {
      const store = await makeStore();
      const own = testConsent({ method: "e-signature", evidence: [signedDocument] });
      for (const consent of [own, testConsent({ now: later })]) await store.add(consent);
      expect(await store.find([jo], later)).toEqual(own);
    });

    it("forgets a record, and remembers of a revocation when and for which photos it was", async () => {
      const store = await makeStore();
      const [live, revoked] = [testConsent(), testConsent({ photoSha256: [jo, al] })];
      for (const consent of [live, revoked]) await store.add(consent);
      await store.revoke({ ...revocationOf(revoked.id), reason: "asked by mail" });
      for (const { id } of [live, revoked, revoked]) await store.forget(id);
      expect(await store.list()).toEqual([]);
      const { revokedBy: _forgotten, ...kept } = revocationOf(revoked.id);
      expect(await store.revocations()).toEqual([{ ...kept, photoSha256: [jo, al] }]);
      await store.add(revoked);
      expect((await store.get(revoked.id))?.revocation?.revokedAt).toBe(later.toISOString());
    });

    it("erases a record and its revocation when told to, and does not mind being told twice", async () => {
      const store = await makeStore();
      const [gone, kept] = [testConsent(), testConsent({ now: later })];
      for (const consent of [gone, kept]) await store.add(consent);
      await store.revoke(revocationOf(gone.id));
      await store.erase(gone.id);
      await store.erase(gone.id);
      expect(await store.list()).toEqual([{ consent: kept }]);
      expect(await store.revocations()).toEqual([]);
      await store.add(gone);
      expect(await store.get(gone.id)).toEqual({ consent: gone });
    });

    it("keeps one of two records that are added at the same moment under one id", async () => {
      const store = await makeStore();
      const consent = testConsent();
      const other = { ...testConsent({ operator: "Kim" }), id: consent.id };
      const settled = await Promise.allSettled([store.add(consent), store.add(other)]);
      expect(settled.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    });
  });
}
