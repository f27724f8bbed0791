import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, it, onTestFinished } from "vitest";
import { createDiskTemplates } from "./disk-templates.js";
import { templateName, type TemplateName } from "./template-store.js";

const sha256 = "0123456789abcdef".repeat(4);
const name = templateName(sha256, "track-1.track");
const { signal } = new AbortController();
let folder: string;
const inFolder = (path: string) => join(folder, path);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "understudy-templates-"));
  const made = folder;
  onTestFinished(() => rm(made, { recursive: true, force: true }));
});

it("gives back what was kept, also to another process's store, and nothing else", async () => {
  await writeFile(inFolder("made"), "meshes");
  await createDiskTemplates(inFolder("store")).keep(name, inFolder("made"), signal);
  await rm(inFolder("made"));
  const store = createDiskTemplates(inFolder("store"));
  expect(await store.fetch(templateName(sha256, "track-2.track"), inFolder("other"), signal)).toBe(false);
  expect(await store.fetch(name, inFolder("got"), signal)).toBe(true);
  expect(await readFile(inFolder("got"), "utf8")).toBe("meshes");
});

it("keeps the newer of two, and nothing beside it", async () => {
  const store = createDiskTemplates(inFolder("store"));
  for (const text of ["old", "new", "new"]) {
    await writeFile(inFolder(text), text);
    await store.keep(name, inFolder(text), signal);
  }
  await store.fetch(name, inFolder("got"), signal);
  expect(await readFile(inFolder("got"), "utf8")).toBe("new");
  expect(await readdir(inFolder(`store/${sha256}`))).toEqual(["track-1.track"]);
});

it("lets nobody else look into the folder it makes", async () => {
  await writeFile(inFolder("made"), "meshes");
  await createDiskTemplates(inFolder("store")).keep(name, inFolder("made"), signal);
  expect((await stat(inFolder("store"))).mode & 0o077).toBe(0);
  expect((await stat(inFolder(`store/${sha256}`))).mode & 0o077).toBe(0);
});

it("takes a folder in a file's place for nothing", async () => {
  await mkdir(inFolder(`store/${name}`), { recursive: true });
  expect(await createDiskTemplates(inFolder("store")).fetch(name, inFolder("got"), signal)).toBe(false);
});

it("says calmly that it cannot write", async () => {
  await writeFile(inFolder("store"), "a file where the folder would be");
  await writeFile(inFolder("made"), "meshes");
  const keeping = createDiskTemplates(inFolder("store")).keep(name, inFolder("made"), signal);
  await expect(keeping).rejects.toMatchObject({ code: "output-write-failed" });
});

it.each(["../x", "a/b", `${sha256}/../x`, `${sha256}/.hidden`, `${sha256}/a/b`])("refuses the name %s", async (bad) => {
  const store = createDiskTemplates(folder);
  await expect(store.fetch(bad as TemplateName, inFolder("got"), signal)).rejects.toThrow("a hash and a file name");
});
