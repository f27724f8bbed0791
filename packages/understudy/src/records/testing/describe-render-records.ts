import { describe, expect, it } from "vitest";
import { notePublishedRemoved } from "#records/published.js";
import type { RenderRecords } from "#records/render-records.js";
import { samplePerson, sampleRecord } from "./sample-record.js";

/** What every implementation of the list of renders must do; `create` makes an empty one. */
export function describeRenderRecords(name: string, create: () => Promise<RenderRecords>): void {
  const [first, second] = ["render_0000000000000001", "render_0000000000000002"] as const;
  const later = new Date("2026-01-02T00:00:00.000Z");
  const output = { path: "/nowhere/out.mp4", sha256: "c".repeat(64), byteLength: 3 };

  describe(`${name} keeps the render records contract`, () => {
    it("gives back what was started", async () => {
      const records = await create();
      expect(await records.get(first)).toBeUndefined();
      await records.start(sampleRecord({ renderId: first }));
      expect(await records.get(first)).toEqual(sampleRecord({ renderId: first }));
    });

    it("keeps everybody whose face a render puts in, in their order", async () => {
      const records = await create();
      const people = [
        samplePerson(),
        samplePerson({ consentId: "consent_0000000000000002", subjectId: "subject_0000000000000002", faces: [] }),
        samplePerson(),
      ] as const;
      await records.start(sampleRecord({ renderId: first, people }));
      await records.end(first, { state: "finished", outputs: [output] }, later);
      expect((await records.get(first))?.people).toEqual(people);
      expect((await records.list())[0]?.people).toEqual(people);
    });

    it("adds the end to what was started", async () => {
      const records = await create();
      await records.start(sampleRecord({ renderId: first }));
      const fingerprint = { algorithm: "x", stepSeconds: 1, hashes: ["0".repeat(16)] };
      await records.end(
        first,
        { state: "finished", outputs: [output], fingerprint, sourceSha256: "d".repeat(64) },
        later,
      );
      expect(await records.get(first)).toEqual(
        sampleRecord({
          renderId: first,
          state: "finished",
          endedAt: later.toISOString(),
          outputs: [output],
          fingerprint,
          source: { path: "/nowhere/source.mp4", sha256: "d".repeat(64) },
        }),
      );
    });

    it("remembers where the outputs are moved to", async () => {
      const records = await create();
      const published = [{ endpointUrl: "https://s3.test", bucket: "videos", key: "secret/a.mp4" }];
      await records.start(sampleRecord({ renderId: first, published }));
      await records.end(first, { state: "finished", outputs: [output] }, later);
      expect(await records.get(first)).toMatchObject({ state: "finished", published });
    });

    it("remembers when these were removed, and the end as it was", async () => {
      const records = await create();
      const published = [{ endpointUrl: "https://s3.test", bucket: "videos", key: "secret/a.mp4" }];
      const fingerprint = { algorithm: "x", stepSeconds: 1, hashes: ["0".repeat(16)] };
      await records.start(sampleRecord({ renderId: first, published }));
      await records.end(first, { state: "finished", outputs: [output], fingerprint }, later);
      const ended = (await records.get(first))!;
      await notePublishedRemoved(ended, records, new Date("2026-02-01T00:00:00.000Z"));
      expect(await records.get(first)).toEqual({ ...ended, publishedRemovedAt: "2026-02-01T00:00:00.000Z" });
    });

    it("brings nothing back when a render ends that was erased meanwhile", async () => {
      const records = await create();
      await records.start(sampleRecord({ renderId: first }));
      await records.erase(first);
      await records.end(first, { state: "failed", outputs: [] }, later);
      expect(await records.list()).toEqual([]);
    });

    it("lists all by age, and apart from them those that have not ended", async () => {
      const records = await create();
      await records.start(sampleRecord({ renderId: first, startedAt: "2026-01-01T00:00:02.000Z" }));
      await records.start(sampleRecord({ renderId: second, startedAt: "2026-01-01T00:00:01.000Z" }));
      expect((await records.list()).map(({ renderId }) => renderId)).toEqual([second, first]);
      await records.end(second, { state: "failed", outputs: [] }, later);
      expect((await records.list()).map(({ renderId }) => renderId)).toEqual([second, first]);
      expect((await records.listStarted()).map(({ renderId }) => renderId)).toEqual([first]);
    });

    it("forgets what is erased, ended or not, and does not mind twice", async () => {
      const records = await create();
      for (const renderId of [first, second]) await records.start(sampleRecord({ renderId }));
      await records.end(first, { state: "finished", outputs: [output] }, later);
      for (const renderId of [first, first, second]) await records.erase(renderId);
      expect(await records.list()).toEqual([]);
      expect(await records.get(first)).toBeUndefined();
    });
  });
}
