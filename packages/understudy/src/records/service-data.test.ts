import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { newConsent, type Consent } from "@understudy/render";
import { expect, onTestFinished, test } from "vitest";
import { configSchema } from "#config/index.js";
import { resolveConsent, takeBack } from "#consent/index.js";
import { eraseSubject } from "#erase/index.js";
import { newOwner } from "#postgres/testing/new-owner.js";
import { shareTestDatabase } from "#postgres/testing/test-database.js";
import { assertStillAgreed } from "#rendering/assert-still-agreed.js";
import { applyRetention } from "#retention/apply-retention.js";
import type { DataFolder } from "./data-folder.js";
import { openServiceData } from "./service-data.js";
import { samplePerson, sampleRecord } from "./testing/sample-record.js";

const shared = shareTestDatabase();
const now = new Date("2026-02-01T00:00:00.000Z");
const sha256Of = (text: string) => createHash("sha256").update(text).digest("hex");
const photoSha256 = [sha256Of("ada.jpg")];
const recording = sha256Of("ada says so");
let renders = 0;

/** The data of two owners of one installation. */
async function twoOwners() {
  const folder = await mkdtemp(join(tmpdir(), "understudy-service-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const open = () => openServiceData({ pool: shared().pool, folder, ownerId: newOwner() });
  return { folder, mine: open(), other: open() };
}

/** Ada's own consent with its recording, and a finished render under it with its file in `<folder>/out`. */
async function fill(data: DataFolder, folder: string) {
  const faceMatch = { similarity: 0.9, threshold: 0.63, sampledFrames: 9, framesWithFace: 9 };
  const evidence = { kind: "recording", sha256: recording, byteLength: 11, mediaType: "video/mp4", faceMatch } as const;
  const statement = { text: "agreed", version: "1", language: "en" };
  const consent = newConsent({
    subject: { id: "subject_00000000000000ad", name: "Ada" },
    method: "recorded-passcode",
    operator: "Sam",
    statement,
    ageConfirmed: true,
    photoSha256,
    evidence: [evidence],
    now,
  });
  await data.consents.add(consent);
  await mkdir(data.evidenceFolder, { recursive: true });
  await writeFile(join(data.evidenceFolder, `${recording}.mp4`), "ada says so");
  const outputFolder = join(folder, `out-${(renders += 1)}`);
  const path = join(outputFolder, "a.mp4");
  await mkdir(outputFolder);
  await writeFile(path, "video");
  const renderId = `render_${renders.toString(16).padStart(16, "0")}`;
  const people = [samplePerson({ consentId: consent.id, subjectId: consent.subject.id })] as const;
  await data.renders.start(sampleRecord({ renderId, people, outputFolder, outputPaths: [path] }));
  const outputs = [{ path, sha256: sha256Of("video"), byteLength: 5 }];
  await data.renders.end(renderId, { state: "finished", outputs }, now);
  return { consent, renderId };
}

const resolveOn = (data: DataFolder) => {
  const policy = configSchema.parse({}).consent;
  return resolveConsent({ photoSha256, policy, mayRemember: true }, data, { cwd: "/nowhere", now: () => now });
};

const renderOf = (renderId: string, consent: Consent) => ({
  renderId,
  cast: [{ person: { kind: "largest" }, facePaths: ["/nowhere/photo.jpg"], consent }] as const,
});

const rowsOf = async (subject: Consent["subject"]) => {
  const { rows } = await shared().pool.query<{ count: number }>(
    "select (select count(*) from understudy.consent where subject_id = $1)::integer + (select count(*) from understudy.render_record where subject_id = $1)::integer as count",
    [subject.id],
  );
  return rows[0]?.count;
};

test("a stored consent is found for its owner, and for nobody else", async () => {
  const { folder, mine, other } = await twoOwners();
  const { consent, renderId } = await fill(mine, folder);
  expect(await resolveOn(mine)).toEqual(consent);
  await expect(resolveOn(other)).rejects.toMatchObject({ code: "consent-required" });
  await assertStillAgreed(renderOf(renderId, consent), mine);
  await expect(assertStillAgreed(renderOf(renderId, consent), other)).rejects.toMatchObject({
    code: "consent-revoked",
  });
});

test("what is taken back counts no more, and lists what its owner made under it", async () => {
  const { folder, mine, other } = await twoOwners();
  const { consent, renderId } = await fill(mine, folder);
  const order = { consentIds: [consent.id], deletesOutputs: false };
  await expect(takeBack(order, other, now)).rejects.toMatchObject({ code: "unknown-consent" });
  const [taken] = await takeBack(order, mine, now);
  expect(taken).toMatchObject({ isNew: true, outputs: [{ renderId, state: "there" }] });
  await expect(assertStillAgreed(renderOf(renderId, consent), mine)).rejects.toMatchObject({ code: "consent-revoked" });
  await expect(resolveOn(mine)).rejects.toMatchObject({ code: "consent-revoked" });
});

test("an erasure removes rows and files of one owner, proves it, and leaves another owner's of the same person", async () => {
  const { folder, mine, other } = await twoOwners();
  const { consent } = await fill(mine, folder);
  await other.consents.add(consent);
  const before = await rowsOf(consent.subject);
  const erasure = { wanted: consent.id, data: mine, now };
  const preview = await eraseSubject({ ...erasure, isDryRun: true });
  const counts = { outputs: 1, workFolders: 0, evidence: 1, copies: 0, records: 2 };
  expect([preview.outcome, preview.counts]).toEqual(["dry-run", counts]);
  const report = await eraseSubject({ ...erasure, isDryRun: false });
  expect(report).toMatchObject({ outcome: "erased", counts, remaining: [] });
  expect([await mine.consents.list(), await mine.renders.list(), await readdir(mine.evidenceFolder)]).toEqual([
    [],
    [],
    [],
  ]);
  expect(await rowsOf(consent.subject)).toBe(before! - 2);
  expect([await mine.erasures.was(consent.subject.id), await other.erasures.was(consent.subject.id)]).toEqual([
    true,
    false,
  ]);
  expect(await other.consents.get(consent.id)).toEqual({ consent });
  const again = await eraseSubject({ ...erasure, wanted: consent.subject.id, isDryRun: false });
  expect(again.outcome).toBe("already-erased");
  await expect(resolveOn(mine)).rejects.toMatchObject({ code: "consent-required" });
});

test("an erasure whose rows stay is not complete, and the next one ends it", async () => {
  const { folder, mine } = await twoOwners();
  const { consent, renderId } = await fill(mine, folder);
  const renders = { ...mine.renders, erase: () => Promise.reject(new Error("away")) };
  const erasure = { wanted: consent.id, now, isDryRun: false };
  const report = await eraseSubject({ ...erasure, data: { ...mine, renders } });
  expect(report.outcome).toBe("incomplete");
  expect(report.remaining).toEqual([{ path: `record:${renderId}`, why: "cannot be removed" }]);
  const next = await eraseSubject({ ...erasure, wanted: consent.subject.id, data: mine });
  expect(next).toMatchObject({ outcome: "erased", counts: { records: 1 } });
});

test("retention goes through an owner's data", async () => {
  const { folder, mine } = await twoOwners();
  const { consent } = await fill(mine, folder);
  const retention = configSchema.parse({ retention: { outputDays: 1, evidenceDays: 0 } }).retention;
  await takeBack({ consentIds: [consent.id], deletesOutputs: false }, mine, now);
  const later = new Date(now.getTime() + 2 * 86_400_000);
  const counts = await applyRetention({ data: mine, retention, now: later });
  expect(counts).toMatchObject({ outputs: 1, consents: 1, evidence: 1, renders: 1 });
  expect(await mine.consents.revocations()).toHaveLength(1);
});

test("what is no owner's id names no folder", () => {
  const open = () => openServiceData({ pool: shared().pool, folder: "/nowhere", ownerId: "../owner_0000000000000001" });
  expect(open).toThrow("malformed");
});
