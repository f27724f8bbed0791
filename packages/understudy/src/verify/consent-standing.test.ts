import { UnderstudyError, type Consent, type ConsentStore } from "@understudy/render";
import { expect, test } from "vitest";
import { consentStandingOf, judgeMatch } from "./consent-standing.js";

const id = "consent_0000000000000001";
const now = new Date("2026-06-01T00:00:00Z");
const store = (parts: Partial<Pick<ConsentStore, "get" | "revocations">>) => ({
  get: async () => undefined,
  revocations: async () => [],
  ...parts,
});
const recorded = (expiresAt?: string) =>
  store({ get: async () => ({ consent: { id, ...(expiresAt !== undefined && { expiresAt }) } as Consent }) });
const failing = (code: "consent-altered" | "data-folder-unreadable") => async () => {
  throw new UnderstudyError(code, "It failed.");
};
const revokedAt = "2026-05-01T00:00:00Z";
const revoked = { revocations: async () => [{ consentId: id, revokedAt }] };

test.each([
  ["on record", recorded(), { consentState: "live" }],
  ["on record for longer", recorded("2026-06-02T00:00:00Z"), { consentState: "live" }],
  [
    "that ran out",
    recorded("2026-05-31T00:00:00Z"),
    { consentState: "expired", consentEndedAt: "2026-05-31T00:00:00Z" },
  ],
  ["that was taken back", { ...recorded(), ...revoked }, { consentState: "revoked", consentEndedAt: revokedAt }],
  [
    "that was taken back, with a damaged record",
    store({ ...revoked, get: failing("consent-altered") }),
    { consentState: "revoked", consentEndedAt: revokedAt },
  ],
  ["of which there is no record", store({}), { consentState: "unknown" }],
  ["with a damaged record", store({ get: failing("consent-altered") }), { consentState: "unknown" }],
])("a consent %s", async (_what, consents, standing) => {
  expect(await consentStandingOf(id, consents, now)).toEqual({ consentId: id, ...standing });
});

test("records that cannot be read are an error, never a consent that stands", async () => {
  for (const part of ["get", "revocations"]) {
    const consents = { ...recorded(), [part]: failing("data-folder-unreadable") };
    await expect(consentStandingOf(id, consents, now)).rejects.toMatchObject({ code: "data-folder-unreadable" });
  }
});

test("of several people the one whose consent stands worst speaks for the video, and all are told", async () => {
  const [first, second] = [id, "consent_0000000000000002"];
  const consents = {
    get: async (consentId: string) => ({ consent: { id: consentId } as Consent }),
    revocations: async () => [{ consentId: second, revokedAt }],
  };
  const match = { renderId: "render_0000000000000001", by: [], startedAt: revokedAt, consentIds: [first, second] };
  expect(await judgeMatch(match, consents, now)).toEqual({
    renderId: "render_0000000000000001",
    by: [],
    startedAt: revokedAt,
    consentId: second,
    consentState: "revoked",
    consentEndedAt: revokedAt,
    consents: [
      { consentId: first, consentState: "live" },
      { consentId: second, consentState: "revoked", consentEndedAt: revokedAt },
    ],
  });
});
