import { expect, test } from "vitest";
import { describeErasureNotes } from "#erase/testing/describe-erasure-notes.js";
import { newOwner } from "#postgres/testing/new-owner.js";
import { shareTestDatabase } from "#postgres/testing/test-database.js";
import { createPostgresErasureNotes } from "./postgres-erasure-notes.js";

const shared = shareTestDatabase();
const newNotes = () => createPostgresErasureNotes(shared().pool, newOwner());

// Each test has an owner of its own beside those of all tests before.
describeErasureNotes("PostgreSQL", async () => newNotes());

test("whom one owner erased is not erased for another", async () => {
  const [mine, other] = [newNotes(), newNotes()];
  const subjectId = "subject_0000000000000009";
  await mine.write({ subjectId, state: "begun", begunAt: "2026-01-01T00:00:00.000Z" });
  expect([await mine.was(subjectId), await other.was(subjectId)]).toEqual([true, false]);
});
