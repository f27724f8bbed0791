import { describe, expect, it } from "vitest";
import type { ErasureNotes } from "#erase/tombstone.js";

/** What every implementation of the notes must do; `create` makes an empty one. */
export function describeErasureNotes(name: string, create: () => Promise<ErasureNotes>): void {
  const subjectId = "subject_0000000000000001";
  const begun = { subjectId, state: "begun", begunAt: "2026-01-01T00:00:00.000Z" } as const;
  const counts = { outputs: 1, workFolders: 0, evidence: 0, copies: 0, records: 2 };
  const erased = { subjectId, state: "erased", erasedAt: "2026-01-01T00:00:01.000Z", counts } as const;

  describe(`${name} keeps the erasure notes contract`, () => {
    it("knows nothing of whom nobody erased", async () => {
      const notes = await create();
      await notes.write({ ...begun, subjectId: "subject_0000000000000002" });
      expect([await notes.was(subjectId), await notes.state(subjectId)]).toEqual([false, undefined]);
    });

    it("remembers from its beginning on that a person is erased, and then that it ended", async () => {
      const notes = await create();
      await notes.write(begun);
      expect([await notes.was(subjectId), await notes.state(subjectId)]).toEqual([true, "begun"]);
      await notes.write(erased);
      expect([await notes.was(subjectId), await notes.state(subjectId)]).toEqual([true, "erased"]);
    });

    it("takes an erasure that begins again for one that has not ended", async () => {
      const notes = await create();
      for (const note of [erased, begun, begun]) await notes.write(note);
      expect([await notes.was(subjectId), await notes.state(subjectId)]).toEqual([true, "begun"]);
    });
  });
}
