import { execFileSync } from "node:child_process";
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { contractFiles, expectSourceTree } from "#testing/source-tree-contract.js";
import { diskTree } from "./disk-tree.js";
import { gitTree, recentCommits } from "./git-tree.js";
import { openBlobReader } from "./git.js";
import { memoryTree, type MemoryFile } from "./memory-tree.js";

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))));

const author = ["-c", "user.name=Nobody", "-c", "user.email=nobody@example.invalid", "-c", "commit.gpgsign=false"];
const runGit = (folder: string, ...args: string[]) => execFileSync("git", [...author, ...args], { cwd: folder });

async function repository(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "preflight-tree-"));
  folders.push(folder);
  for (const [path, file] of Object.entries<MemoryFile>(contractFiles)) {
    const full = join(folder, path);
    await mkdir(dirname(full), { recursive: true });
    if (file.linkTarget !== undefined) await symlink(file.linkTarget, full);
    else await writeFile(full, file.content ?? "");
    if (file.isExecutable) await chmod(full, 0o755);
  }
  runGit(folder, "init", "-q");
  runGit(folder, "add", "-A");
  runGit(folder, "commit", "-q", "-m", "first");
  return folder;
}

describe("a tree in memory", () => {
  expectSourceTree(async () => memoryTree(contractFiles));
});

describe("a folder on disk", () => {
  expectSourceTree(async () => diskTree(await repository()));

  it("tells untracked from ignored files, and enters neither node_modules nor a symlinked folder", async () => {
    const folder = await repository();
    await writeFile(join(folder, ".gitignore"), "*.key\n");
    await writeFile(join(folder, "a.key"), "x");
    await mkdir(join(folder, "node_modules/x"), { recursive: true });
    await writeFile(join(folder, "node_modules/x/index.js"), "x");
    await symlink(".", join(folder, "loop"));
    const { entries, gitStates, skippedFolders } = await diskTree(folder).list();
    expect(gitStates.get(".gitignore")).toBe("untracked");
    expect(gitStates.get("a.key")).toBe("ignored");
    expect(skippedFolders).toEqual([".git", "node_modules"]);
    expect(entries.map((entry) => entry.path)).toContain("loop");
    expect(entries.filter((entry) => entry.path.startsWith("loop/"))).toEqual([]);
  });
});

describe("a commit", () => {
  expectSourceTree(async () => {
    const folder = await repository();
    return gitTree(folder, "HEAD", openBlobReader(folder));
  });

  it("shows a folder of the repository by itself", async () => {
    const folder = await repository();
    const { entries } = await gitTree(join(folder, "src"), "HEAD", openBlobReader(folder)).list();
    expect(entries.map((entry) => entry.path)).toEqual(["a b/ünïcode.py"]);
  });

  it("refuses a revision that git does not know, or that looks like an option", async () => {
    const folder = await repository();
    for (const revision of ["v9", "--all", "", "0".repeat(40)]) {
      await expect(gitTree(folder, revision, openBlobReader(folder)).list()).rejects.toMatchObject({
        code: "unknown-revision",
      });
    }
    expect(await recentCommits(folder, 10)).toHaveLength(1);
  });
});
