import { chmod, mkdir, mkdtemp, readFile, readdir, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import type { FileChange } from "./plan-fixes.js";
import { writeChanges } from "./write-changes.js";

async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "preflight-fix-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) await writeFile(join(folder, path), text);
  return folder;
}

const change = (path: string, before: string | undefined, after: string): FileChange => ({
  path,
  before,
  after,
  titles: [],
  edits: [],
});

describe("writeChanges", () => {
  it("writes the new text, keeps the mode and leaves nothing else behind", async () => {
    const folder = await folderWith({ "start.sh": "old" });
    await chmod(join(folder, "start.sh"), 0o751);
    await writeChanges(folder, [change("start.sh", "old", "new"), change("docker/.dockerignore", undefined, ".git\n")]);
    expect(await readFile(join(folder, "start.sh"), "utf8")).toBe("new");
    expect((await stat(join(folder, "start.sh"))).mode & 0o777).toBe(0o751);
    expect((await readdir(folder, { recursive: true })).sort()).toEqual(["docker", "docker/.dockerignore", "start.sh"]);
  });

  it("writes nothing at all when one file changed since it was read", async () => {
    const folder = await folderWith({ a: "old", b: "somebody else's" });
    const writing = writeChanges(folder, [change("a", "old", "new"), change("b", "old", "new")]);
    await expect(writing).rejects.toMatchObject({ code: "fix-conflict", message: "b changed since it was read." });
    expect(await readFile(join(folder, "a"), "utf8")).toBe("old");
  });

  it("never overwrites a file that was not there", async () => {
    const folder = await folderWith({ a: "precious" });
    await expect(writeChanges(folder, [change("a", undefined, "new")])).rejects.toThrow("a is there already");
  });

  it.each(["../outside", "link/file", "/etc/preflight"])("never leaves the project by %s", async (path) => {
    const outside = await folderWith({ file: "old" });
    const folder = await folderWith({});
    await mkdir(join(folder, "sub"));
    await symlink(outside, join(folder, "link"));
    await expect(writeChanges(join(folder), [change(path, undefined, "new")])).rejects.toMatchObject({
      code: "fix-conflict",
    });
    await expect(writeChanges(folder, [change("link/file", "old", "new")])).rejects.toThrow("outside the project");
    expect(await readFile(join(outside, "file"), "utf8")).toBe("old");
  });

  it("never writes through a symlink", async () => {
    const folder = await folderWith({ target: "old" });
    await symlink("target", join(folder, "link"));
    await expect(writeChanges(folder, [change("link", "old", "new")])).rejects.toThrow("no regular file");
  });

  it("leaves a file alone whose bytes would not survive", async () => {
    const folder = await folderWith({});
    await writeFile(join(folder, "latin1.sh"), Buffer.from([0x61, 0xe9, 0x0a]));
    await expect(writeChanges(folder, [change("latin1.sh", "a\uFFFD\n", "b\n")])).rejects.toThrow("is not UTF-8");
  });
});
