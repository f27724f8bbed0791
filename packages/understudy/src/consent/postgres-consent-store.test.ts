import { describeConsentStore, testConsent, testNow, testPhotos } from "@understudy/render/testing";
import { describe, expect, it } from "vitest";
import { newOwner } from "#postgres/testing/new-owner.js";
import { openTestDatabase, shareTestDatabase } from "#postgres/testing/test-database.js";
import { createPostgresConsentStore } from "./postgres-consent-store.js";

const shared = shareTestDatabase();

/** The store of somebody new among others. */
const newStore = () => createPostgresConsentStore(shared().pool, newOwner());

const revocationOf = (consentId: string) => ({ consentId, revokedAt: testNow.toISOString(), revokedBy: "Sam" });

// Each test has an owner of its own beside those of all tests before.
describeConsentStore("PostgreSQL", async () => newStore());

describe("consent records in PostgreSQL", () => {
  it("of an owner are not there for another one, who may hold the same record", async () => {
    const [mine, other] = [newStore(), newStore()];
    const consent = testConsent();
    await mine.add(consent);
    expect([await other.get(consent.id), await other.list()]).toEqual([undefined, []]);
    expect(await other.find([testPhotos.jo], testNow)).toBeUndefined();
    await expect(other.revoke(revocationOf(consent.id))).rejects.toMatchObject({ code: "unknown-consent" });
    await other.add(consent);
    await other.revoke(revocationOf(consent.id));
    await other.forget(consent.id);
    expect([await mine.revocations(), await mine.get(consent.id)]).toEqual([[], { consent }]);
    await mine.erase(consent.id);
    expect(await other.revocations()).toHaveLength(1);
  });

  it.each([
    ["were edited", "set record = jsonb_set(record, '{operator}', '\"Kim\"')", "consent-altered"],
    ["lie under another id", "set id = 'consent_00000000000000ff'", "consent-altered"],
    ["have fields missing", "set record = record - 'scope'", "consent-invalid"],
  ])("that %s are passed over, and who asks for them is told", async (_what, damage, code) => {
    const { pool } = await openTestDatabase();
    const mine = createPostgresConsentStore(pool, newOwner());
    const [damaged, whole] = [testConsent({ now: new Date("2026-07-01T00:00:00Z") }), testConsent()];
    await mine.add(damaged);
    const { rows } = await pool.query<{ id: string }>(`update understudy.consent ${damage} returning id`);
    await mine.add(whole);
    expect([await mine.find([testPhotos.jo], testNow), await mine.list()]).toEqual([whole, [{ consent: whole }]]);
    await expect(mine.get(rows[0]!.id)).rejects.toMatchObject({ code });
  });

  it("that cannot be read do not count as none", async () => {
    const { pool } = await openTestDatabase();
    const mine = createPostgresConsentStore(pool, newOwner());
    await pool.query("alter table understudy.consent rename to elsewhere");
    const looks = [mine.list(), mine.find([testPhotos.jo], testNow), mine.get(testConsent().id)];
    const outcomes = (await Promise.allSettled(looks)).map(({ status }) => status);
    expect(outcomes).toEqual(["rejected", "rejected", "rejected"]);
  });
});
