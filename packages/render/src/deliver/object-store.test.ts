import { createHash } from "node:crypto";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createDiskStore } from "./disk-store.js";
import type { ObjectStore } from "./object-store.js";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "understudy-store-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** Every implementation of the seam, by how a test makes an empty one. */
const stores: Record<string, () => ObjectStore> = {
  "disk store": () => createDiskStore(join(folder, "store")),
};

const signal = new AbortController().signal;

describe.each(Object.entries(stores))("%s keeps the object store contract", (_name, create) => {
  const write = async (content: string): Promise<string> => {
    const path = join(folder, "input");
    await writeFile(path, content);
    return path;
  };

  it("gives back what was put, with its hash and length", async () => {
    const store = create();
    const path = await write("hello");
    const artifact = await store.put({ key: "a/b.txt", path, mediaType: "text/plain" }, signal);
    expect(artifact).toEqual({
      key: "a/b.txt",
      sha256: createHash("sha256").update("hello").digest("hex"),
      byteLength: 5,
      mediaType: "text/plain",
    });
    expect(await store.byteLength("a/b.txt")).toBe(5);
    expect(await text(await store.open("a/b.txt"))).toBe("hello");
  });

  it("replaces an object whole", async () => {
    const store = create();
    await store.put({ key: "k", path: await write("first version"), mediaType: "text/plain" }, signal);
    await store.put({ key: "k", path: await write("second"), mediaType: "text/plain" }, signal);
    expect(await text(await store.open("k"))).toBe("second");
  });

  it("says that an object is not there, and removes without complaint", async () => {
    const store = create();
    expect(await store.byteLength("none")).toBeUndefined();
    await expect(store.open("none")).rejects.toMatchObject({ code: "file-missing" });
    await store.remove("none");
    await store.put({ key: "k", path: await write("x"), mediaType: "text/plain" }, signal);
    await store.remove("k");
    expect(await store.byteLength("k")).toBeUndefined();
  });

  it.each(["../out", "a/../../out", "/etc/passwd", "a\0b"])("refuses the key %j", async (key) => {
    const put = create().put({ key, path: await write("x"), mediaType: "text/plain" }, signal);
    await expect(put).rejects.toMatchObject({ code: "output-write-failed" });
  });

  it("keeps nothing of a put that was cancelled", async () => {
    const store = create();
    const path = await write("x".repeat(1000));
    const put = store.put({ key: "k", path, mediaType: "text/plain" }, AbortSignal.abort());
    await expect(put).rejects.toThrow(/abort/);
    expect(await store.byteLength("k")).toBeUndefined();
  });
});

describe("disk store", () => {
  it("leaves no partial file behind", async () => {
    const store = createDiskStore(join(folder, "store"));
    const put = store.put({ key: "k", path: join(folder, "missing"), mediaType: "text/plain" }, signal);
    await expect(put).rejects.toThrow(/ENOENT/);
    expect(await readdir(join(folder, "store"))).toEqual([]);
  });
});
