import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { newConsent } from "@understudy/render";
import { describe, expect, test } from "vitest";
import { stateOf } from "#consent/index.js";
import { readRules } from "#consent/consent-rules.js";
import { sweepEvidence } from "#people/sweep-evidence.js";
import { openServiceData } from "#records/service-data.js";
import { sha256Of, sharePeopleWorld } from "#people/testing/people-world.js";

const shared = sharePeopleWorld();

const wish = {
  subject: { name: "Jo" },
  photos: [{ sha256: sha256Of("jo.jpg") }],
  operator: "Sam Operator",
  use: "personalised product videos",
  ageConfirmed: true,
};

interface Made {
  readonly consent: { readonly id: string; readonly subject: { readonly id: string; readonly name: string } };
  readonly personUrl: string;
}

describe("POST /v1/consents", () => {
  test("records the word of an operator for uploaded photos, once", async () => {
    const world = shared();
    const owner = await world.newOwner();
    const uploadId = await world.upload(owner, "jo.jpg");
    const answer = await owner.ask("POST", "/v1/consents", { ...wish, photos: [{ uploadId }] });
    expect(answer.status).toBe(201);
    const { consent, personUrl } = (await answer.json()) as Made;
    expect(consent).toMatchObject({ method: "attested", state: "live", photoSha256: [sha256Of("jo.jpg")] });
    expect(personUrl).toMatch(/^http:\/\/service\.test\/me\/[A-Za-z0-9_-]{32}$/);
    const again = await owner.ask("POST", "/v1/consents", wish);
    expect(again.status).toBe(200);
    expect(((await again.json()) as Made).consent.id).toBe(consent.id);
  });

  test("keeps the picture of a signed document as evidence", async () => {
    const world = shared();
    const owner = await world.newOwner();
    const uploadId = await world.upload(owner, "signed", "image/png");
    const body = { ...wish, method: "e-signature", document: { uploadId }, voice: true, channels: ["web"] };
    const made = (await (await owner.ask("POST", "/v1/consents", body)).json()) as Made;
    expect(made.consent).toMatchObject({ method: "e-signature", state: "live" });
    // Another machine has a folder of its own, and the same artifact store.
    const { database, artifacts, config, clock } = { ...world.service, clock: world.clock };
    const there = { pool: database.pool, folder: join(config.dataFolder, "elsewhere"), ownerId: owner.ownerId };
    const rules = await readRules(
      { ...config.consent, allowAttested: false },
      openServiceData({ ...there, artifacts }),
      clock.now,
    );
    expect(rules.evidenceSha256).toEqual(new Set([sha256Of("signed")]));
    expect(stateOf(rules.entries[0]!, rules)).toBe("live");
    const { evidenceFolder } = world.service.dataOf(owner.ownerId);
    expect(await readdir(evidenceFolder)).toEqual([]);
    const { record } = (await (await owner.ask("GET", `/v1/consents/${made.consent.id}`)).json()) as { record: object };
    expect(record).toMatchObject({
      scope: { voice: true, channels: ["web"] },
      statement: { text: expect.stringContaining("I, Jo,") },
    });
  });

  test.each<[string, object, number, string]>([
    ["without a word on the age", { ageConfirmed: false }, 400, "bad-request"],
    ["without photos", { photos: [] }, 400, "bad-request"],
    ["with a blank name", { subject: { name: " " } }, 400, "bad-request"],
    ["with a zero character", { operator: "Sam\u0000" }, 400, "bad-request"],
    ["with a field that nobody reads", { voices: true }, 400, "bad-request"],
    ["of a signature without a document", { method: "e-signature" }, 400, "bad-request"],
    ["with an upload that is not there", { photos: [{ uploadId: "upload_00000000000000ff" }] }, 404, "not-found"],
    ["for somebody who is not on record", { subject: { id: "subject_00000000000000ff" } }, 404, "unknown-subject"],
  ])("is refused %s", async (_what, parts, status, code) => {
    const owner = await shared().newOwner();
    const answer = await owner.ask("POST", "/v1/consents", { ...wish, ...parts });
    expect({ status: answer.status, ...((await answer.json()) as object) }).toMatchObject({ status, code });
  });

  test("takes no video, and nothing of another owner's, for a photo", async () => {
    const world = shared();
    const [owner, other] = [await world.newOwner(), await world.newOwner()];
    const ask = (uploadId: string) => owner.ask("POST", "/v1/consents", { ...wish, photos: [{ uploadId }] });
    expect((await ask(await world.upload(owner, "ad.mp4", "video/mp4"))).status).toBe(400);
    expect((await ask(await world.upload(other, "al.jpg"))).status).toBe(404);
  });
});

describe("POST /v1/consents/import", () => {
  const record = (parts: Partial<Parameters<typeof newConsent>[0]> = {}) =>
    newConsent({
      subject: { name: "Jo" },
      method: "attested",
      operator: "Sam",
      ageConfirmed: true,
      statement: { text: "I agree.", version: "1", language: "en" },
      photoSha256: [sha256Of("jo.jpg")],
      now: new Date("2026-12-01T00:00:00Z"),
      ...parts,
    });

  test("takes over a whole record, and says when it has it already", async () => {
    const owner = await shared().newOwner();
    const consent = record();
    expect((await owner.ask("POST", "/v1/consents/import", consent)).status).toBe(201);
    expect((await owner.ask("POST", "/v1/consents/import", consent)).status).toBe(200);
    const found = (await (await owner.ask("GET", `/v1/consents/${consent.id}`)).json()) as { record: object };
    expect(found.record).toEqual(JSON.parse(JSON.stringify(consent)));
  });

  test("keeps the evidence that was uploaded before, for as long as the record is there", async () => {
    const world = shared();
    const [owner, other] = [await world.newOwner(), await world.newOwner()];
    const evidence = { kind: "document", sha256: sha256Of("signed"), byteLength: 6, mediaType: "image/png" } as const;
    const consent = record({ method: "e-signature", evidence: [evidence] });
    const { service } = world;
    const names = ({ ownerId }: typeof owner) => service.dataOf(ownerId).evidenceShelf!.names();
    // Somebody else's upload is no evidence of ours.
    await world.upload(other, "signed", "image/png");
    await owner.ask("POST", "/v1/consents/import", consent);
    expect(await names(owner)).toEqual([]);
    await world.upload(owner, "signed", "image/png");
    expect((await owner.ask("POST", "/v1/consents/import", consent)).status).toBe(200);
    expect([await sweepEvidence(service), await names(owner)]).toEqual([0, [`${evidence.sha256}.png`]]);
    await service.dataOf(owner.ownerId).consents.forget(consent.id);
    expect([await sweepEvidence(service), await names(owner)]).toEqual([1, []]);
  });

  test("refuses one that gives a photo to somebody else: an erasure would find half of what was made with it", async () => {
    const world = shared();
    const owner = await world.newOwner();
    await world.consent(owner, "jo");
    const answer = await owner.ask("POST", "/v1/consents/import", record());
    expect(await answer.json()).toMatchObject({ code: "consent-mismatch" });
  });

  test("refuses one that was edited, ran out, or was taken back here", async () => {
    const owner = await shared().newOwner();
    const post = async (body: unknown) =>
      ((await (await owner.ask("POST", "/v1/consents/import", body)).json()) as { code?: string }).code;
    expect(await post({ ...record(), operator: "Kim" })).toBe("consent-altered");
    expect(await post(record({ expiresAt: "2026-12-31T00:00:00.000Z" }))).toBe("consent-expired");
    const consent = record();
    expect(await post(consent)).toBeUndefined();
    await owner.ask("POST", `/v1/consents/${consent.id}/revoke`, {});
    expect(await post(consent)).toBe("consent-revoked");
  });
});

describe("GET /v1/consents", () => {
  interface Page {
    readonly consents: readonly { readonly id: string }[];
    readonly nextCursor?: string;
  }

  test("lists the newest first, page by page, and nobody else's", async () => {
    const world = shared();
    const [owner, other] = [await world.newOwner(), await world.newOwner()];
    const made: string[] = [];
    for (const name of ["jo", "al", "kim", "mia", "ben"]) made.unshift((await world.consent(owner, name)).id);
    // Those of one moment keep one order, page by page.
    const get = async (query: string) => (await (await owner.ask("GET", `/v1/consents?${query}`)).json()) as Page;
    const all = (await get("")).consents.map(({ id }) => id);
    expect(all.toSorted()).toEqual(made.toSorted());
    const first = await get("limit=3");
    const second = await get(`limit=3&cursor=${first.nextCursor}`);
    expect([...first.consents, ...second.consents].map(({ id }) => id)).toEqual(all);
    expect(second).not.toHaveProperty("nextCursor");
    expect(await (await other.ask("GET", "/v1/consents")).json()).toEqual({ consents: [] });
    expect((await other.ask("GET", `/v1/consents?cursor=${first.nextCursor}`)).status).toBe(400);
    expect((await other.ask("GET", `/v1/consents/${all[0]}`)).status).toBe(404);
  });

  test("says of one what was made under it, with its addresses", async () => {
    const world = shared();
    const owner = await world.newOwner();
    const consent = await world.consent(owner, "jo");
    const { id, files } = await world.render(owner, consent, { state: "finished" });
    const answer = await (await owner.ask("GET", `/v1/consents/${consent.id}`)).json();
    expect(answer).toMatchObject({
      consent: { id: consent.id, state: "live" },
      renders: [{ id, state: "finished", output: { url: `http://service.test${files?.[0]?.path}` } }],
    });
  });
});

describe("POST /v1/consents/{id}/revoke", () => {
  test("says what it stopped and what there is, again and again", async () => {
    const world = shared();
    const owner = await world.newOwner();
    const consent = await world.consent(owner, "jo");
    const waiting = await world.render(owner, consent, { state: "queued" });
    const finished = await world.render(owner, consent, { state: "finished" });
    const revoke = async (body: object) =>
      (await owner.ask("POST", `/v1/consents/${consent.id}/revoke`, body)).json() as Promise<object>;
    const first = await revoke({ reason: "They wrote us." });
    expect(first).toMatchObject({ id: consent.id, isNew: true, stoppedRenders: [waiting.id] });
    expect(first).toMatchObject({
      renders: [
        { id: finished.id, output: { url: `http://service.test${finished.files?.[0]?.path}` } },
        { id: waiting.id },
      ],
    });
    const second = (await revoke({ deleteOutputs: true })) as { readonly renders: readonly object[] };
    expect(second).toMatchObject({ isNew: false, stoppedRenders: [] });
    expect(second.renders[0]).not.toHaveProperty("output");
    expect(await (await owner.ask("GET", `/v1/consents/${consent.id}`)).json()).toMatchObject({
      consent: { state: "revoked" },
      revocation: { reason: "They wrote us." },
    });
  });

  test("is a 404 for what belongs to another owner", async () => {
    const world = shared();
    const [owner, other] = [await world.newOwner(), await world.newOwner()];
    const { id } = await world.consent(owner, "jo");
    expect((await other.ask("POST", `/v1/consents/${id}/revoke`, {})).status).toBe(404);
    expect((await world.service.dataOf(owner.ownerId).consents.get(id))?.revocation).toBeUndefined();
  });
});
