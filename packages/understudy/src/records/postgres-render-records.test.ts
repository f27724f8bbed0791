import { expect, test } from "vitest";
import { newOwner } from "#postgres/testing/new-owner.js";
import { openTestDatabase, shareTestDatabase } from "#postgres/testing/test-database.js";
import { createPostgresRenderRecords } from "./postgres-render-records.js";
import { describeRenderRecords } from "./testing/describe-render-records.js";
import { samplePerson, sampleRecord } from "./testing/sample-record.js";

describeRenderRecords("PostgreSQL", async () => {
  const { pool } = await openTestDatabase();
  const others = createPostgresRenderRecords(pool, newOwner());
  await others.start(sampleRecord({ renderId: "render_00000000000000ff" }));
  return createPostgresRenderRecords(pool, newOwner());
});

const shared = shareTestDatabase();
let count = 0;

/** A list of nobody, and a render that no test has. */
const newRecords = () => createPostgresRenderRecords(shared().pool, newOwner());
const newRecord = () => sampleRecord({ renderId: `render_${(count += 1).toString(16).padStart(16, "0")}` });

test("what one owner rendered is not there for another, whatever they do with its id", async () => {
  const [mine, other] = [newRecords(), newRecords()];
  const record = newRecord();
  await mine.start(record);
  await other.end(record.renderId, { state: "failed", outputs: [] }, new Date(0));
  await other.erase(record.renderId);
  await expect(
    other.start({ ...record, people: [samplePerson({ subjectId: "subject_00000000000000ff" })] }),
  ).rejects.toThrow("two owners");
  expect(await other.get(record.renderId)).toBeUndefined();
  expect([await other.list(), await other.listStarted()]).toEqual([[], []]);
  expect(await mine.get(record.renderId)).toEqual(record);
});

test("a render that is begun again has one record, with what is known of it now", async () => {
  const records = newRecords();
  const record = newRecord();
  await records.start(record);
  await records.end(record.renderId, { state: "failed", outputs: [] }, new Date(0));
  const again = { ...record, workFolder: "/nowhere/.understudy-000000000001" };
  await records.start(again);
  expect(await records.listStarted()).toEqual([again]);
});

test("what is no render's id is nothing", async () => {
  const records = newRecords();
  for (const id of ["", "../x", "a\0b"]) {
    await records.erase(id);
    expect(await records.get(id)).toBeUndefined();
  }
});
