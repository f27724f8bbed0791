import { createHash } from "node:crypto";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createDiskStore } from "./disk-store.js";
import type { ObjectStore, StoreInput } from "./object-store.js";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "understudy-store-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** Every implementation of the seam, by how a test makes an empty one. */
const stores: Record<string, (options?: { replace: boolean }) => ObjectStore> = {
  "disk store": (options) => createDiskStore(join(folder, "store"), options),
};

const signal = new AbortController().signal;

describe.each(Object.entries(stores))("%s keeps the object store contract", (_name, create) => {
  let inputs = 0;
  const input = async (key: string, content: string): Promise<StoreInput> => {
    const path = join(folder, `input-${(inputs += 1)}`);
    await writeFile(path, content);
    const sha256 = createHash("sha256").update(content).digest("hex");
    return { key, path, sha256, byteLength: content.length, mediaType: "text/plain" };
  };

  it("gives back what was put", async () => {
    const store = create();
    await store.put([await input("a/b.txt", "hello"), await input("c.txt", "you")], signal);
    expect(await store.byteLength("a/b.txt")).toBe(5);
    expect(await text(await store.open("a/b.txt"))).toBe("hello");
    expect(await text(await store.open("c.txt"))).toBe("you");
  });

  it("replaces an object whole when it may", async () => {
    const store = create({ replace: true });
    await store.put([await input("k", "first version")], signal);
    await store.put([await input("k", "second")], signal);
    expect(await text(await store.open("k"))).toBe("second");
  });

  it("replaces nothing when it may not, and adds none of what belongs together", async () => {
    const store = create();
    await store.put([await input("k", "first")], signal);
    const put = store.put([await input("new", "x"), await input("k", "second")], signal);
    await expect(put).rejects.toMatchObject({ code: "output-exists" });
    expect(await text(await store.open("k"))).toBe("first");
    expect(await store.byteLength("new")).toBeUndefined();
  });

  it("puts the old object back when one of its companions cannot be written", async () => {
    const store = create({ replace: true });
    await store.put([await input("k", "old"), await input("folder/inside", "x")], signal);
    const put = store.put([await input("k", "new"), await input("folder", "a name that is taken by a folder")], signal);
    await expect(put).rejects.toMatchObject({ code: "output-write-failed" });
    expect(await text(await store.open("k"))).toBe("old");
  });

  it("says that an object is not there, and removes without complaint", async () => {
    const store = create();
    expect(await store.byteLength("none")).toBeUndefined();
    await expect(store.open("none")).rejects.toMatchObject({ code: "file-missing" });
    await store.remove("none");
    await store.put([await input("k", "x")], signal);
    await store.remove("k");
    expect(await store.byteLength("k")).toBeUndefined();
  });

  it.each(["../out", "a/../../out", "/etc/passwd", "a\0b"])("refuses the key %j", async (key) => {
    const put = create().put([await input(key, "x")], signal);
    await expect(put).rejects.toMatchObject({ code: "output-write-failed" });
  });

  it("keeps nothing of a put that was cancelled", async () => {
    const store = create();
    const put = store.put([await input("k", "x".repeat(1000))], AbortSignal.abort());
    await expect(put).rejects.toThrow(/abort/);
    expect(await store.byteLength("k")).toBeUndefined();
  });
});

describe("disk store", () => {
  it("leaves no partial file behind", async () => {
    const store = createDiskStore(join(folder, "store"));
    const lost = { key: "k", path: join(folder, "missing"), sha256: "", byteLength: 0, mediaType: "text/plain" };
    await expect(store.put([lost], signal)).rejects.toThrow(/ENOENT/);
    expect(await readdir(join(folder, "store"))).toEqual([]);
  });
});
