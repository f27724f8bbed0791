import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { describeErasureNotes } from "./testing/describe-erasure-notes.js";
import { createFileErasureNotes } from "./tombstone.js";

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "understudy-erased-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

describeErasureNotes("a folder", async () => createFileErasureNotes(join(await newFolder(), "erased")));

test("a note that cannot be read says that a person is being erased", async () => {
  const folder = await newFolder();
  await writeFile(join(folder, "subject_0000000000000001.json"), "{");
  const notes = createFileErasureNotes(folder);
  expect(await notes.was("subject_0000000000000001")).toBe(true);
  expect(await notes.state("subject_0000000000000001")).toBe("begun");
});
