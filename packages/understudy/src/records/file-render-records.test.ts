import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { createFileRenderRecords } from "./file-render-records.js";
import { describeRenderRecords } from "./testing/describe-render-records.js";
import { storedOf } from "./stored-record.js";
import { samplePerson, sampleRecord } from "./testing/sample-record.js";

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "understudy-renders-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return join(folder, "renders");
}

describeRenderRecords("files", async () => createFileRenderRecords(await newFolder()));

describe("render records in files", () => {
  const record = sampleRecord();
  const end = { state: "finished", outputs: [] } as const;
  const name = `${record.renderId}.json`;
  const doctored = (parts: object) => JSON.stringify({ ...storedOf(record), ...parts });

  it("lets only its owner read", async () => {
    const folder = await newFolder();
    const records = createFileRenderRecords(folder);
    await records.start(record);
    await records.end(record.renderId, end, new Date());
    for (const path of [folder, join(folder, "open"), join(folder, name)]) {
      expect((await stat(path)).mode & 0o077).toBe(0);
    }
    expect(await readdir(join(folder, "open"))).toEqual([]);
  });

  it("keeps everybody whom a render shows", async () => {
    const records = createFileRenderRecords(await newFolder());
    const others = [samplePerson({ subjectId: "subject_00000000000000ff", consentId: "consent_00000000000000ff" })];
    const shared = { ...record, people: [samplePerson(), ...others] as const };
    await records.start(shared);
    await records.end(record.renderId, end, new Date(0));
    expect((await records.get(record.renderId))?.people).toEqual(shared.people);
  });

  it("writes a render of one person as releases did that knew no other, and reads theirs", async () => {
    const folder = await newFolder();
    const records = createFileRenderRecords(folder);
    await records.start(record);
    const { people, ...rest } = record;
    const text = await readFile(join(folder, "open", name), "utf8");
    expect(JSON.parse(text)).toEqual({ ...rest, ...people[0] });
    await writeFile(join(folder, "open", name), doctored({ consentId: "consent_00000000000000ff" }));
    expect((await records.get(record.renderId))?.people).toEqual([
      samplePerson({ consentId: "consent_00000000000000ff" }),
    ]);
  });

  it("takes a render for ended when a crash left it in both places", async () => {
    const folder = await newFolder();
    const records = createFileRenderRecords(folder);
    await records.start(record);
    await records.end(record.renderId, end, new Date());
    await cp(join(folder, name), join(folder, "open", name));
    await records.start(record);
    expect(await records.listStarted()).toEqual([]);
    expect((await records.list()).map(({ state }) => state)).toEqual(["finished"]);
  });

  it.each([
    ["is no JSON", "{"],
    ["has a relative path", doctored({ workFolder: "../.." })],
    ["names a person without a photo's hash", doctored({ others: [{ ...samplePerson(), faces: [{ path: "/a" }] }] })],
    ["has a member that nobody knows", doctored({ more: 1 })],
    [
      "has an output elsewhere",
      doctored({ outputs: [{ path: "/home/diary", sha256: "c".repeat(64), byteLength: 3 }] }),
    ],
    ["has a place for outputs elsewhere", doctored({ outputPaths: ["/home/diary"] })],
    ["lies under another render's name", doctored({ renderId: "render_0000000000000009" })],
  ])("passes over a record that %s, and does not call it missing", async (_what, text) => {
    const folder = await newFolder();
    const records = createFileRenderRecords(folder);
    await records.start(sampleRecord({ renderId: "render_0000000000000002" }));
    await writeFile(join(folder, "open", name), text);
    await expect(records.get(record.renderId)).rejects.toMatchObject({ code: "data-folder-unreadable" });
    expect(await records.list()).toHaveLength(1);
    expect(await records.listStarted()).toHaveLength(1);
  });

  it("does not take records that cannot be read for none", async () => {
    const folder = await newFolder();
    const records = createFileRenderRecords(folder);
    await mkdir(join(folder, name), { recursive: true });
    await expect(records.list()).rejects.toMatchObject({ code: "data-folder-unreadable" });
    await expect(records.get(record.renderId)).rejects.toMatchObject({ code: "data-folder-unreadable" });
  });

  it("takes no id that would name a file elsewhere", async () => {
    const records = createFileRenderRecords(await newFolder());
    await expect(records.erase("../consents/consent_0000000000000001")).rejects.toMatchObject({
      code: "internal-error",
    });
  });
});
