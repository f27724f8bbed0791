import { appendFile, chmod, mkdir, readdir, readFile, rename, rm, stat, symlink, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { UnderstudyError } from "@understudy/render";
import { describe, expect, it, onTestFinished } from "vitest";
import type { AuditEvent } from "#audit/index.js";
import { identifyProcess } from "#records/process-identity.js";
import { notePublishedRemoved } from "#records/published.js";
import type { RenderRecord } from "#records/render-records.js";
import { createMemoryBucket } from "#storage/testing/memory-bucket.js";
import { eraseReportInWords } from "./erase-report.js";
import { eraseSubject } from "./erase-subject.js";
import { findTraces } from "./find-traces.js";
import { createPeople, type People } from "./testing/people.js";

const now = new Date("2026-02-01T00:00:00.000Z");

const erase = (people: People, wanted: string, isDryRun = false) =>
  eraseSubject({ wanted, data: people.data, now, isDryRun });

const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  );

/** Three renders of one person and one of another, in one data folder. */
async function twoPeople() {
  const people = await createPeople();
  const [ada, ben] = [await people.consent("ada"), await people.consent("ben")];
  const ofAda = [await people.render(ada, 1), await people.render(ada, 2), await people.render(ada, 3)];
  const ofBen = await people.render(ben, 1);
  return { people, ada, ben, ofAda, ofBen };
}

describe("erasing a person", () => {
  it("removes all of theirs and nothing of anybody else", async () => {
    const { people, ada, ben, ofBen } = await twoPeople();
    const { folder, data } = people;
    const report = await erase(people, ada.subject.id);
    expect(report).toMatchObject({ outcome: "erased", remaining: [], stoppedRenders: [] });
    // A consent, its revocation, and three render records.
    expect(report.counts).toEqual({ outputs: 9, workFolders: 0, evidence: 1, copies: 0, records: 5 });
    expect((await readdir(join(folder, "out"))).sort()).toEqual([
      "ben-1.manifest.json",
      "ben-1.mp4",
      "ben-1.report.html",
    ]);
    expect((await data.renders.list()).map(({ renderId }) => renderId)).toEqual([ofBen.renderId]);
    expect((await data.consents.list()).map(({ consent }) => consent.id)).toEqual([ben.id]);
    expect(await readdir(data.evidenceFolder)).toEqual([`${ben.evidence[0]?.sha256}.mp4`]);
  });

  it.each([0, 1])(
    "removes a video that shows them beside somebody else, and nothing else of that one (%i)",
    async (who) => {
      const { people, ada, ben, ofAda, ofBen } = await twoPeople();
      const shared = await people.render(ada, 9, { people: [people.shown(ada), people.shown(ben)] });
      const copy = await people.file("data/cache/ben.bin", "mine/ben.jpg");
      const [gone, stays] = who === 0 ? [ada, ben] : [ben, ada];
      const { outcome, kept } = await erase(people, gone.subject.id);
      expect(outcome).toBe("erased");
      for (const { path } of shared.outputs) expect(await exists(path)).toBe(false);
      const left = (await people.data.renders.list()).map(({ renderId }) => renderId).sort();
      expect(left).toEqual((who === 0 ? [ofBen] : ofAda).map(({ renderId }) => renderId).sort());
      expect((await people.data.consents.list()).map(({ consent }) => consent.id)).toEqual([stays.id]);
      expect((await people.data.consents.get(stays.id))?.revocation).toBeUndefined();
      expect(await exists(copy.path), "a copy of the other one's photo").toBe(who === 0);
      expect(kept.map(({ path }) => basename(path))).toEqual([`${gone.subject.name}.jpg`, "source.mp4"]);
    },
  );

  it("leaves a note and a log line without anything personal", async () => {
    const { people, ada } = await twoPeople();
    const { counts } = await erase(people, ada.subject.id);
    const note = JSON.parse(await readFile(join(people.data.erasedFolder, `${ada.subject.id}.json`), "utf8"));
    expect(note).toEqual({ subjectId: ada.subject.id, state: "erased", erasedAt: now.toISOString(), counts });
    expect((await people.data.audit.list()).map(({ event }) => event)).toEqual([
      { kind: "consent-revoked", consentId: ada.id },
      { kind: "erased", subjectId: ada.subject.id, counts },
    ]);
  });

  it("removes copies of photo and recording anywhere in the data folder, and leaves the user's own", async () => {
    const { people, ada } = await twoPeople();
    await people.file("data/cache/deep/copy.bin", "mine/ada.jpg");
    await people.file("data/cache/video.bin", "mp4 1 of ada");
    await people.file("data/cache/other.bin", "mine/ben.jpg");
    const { counts, kept } = await erase(people, ada.subject.id);
    expect(counts).toMatchObject({ copies: 2 });
    expect(await readdir(join(people.data.folder, "cache", "deep"))).toEqual([]);
    expect(await readdir(join(people.data.folder, "cache"))).toEqual(["deep", "other.bin"]);
    expect(kept.map(({ path, why }) => [path.slice(people.folder.length), why])).toEqual([
      ["/mine/ada.jpg", "yours"],
      ["/mine/source.mp4", "yours"],
    ]);
    expect(await exists(join(people.folder, "mine", "ada.jpg"))).toBe(true);
  });

  it("keeps a copy of the source video while another person's render used it, and removes it with the last", async () => {
    const { people, ada, ben } = await twoPeople();
    const copy = await people.file("data/cache/source.mp4", "mine/source.mp4");
    await erase(people, ada.subject.id);
    expect(await exists(copy.path)).toBe(true);
    await erase(people, ben.subject.id);
    expect(await exists(copy.path)).toBe(false);
  });

  it("leaves what lies at an output's place with other bytes, and says so", async () => {
    const { people, ada } = await twoPeople();
    const { path } = await people.file("out/ada-2.mp4", "a holiday film");
    const { outcome, kept, counts } = await erase(people, ada.subject.id);
    expect({ outcome, outputs: counts.outputs }).toEqual({ outcome: "erased", outputs: 8 });
    expect(kept).toContainEqual({ path, why: "changed-since" });
    expect(await readFile(path, "utf8")).toBe("a holiday film");
  });

  it("follows no links, and says that it cannot tell what lies behind one", async () => {
    const { people, ada, ofAda } = await twoPeople();
    const elsewhere = await people.file("mine/folder/copy.jpg", "mine/ada.jpg");
    await symlink(join(people.folder, "mine", "folder"), join(people.data.folder, "link"));
    await symlink(elsewhere.path, join(people.data.folder, "link.jpg"));
    const [video] = ofAda[0]!.outputs;
    const moved = await people.file("mine/moved.mp4", "mp4 1 of ada");
    await rm(video!.path);
    await symlink(moved.path, video!.path);
    const { outcome, kept, remaining } = await erase(people, ada.subject.id);
    expect(outcome).toBe("incomplete");
    expect(remaining.map(({ path }) => basename(path)).sort()).toEqual(["link", "link.jpg"]);
    expect(kept).toContainEqual({ path: video!.path, why: "changed-since" });
    expect([await exists(elsewhere.path), await exists(moved.path)]).toEqual([true, true]);
  });

  it("follows a part of the data folder that lies elsewhere", async () => {
    const { people, ada } = await twoPeople();
    const elsewhere = join(people.folder, "large disk");
    await rename(people.data.evidenceFolder, elsewhere);
    await symlink(elsewhere, people.data.evidenceFolder);
    expect(await erase(people, ada.subject.id)).toMatchObject({ outcome: "erased", counts: { evidence: 1 } });
    expect(await readdir(elsewhere)).toHaveLength(1);
  });

  it.each([
    ["names them", (subjectId: string) => `{"subjectId":"${subjectId}"`],
    ["does not say whom it names", () => ""],
  ])("leaves a damaged record that %s to somebody who looks at it", async (_what, text) => {
    const { people, ada } = await twoPeople();
    for (const name of [
      "renders/render_00000000000000ff",
      "renders/open/render_00000000000000fe",
      "consents/consent_00000000000000ff",
    ]) {
      const damaged = await people.file(`data/${name}.json`, text(ada.subject.id));
      const { outcome, remaining } = await erase(people, ada.subject.id);
      expect(outcome).toBe("incomplete");
      expect(remaining).toEqual([{ path: damaged.path, why: expect.stringContaining("damaged") }]);
      await rm(damaged.path);
    }
    expect(await people.data.renders.list()).toHaveLength(4);
    expect((await erase(people, ada.subject.id)).outcome).toBe("erased");
  });

  it("does not mind a damaged record of somebody else", async () => {
    const { people, ada, ben } = await twoPeople();
    await people.file("data/renders/render_00000000000000ff.json", `{"subjectId":"${ben.subject.id}"`);
    expect((await erase(people, ada.subject.id)).outcome).toBe("erased");
  });

  it("does not take records that cannot be read for none", async () => {
    const { people, ada } = await twoPeople();
    await mkdir(join(people.data.rendersFolder, "render_00000000000000ff.json"));
    await expect(erase(people, ada.subject.id)).rejects.toMatchObject({ code: "data-folder-unreadable" });
  });

  it("leaves alone what an edited record calls an output", async () => {
    const { people, ada, ofAda } = await twoPeople();
    const diary = await people.file("mine/diary.txt");
    const path = join(people.data.rendersFolder, `${ofAda[0]!.renderId}.json`);
    const outputs = [{ ...diary, byteLength: "mine/diary.txt".length }];
    await writeFile(path, JSON.stringify({ ...ofAda[0]!, outputs }));
    expect((await erase(people, ada.subject.id)).outcome).toBe("incomplete");
    expect(await exists(diary.path)).toBe(true);
  });

  it("tells of outputs that are not where they were, and of others with the same name", async () => {
    const { people, ada, ofAda } = await twoPeople();
    const { path, sha256 } = ofAda[0]!.outputs[0]!;
    await rename(path, join(people.folder, "mine", "moved.mp4"));
    const namesake = await people.consent("other", { subject: { name: "ada" } });
    const report = await erase(people, ada.subject.id);
    expect(report).toMatchObject({ outcome: "erased", missing: [{ path, sha256 }] });
    expect(report.namesakes).toEqual([namesake.subject.id]);
    const words = eraseReportInWords(report);
    expect(words).toContain(`${sha256}  ${path}`);
    expect(words).toContain(`1 other subject has the same name: ${namesake.subject.id}.`);
    expect(words).toMatch(/^ {2}consent record +\S+consent_/m);
    expect(words).toMatch(/^ {2}revocation +\S+revoked/m);
    expect(words).toMatch(/^ {2}render record +\S+render_/m);
  });

  it("removes a passcode that waits for their recording", async () => {
    const { people, ada, ben } = await twoPeople();
    const draft = (photoSha256: readonly string[]) =>
      JSON.stringify({ draft: { subject: { name: "x" }, photoSha256 } });
    await people.file("data/challenges/challenge_1.json", draft(ada.photoSha256));
    await people.file("data/challenges/challenge_2.json", draft(ben.photoSha256));
    expect((await erase(people, ada.subject.id)).outcome).toBe("erased");
    expect(await readdir(people.data.challengesFolder)).toEqual(["challenge_2.json"]);
  });

  it.each(["Zoe", "challenge_00000000000000aa"])(
    "finds somebody of whom there is only a passcode, as %s",
    async (wanted) => {
      const { people } = await twoPeople();
      const photo = await people.file("data/uploads/zoe.jpg");
      const draft = { subject: { name: "Zoe" }, photoSha256: [photo.sha256] };
      await people.file("data/challenges/challenge_00000000000000aa.json", JSON.stringify({ draft }));
      const report = await erase(people, wanted);
      expect(report).toMatchObject({ outcome: "erased", counts: { records: 1, copies: 1 } });
      expect(await exists(photo.path)).toBe(false);
      expect((await erase(people, report.subjectId)).outcome).toBe("already-erased");
    },
  );

  it("stops a render that runs: its consent is taken back and its work folder goes", async () => {
    const { people, ada } = await twoPeople();
    const workFolder = join(people.folder, "out", ".understudy-0123456789ab");
    await mkdir(workFolder);
    const running = await people.render(ada, 4, { state: "started", process: identifyProcess(), workFolder });
    const report = await erase(people, ada.subject.id);
    expect(report.stoppedRenders).toEqual([running.renderId]);
    expect(report.counts.workFolders).toBe(1);
    expect(await exists(workFolder)).toBe(false);
    expect(await people.data.renders.get(running.renderId)).toBeUndefined();
  });

  it("does not touch the folder that an edited record names", async () => {
    const { people, ada } = await twoPeople();
    await people.render(ada, 4, { state: "started", workFolder: join(people.folder, "mine") });
    expect((await erase(people, ada.subject.id)).outcome).toBe("erased");
    expect(await exists(join(people.folder, "mine", "source.mp4"))).toBe(true);
  });

  it("only says what it would do in a dry run", async () => {
    const { people, ada } = await twoPeople();
    const before = await findTraces(people.folder, { sha256: new Map(), ids: [""] });
    const report = await erase(people, ada.subject.id, true);
    expect(report).toMatchObject({ outcome: "dry-run", counts: { outputs: 9, evidence: 1, records: 4 } });
    expect(await findTraces(people.folder, { sha256: new Map(), ids: [""] })).toEqual(before);
  });
});

describe("who is meant", () => {
  it("may be told by a consent's id or by the exact name", async () => {
    const { people, ada, ben } = await twoPeople();
    expect((await erase(people, ada.id, true)).subjectId).toBe(ada.subject.id);
    expect((await erase(people, "ben", true)).subjectId).toBe(ben.subject.id);
  });

  it("is refused when several people have the name, with their ids", async () => {
    const { people, ada } = await twoPeople();
    const other = await people.consent("other", { subject: { name: "ada" } });
    const refusal = await erase(people, "ada").catch((thrown: unknown) => thrown);
    expect(refusal).toMatchObject({ code: "bad-usage" });
    for (const { subject } of [ada, other]) expect(String(refusal)).toContain(subject.id);
  });

  it.each(["Ada", "subject_0000000000000000", "../consents", ""])("is refused when nobody is: %j", async (wanted) => {
    const { people } = await twoPeople();
    await expect(erase(people, wanted)).rejects.toMatchObject({ code: "unknown-subject" });
  });

  it("may have been erased before", async () => {
    const { people, ada } = await twoPeople();
    await erase(people, ada.subject.id);
    expect(await erase(people, ada.subject.id)).toMatchObject({ outcome: "already-erased", removed: [] });
  });
});

describe("an erasure that meets an obstacle", () => {
  it("that was killed after the records went is ended by the next one", async () => {
    const { people, ada } = await twoPeople();
    const audit = {
      ...people.data.audit,
      append: (event: AuditEvent, at: Date) =>
        event.kind === "erased" ? Promise.reject(new Error("killed")) : people.data.audit.append(event, at),
    };
    const data = { ...people.data, audit };
    await expect(eraseSubject({ wanted: ada.subject.id, data, now, isDryRun: false })).rejects.toThrow("killed");
    expect(await people.data.consents.get(ada.id)).toBeUndefined();
    expect(await people.data.erasures.was(ada.subject.id)).toBe(true);
    expect((await erase(people, ada.subject.id)).outcome).toBe("erased");
    expect((await erase(people, ada.subject.id)).outcome).toBe("already-erased");
  });

  it("makes room first when the disk is too full to note anything", async () => {
    const { people, ada, ofAda } = await twoPeople();
    const [video] = ofAda[0]!.outputs;
    const revoke = async (revocation: Parameters<typeof people.data.consents.revoke>[0]) => {
      if (await exists(video!.path)) throw new UnderstudyError("disk-full", "The disk is full.");
      await people.data.consents.revoke(revocation);
    };
    const data = { ...people.data, consents: { ...people.data.consents, revoke } };
    const report = await eraseSubject({ wanted: ada.subject.id, data, now, isDryRun: false });
    expect(report).toMatchObject({ outcome: "erased", counts: { outputs: 9 } });
  });

  it.skipIf(process.getuid?.() === 0)("keeps the records, so that it can be run again", async () => {
    const { people, ada } = await twoPeople();
    const locked = join(people.folder, "out");
    await chmod(locked, 0o500);
    onTestFinished(() => chmod(locked, 0o700));
    const report = await erase(people, ada.subject.id);
    expect(report).toMatchObject({ outcome: "incomplete", counts: { outputs: 0 } });
    expect(report.remaining).toHaveLength(9);
    expect(await people.data.consents.get(ada.id)).toMatchObject({ revocation: { revokedBy: "erase" } });
    await chmod(locked, 0o700);
    expect(await erase(people, ada.subject.id)).toMatchObject({ outcome: "erased", counts: { outputs: 9 } });
  });

  it("does not take videos that it cannot look at for gone", async () => {
    const { people, ada } = await twoPeople();
    const out = join(people.folder, "out");
    await rename(out, join(people.folder, "aside"));
    // A link to itself stands for a disk that does not answer.
    await symlink(out, out);
    expect(await erase(people, ada.subject.id)).toMatchObject({ outcome: "incomplete", missing: [] });
    await rm(out);
    await rename(join(people.folder, "aside"), out);
    expect(await erase(people, ada.subject.id)).toMatchObject({ outcome: "erased", counts: { outputs: 9 } });
  });

  it("tells what it could not remove", async () => {
    const { people, ada } = await twoPeople();
    // A store that forgets to remove stands for a disk that refuses.
    const data = { ...people.data, renders: { ...people.data.renders, erase: async () => undefined } };
    const path = join(data.folder, "appears.json");
    const consents = { ...data.consents, erase: (id: string) => appendFile(path, id) };
    const report = await eraseSubject({ wanted: ada.subject.id, data: { ...data, consents }, now, isDryRun: false });
    expect(report.outcome).toBe("incomplete");
    expect(report.remaining).toEqual([{ path, why: "found again" }]);
    expect(await data.erasures.state(ada.subject.id)).toBe("begun");
    await writeFile(path, "");
  });
});

describe("what a worker uploaded", () => {
  const bucket = () => createMemoryBucket({ endpointUrl: "https://s3.test", name: "videos" });
  const object = (key: string, parts = {}) => ({ endpointUrl: "https://s3.test", bucket: "videos", key, ...parts });

  async function uploaded(published: NonNullable<RenderRecord["published"]>) {
    const people = await createPeople();
    const ada = await people.consent("ada");
    const { outputs } = await people.render(ada, 1, { published });
    for (const { path } of outputs) await rm(path);
    return { people, ada };
  }

  it("is removed from the bucket, looked for again, and counted as outputs", async () => {
    const { people, ada } = await uploaded([object("x/a.mp4"), object("x/a.manifest.json"), object("x/a.c2pa")]);
    const videos = bucket();
    for (const key of ["x/a.mp4", "x/a.manifest.json", "y/b.mp4"]) videos.objects.set(key, Buffer.from(key));
    const report = await eraseSubject({ wanted: ada.id, data: people.data, now, isDryRun: false, bucket: videos });
    expect(report).toMatchObject({ outcome: "erased", missing: [], remaining: [], counts: { outputs: 2 } });
    expect(report.removed).toContainEqual({ kind: "published", what: "uploaded file", path: "s3://videos/x/a.mp4" });
    expect([...videos.objects.keys()]).toEqual(["y/b.mp4"]);
  });

  it.each([
    ["without a bucket at hand", undefined, "set the BUCKET_* variables"],
    ["with another bucket at hand", createMemoryBucket({ name: "others" }), "set the BUCKET_* variables"],
    ["at another service", createMemoryBucket({ endpointUrl: "https://other.test" }), "lies at https://s3.test"],
    ["in a bucket that does not answer", Object.assign(createMemoryBucket(), { isDown: true }), "does not answer"],
  ])("%s stays, is said to remain, and leaves the record that leads to it", async (_what, at, why) => {
    const { people, ada } = await uploaded([object("x/a.mp4")]);
    const report = await eraseSubject({ wanted: ada.id, data: people.data, now, isDryRun: false, bucket: at });
    expect(report.outcome).toBe("incomplete");
    expect(report.remaining).toEqual([{ path: "s3://videos/x/a.mp4", why: expect.stringContaining(why) as string }]);
    expect(await people.data.renders.list()).toHaveLength(1);
  });

  it("is not looked for when it was removed before: its days were over", async () => {
    const { people, ada } = await uploaded([object("x/a.mp4")]);
    const [record] = await people.data.renders.list();
    await notePublishedRemoved(record!, people.data.renders, now);
    const report = await eraseSubject({ wanted: ada.id, data: people.data, now, isDryRun: false });
    expect(report.outcome).toBe("erased");
  });

  it("is not looked for when its render failed: nothing was uploaded, or it was taken back", async () => {
    const { people, ada } = await uploaded([object("x/a.mp4")]);
    const [record] = await people.data.renders.list();
    await people.data.renders.end(record!.renderId, { state: "failed", outputs: [] }, now);
    const report = await eraseSubject({ wanted: ada.id, data: people.data, now, isDryRun: false });
    expect(report.outcome).toBe("erased");
  });
});
