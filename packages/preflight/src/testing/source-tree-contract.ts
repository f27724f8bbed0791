import { expect, it } from "vitest";
import type { SourceTree } from "#tree/source-tree.js";

/** What the contract suite puts into the tree under test. */
export const contractFiles = {
  Dockerfile: { content: "FROM scratch\nCOPY run.sh /\n" },
  "run.sh": { content: "#!/bin/sh\n", isExecutable: true },
  "src/a b/ünïcode.py": { content: "print('ü')\n" },
  link: { linkTarget: "run.sh" },
} as const;

/** Every tree lists and reads alike. @param open makes a tree that holds `contractFiles`, all tracked by git. */
export function expectSourceTree(open: () => Promise<SourceTree>): void {
  it("lists files and symlinks by path, with size, execute bit and target", async () => {
    const { entries, isCut } = await (await open()).list();
    expect(isCut).toBe(false);
    expect(entries).toEqual([
      { path: "Dockerfile", kind: "file", byteLength: 27, isExecutable: false, linkTarget: undefined },
      { path: "link", kind: "symlink", byteLength: 6, isExecutable: expect.any(Boolean), linkTarget: "run.sh" },
      { path: "run.sh", kind: "file", byteLength: 10, isExecutable: true, linkTarget: undefined },
      { path: "src/a b/ünïcode.py", kind: "file", byteLength: 12, isExecutable: false, linkTarget: undefined },
    ]);
  });

  it("knows what git tracks", async () => {
    const { gitStates } = await (await open()).list();
    expect(gitStates.get("run.sh")).toBe("tracked");
    expect(gitStates.get("absent")).toBeUndefined();
  });

  it("reads a file, and nothing that is absent, too long, a symlink or outside", async () => {
    const tree = await open();
    await tree.list();
    const bytes = await tree.read("src/a b/ünïcode.py", 100);
    expect(Buffer.from(bytes ?? []).toString()).toBe("print('ü')\n");
    expect(await tree.read("absent", 100)).toBeUndefined();
    expect(await tree.read("Dockerfile", 26)).toBeUndefined();
    expect(await tree.read("link", 100)).toBeUndefined();
  });
}
