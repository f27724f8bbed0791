import { readdir, rm, stat, utimes } from "node:fs/promises";
import { basename, join } from "node:path";
import { describe, expect, it } from "vitest";
import { createPeople, type People } from "#erase/testing/people.js";
import { withStagingFolder } from "#records/staging-folder.js";
import { deadProcess } from "#records/testing/sample-record.js";
import { createMemoryBucket } from "#storage/testing/memory-bucket.js";
import { applyRetention } from "./apply-retention.js";

const none = { outputs: 0, evidence: 0, consents: 0, renders: 0, challenges: 0, halfWritten: 0 };

const sweep = (people: People, on: string, retention: Partial<{ outputDays: number; evidenceDays: number }> = {}) =>
  applyRetention({
    retention: { outputDays: 0, evidenceDays: 1095, ...retention },
    data: people.data,
    now: new Date(`${on}T00:00:00.000Z`),
  });

const written = new Date("2026-01-01T00:00:00.000Z");

const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  );

describe("retention", () => {
  it("keeps outputs for ever unless told, and writes no log line when nothing went", async () => {
    const people = await createPeople();
    await people.render(await people.consent("ada"), 1);
    expect(await sweep(people, "2040-01-01")).toEqual(none);
    expect(await people.data.audit.list()).toEqual([]);
  });

  it("removes outputs after their days, but not one that was changed since", async () => {
    const people = await createPeople();
    const { outputs } = await people.render(await people.consent("ada"), 1);
    await people.file("out/ada-1.manifest.json", "mine by now");
    expect(await sweep(people, "2026-01-30", { outputDays: 30 })).toEqual(none);
    expect(await sweep(people, "2026-01-31", { outputDays: 30 })).toEqual({ ...none, outputs: 2 });
    expect(await Promise.all(outputs.map(({ path }) => exists(path)))).toEqual([false, true, false]);
    expect((await people.data.audit.list()).map(({ event }) => event)).toEqual([
      { kind: "retention-applied", counts: { ...none, outputs: 2 } },
    ]);
  });

  describe("of what was uploaded", () => {
    const key = "secret/ada-1.mp4";

    /** A render whose video went to a bucket; its companions have a place there that they do not use. */
    async function uploaded(facts?: Parameters<typeof createMemoryBucket>[0]) {
      const people = await createPeople();
      const published = [key, "secret/ada-1.c2pa"].map((each) => {
        return { endpointUrl: "https://s3.test", bucket: "videos", key: each };
      });
      const { outputs } = await people.render(await people.consent("ada"), 1, { published });
      for (const { path } of outputs) await rm(path);
      const bucket = createMemoryBucket(facts);
      for (const each of [key, "other/b.mp4"]) bucket.objects.set(each, Buffer.from(each));
      const notes: string[] = [];
      let opened = 0;
      const apply = (on: string, outputDays: number) =>
        applyRetention({
          retention: { outputDays, evidenceDays: 1095 },
          data: people.data,
          now: new Date(`${on}T00:00:00.000Z`),
          openBucket: async () => {
            opened += 1;
            return bucket;
          },
          tell: (note) => void notes.push(note),
        });
      return { people, bucket, notes, apply, opened: () => opened };
    }

    it("removes it from the bucket at hand after its days, and looks for it no more", async () => {
      const { people, bucket, notes, apply, opened } = await uploaded();
      expect(await apply("2026-01-30", 30)).toEqual(none);
      expect(await apply("2040-01-01", 0)).toEqual(none);
      expect(opened()).toBe(0);
      expect(await apply("2026-01-31", 30)).toEqual({ ...none, outputs: 1 });
      expect([...bucket.objects.keys()]).toEqual(["other/b.mp4"]);
      expect(await people.data.renders.list()).toMatchObject([
        { state: "finished", endedAt: written.toISOString(), publishedRemovedAt: "2026-01-31T00:00:00.000Z" },
      ]);
      expect(await apply("2026-02-01", 30)).toEqual(none);
      expect(opened()).toBe(1);
      expect(notes).toEqual([]);
    });

    it("tells what lies in a bucket that is not at hand, and goes on looking for it", async () => {
      const { notes, apply, opened } = await uploaded({ name: "others" });
      for (const on of ["2026-01-31", "2026-02-01"]) expect(await apply(on, 30)).toEqual(none);
      expect(opened()).toBe(2);
      expect(notes[0]).toBe(
        "s3://videos/secret/ada-1.mp4 and 1 more are older than retention.outputDays, and not removed: the BUCKET_* variables name another bucket, or it does not answer.",
      );
    });

    it("tells what lies in a bucket that does not answer", async () => {
      const { people, bucket, notes, apply } = await uploaded();
      bucket.isDown = true;
      expect(await apply("2026-01-31", 30)).toEqual(none);
      expect(notes).toHaveLength(1);
      expect((await people.data.renders.list())[0]?.publishedRemovedAt).toBeUndefined();
    });
  });

  it("keeps the record of a render whose video lies in a bucket: nothing else leads there", async () => {
    const people = await createPeople();
    const consent = await people.consent("ada", { expiresAt: "2026-06-01T00:00:00.000Z" });
    const published = [{ endpointUrl: "https://s3.test", bucket: "videos", key: "secret/a.mp4" }];
    const removed = { published, publishedRemovedAt: "2026-01-02T00:00:00.000Z" };
    for (const [number, where] of [{ published }, removed, {}].entries()) {
      const { outputs } = await people.render(consent, number, where);
      for (const { path } of outputs) await rm(path);
    }
    expect(await sweep(people, "2040-01-01")).toMatchObject({ renders: 2 });
    const [kept, ...others] = await people.data.renders.list();
    expect(kept).toMatchObject({ published });
    expect(kept).not.toHaveProperty("publishedRemovedAt");
    expect(others).toEqual([]);
  });

  it.each(["expired", "revoked"])("removes a consent that has %s, and its evidence, after their days", async (how) => {
    const people = await createPeople();
    const consent = await people.consent("ada", how === "expired" ? { expiresAt: "2026-06-01T00:00:00.000Z" } : {});
    const revocation = { consentId: consent.id, revokedAt: "2026-06-01T00:00:00.000Z", revokedBy: "Test" };
    if (how === "revoked") await people.data.consents.revoke(revocation);
    await people.consent("ben");
    expect(await sweep(people, "2026-06-10", { evidenceDays: 10 })).toEqual(none);
    expect(await sweep(people, "2026-06-11", { evidenceDays: 10 })).toEqual({ ...none, consents: 1, evidence: 1 });
    expect((await people.data.consents.list()).map(({ consent }) => consent.subject.name)).toEqual(["ben"]);
    expect(await readdir(people.data.evidenceFolder)).toHaveLength(1);
    const remembered = how === "revoked" ? [{ consentId: consent.id, photoSha256: consent.photoSha256 }] : [];
    expect(await people.data.consents.revocations()).toMatchObject(remembered);
  });

  it("keeps evidence that another record needs", async () => {
    const people = await createPeople();
    const { evidence } = await people.consent("ada", { expiresAt: "2026-01-02T00:00:00.000Z" });
    await people.consent("ben", { evidence });
    expect(await sweep(people, "2026-06-11", { evidenceDays: 10 })).toEqual({ ...none, consents: 1 });
    expect(await readdir(people.data.evidenceFolder)).toContain(`${evidence[0]?.sha256}.mp4`);
  });

  it("removes evidence that no record names, unless a damaged one may", async () => {
    const people = await createPeople();
    const ada = await people.consent("ada");
    const { path } = await people.file(`data/evidence/${"a".repeat(64)}.pdf`);
    const damaged = await people.file("data/consents/consent_00000000000000ff.json", "{");
    await utimes(path, written, written);
    expect(await sweep(people, "2026-01-01")).toEqual(none);
    expect(await sweep(people, "2026-01-02")).toEqual(none);
    await rm(damaged.path);
    expect(await sweep(people, "2026-01-02")).toEqual({ ...none, evidence: 1 });
    expect(await readdir(people.data.evidenceFolder)).toEqual([`${ada.evidence[0]?.sha256}.mp4`]);
  });

  it("keeps a render record as long as one of several people's consents is kept", async () => {
    const people = await createPeople();
    const [live, ended] = [
      await people.consent("ben"),
      await people.consent("ada", { expiresAt: "2026-01-02T00:00:00.000Z" }),
    ];
    const { outputs } = await people.render(ended, 1, { people: [people.shown(ended), people.shown(live)] });
    for (const { path } of outputs) await rm(path);
    expect(await sweep(people, "2026-03-01", { evidenceDays: 10 })).toMatchObject({ consents: 1, renders: 0 });
    await people.data.consents.erase(live.id);
    expect(await sweep(people, "2026-03-01", { evidenceDays: 10 })).toMatchObject({ renders: 1 });
  });

  it("removes a render record when its consent is gone and none of its outputs is there", async () => {
    const people = await createPeople();
    const live = await people.consent("ben");
    const ended = await people.consent("ada", { expiresAt: "2026-01-02T00:00:00.000Z" });
    const [ofLive, moved, there] = [
      await people.render(live, 1),
      await people.render(ended, 1),
      await people.render(ended, 2),
    ];
    for (const { path } of [...ofLive.outputs, ...moved.outputs]) await rm(path);
    expect((await sweep(people, "2026-01-05", { evidenceDays: 10 })).renders).toBe(0);
    expect((await sweep(people, "2027-01-01", { evidenceDays: 10 })).renders).toBe(1);
    const left = (await people.data.renders.list()).map(({ renderId }) => renderId);
    expect(left.sort()).toEqual([ofLive.renderId, there.renderId].sort());
  });

  it("removes passcodes that have run out", async () => {
    const people = await createPeople();
    await people.file("data/challenges/old.json", `{"expiresAt":"2026-01-01T00:30:00.000Z"}`);
    await people.file("data/challenges/new.json", `{"expiresAt":"2026-03-01T00:30:00.000Z"}`);
    expect(await sweep(people, "2026-02-01")).toEqual({ ...none, challenges: 1 });
    expect(await readdir(join(people.data.folder, "challenges"))).toEqual(["new.json"]);
  });

  it("removes what a crash left half done in the data folder, a day later", async () => {
    const people = await createPeople();
    const { path } = await people.file("data/renders/open/.understudy-0123456789ab.partial");
    await people.file("data/evidence/.understudy-0123456789ab/recording.mp4");
    for (const each of [path, join(people.data.evidenceFolder, ".understudy-0123456789ab")]) {
      await utimes(each, written, written);
    }
    expect(await sweep(people, "2026-01-01")).toEqual(none);
    expect(await sweep(people, "2026-01-02")).toEqual({ ...none, halfWritten: 2 });
    expect(await readdir(people.data.evidenceFolder)).toEqual([]);
  });

  it("removes at once what a killed command was checking, and nothing of one that runs", async () => {
    const people = await createPeople();
    const { evidenceFolder } = people.data;
    await people.file("data/evidence/.understudy-0123456789ab/recording.mp4");
    await people.file("data/evidence/.understudy-0123456789ab/owner.json", JSON.stringify(deadProcess));
    await withStagingFolder(evidenceFolder, async (stagingFolder) => {
      expect(await sweep(people, "2040-01-01")).toEqual({ ...none, halfWritten: 1 });
      expect(await readdir(evidenceFolder)).toEqual([basename(stagingFolder)]);
    });
    expect(await readdir(evidenceFolder)).toEqual([]);
  });
});
