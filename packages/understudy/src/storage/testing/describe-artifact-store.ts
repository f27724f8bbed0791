import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { describe, expect, it, onTestFinished } from "vitest";
import type { ArtifactStore } from "#storage/artifact-store.js";

/** What every artifact store must do; `create` makes an empty one, which may keep its files in `folder`. */
export function describeArtifactStore(
  name: string,
  create: (folder: string) => Promise<ArtifactStore> | ArtifactStore,
): void {
  const signal = new AbortController().signal;

  async function open() {
    const folder = await mkdtemp(join(tmpdir(), "understudy-artifacts-"));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const store = await create(join(folder, "store"));
    const write = async (bytes: string | Uint8Array, fileName = "a.mp4") => {
      const path = join(folder, fileName);
      await writeFile(path, bytes);
      const sha256 = createHash("sha256").update(bytes).digest("hex");
      return { path, sha256, byteLength: Buffer.byteLength(bytes), mediaType: "video/mp4" };
    };
    const textOf = async (key: string) => (await buffer(await store.open(key))).toString();
    return { folder, store, write, textOf };
  }

  describe(`${name} keeps the artifact store contract`, () => {
    it("keeps a file and gives it back, as a stream, in part, and as a file that only its owner may read", async () => {
      const { folder, store, write } = await open();
      const file = await write("0123456789");
      await store.put("renders/r1/video.mp4", file, signal);
      expect(await store.byteLength("renders/r1/video.mp4")).toBe(10);
      const part = await store.open("renders/r1/video.mp4", { start: 2, end: 4 });
      expect((await buffer(part)).toString()).toBe("234");
      const path = join(folder, "back.mp4");
      await store.fetch("renders/r1/video.mp4", path, { sha256: file.sha256 }, signal);
      expect(await readFile(path, "utf8")).toBe("0123456789");
      expect((await stat(path)).mode & 0o077).toBe(0);
    });

    it("keeps an empty file too", async () => {
      const { folder, store, write, textOf } = await open();
      await store.put("a/empty", await write(""), signal);
      expect(await textOf("a/empty")).toBe("");
      await store.fetch("a/empty", join(folder, "back"), {}, signal);
      expect((await stat(join(folder, "back"))).size).toBe(0);
    });

    it("keeps the same file under two names, and twice under one", async () => {
      const { folder, store, write, textOf } = await open();
      const file = await write("a video");
      for (const key of ["a/1", "a/2", "a/1"]) await store.put(key, file, signal);
      expect([await textOf("a/1"), await textOf("a/2")]).toEqual(["a video", "a video"]);
      expect(await store.list("a/")).toEqual(["a/1", "a/2"]);
      expect((await readdir(folder, { recursive: true })).filter((path) => path.includes("partial"))).toEqual([]);
    });

    it("puts a new version in the place of an old one, which whoever fetched it keeps", async () => {
      const { folder, store, write, textOf } = await open();
      await store.put("a/1", await write("old", "old"), signal);
      await store.fetch("a/1", join(folder, "back"), {}, signal);
      await store.put("a/1", await write("new", "new"), signal);
      expect(await textOf("a/1")).toBe("new");
      expect(await readFile(join(folder, "back"), "utf8")).toBe("old");
    });

    it("keeps nothing that is not what was announced, and gives back nothing that is not what is expected", async () => {
      const { folder, store, write } = await open();
      const file = await write("a video");
      const wrong = { ...file, sha256: "0".repeat(64) };
      await expect(store.put("a/1", wrong, signal)).rejects.toMatchObject({ code: "upload-failed" });
      expect(await store.byteLength("a/1")).toBeUndefined();
      await store.put("a/1", file, signal);
      const fetched = store.fetch("a/1", join(folder, "back"), { sha256: wrong.sha256 }, signal);
      await expect(fetched).rejects.toMatchObject({ code: "download-failed" });
      expect((await readdir(folder)).filter((name) => name !== "store")).toEqual(["a.mp4"]);
    });

    it("says that what is not there is not there, and removes it without an error", async () => {
      const { folder, store } = await open();
      expect(await store.byteLength("a/none")).toBeUndefined();
      expect(await store.list("a/")).toEqual([]);
      await expect(store.open("a/none")).rejects.toMatchObject({ code: "artifact-missing" });
      const fetched = store.fetch("a/none", join(folder, "back"), {}, signal);
      await expect(fetched).rejects.toMatchObject({ code: "artifact-missing" });
      await expect(store.remove("a/none")).resolves.toBeUndefined();
      expect(await store.removeAll("a/")).toBe(0);
    });

    it("removes one file, or all below a folder and no other", async () => {
      const { store, write } = await open();
      const file = await write("a video");
      for (const key of ["r/1/a", "r/1/b", "r/1/deep/c", "r/10/d", "r/2/e"]) await store.put(key, file, signal);
      await store.remove("r/1/a");
      expect(await store.list("r/1")).toEqual(["r/1/b", "r/1/deep/c", "r/10/d"]);
      expect(await store.removeAll("r/1/")).toBe(2);
      expect(await store.list("")).toEqual(["r/10/d", "r/2/e"]);
    });

    it.each([
      "",
      "/a",
      "a/",
      "a//b",
      "../a",
      "a/../b",
      "a/./b",
      ".hidden",
      "a b",
      "a\\b",
      "ä",
      "a\u0000",
      "x/".repeat(500),
    ])("takes no key like %j", async (key) => {
      const { store, write } = await open();
      const file = await write("a video");
      const refused = { code: "internal-error" };
      await expect(store.put(key, file, signal)).rejects.toMatchObject(refused);
      await expect(store.open(key)).rejects.toMatchObject(refused);
      await expect(store.remove(key)).rejects.toMatchObject(refused);
      await expect(store.byteLength(key)).rejects.toMatchObject(refused);
      await expect(store.removeAll(`${key}//`)).rejects.toMatchObject(refused);
    });

    it("removes no folder that is not named in whole", async () => {
      const { store } = await open();
      for (const prefix of ["", "/", "a", "../"]) {
        await expect(store.removeAll(prefix), prefix).rejects.toMatchObject({ code: "internal-error" });
      }
    });

    it("keeps and fetches nothing after a cancel, and ends with its reason", async () => {
      const { folder, store, write } = await open();
      const file = await write("a video");
      const cancelled = AbortSignal.abort(new Error("stopped"));
      await expect(store.put("a/1", file, cancelled)).rejects.toThrow("stopped");
      expect(await store.list("a/")).toEqual([]);
      await store.put("a/1", file, signal);
      await expect(store.fetch("a/1", join(folder, "back"), {}, cancelled)).rejects.toThrow("stopped");
      expect((await readdir(folder)).filter((name) => name !== "store")).toEqual(["a.mp4"]);
    });
  });
}
