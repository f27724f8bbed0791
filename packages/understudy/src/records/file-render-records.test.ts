import { cp, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { createFileRenderRecords } from "./file-render-records.js";
import { describeRenderRecords } from "./testing/describe-render-records.js";
import { sampleRecord } from "./testing/sample-record.js";

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
    ["has a relative path", JSON.stringify({ ...record, workFolder: "../.." })],
    ["has a member that nobody knows", JSON.stringify({ ...record, more: 1 })],
    ["lies under another render's name", JSON.stringify({ ...record, renderId: "render_0000000000000009" })],
  ])("passes over a record that %s", async (_what, text) => {
    const folder = await newFolder();
    const records = createFileRenderRecords(folder);
    await records.start(sampleRecord({ renderId: "render_0000000000000002" }));
    await writeFile(join(folder, "open", name), text);
    expect(await records.get(record.renderId)).toBeUndefined();
    expect(await records.list()).toHaveLength(1);
    expect(await records.listStarted()).toHaveLength(1);
  });

  it("takes no id that would name a file elsewhere", async () => {
    const records = createFileRenderRecords(await newFolder());
    await expect(records.erase("../consents/consent_0000000000000001")).rejects.toMatchObject({
      code: "internal-error",
    });
  });
});
