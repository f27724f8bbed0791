import { describe, expect, it } from "vitest";
import type { SourceTree, TreeEntry } from "#tree/source-tree.js";
import { readProjectFiles } from "./project-files.js";

describe("readProjectFiles", () => {
  it("reads text, drops a byte order mark, and keeps line ends", async () => {
    const { files } = await readProjectFiles(treeOf({ "a.txt": "\u{FEFF}one\r\ntwo" }));
    expect(files.get("a.txt")?.text).toBe("one\r\ntwo");
  });

  it("replaces invalid UTF-8 and says so; U+FFFD that is written is a character like others", async () => {
    const { files } = await readProjectFiles(treeOf({ "a.py": Uint8Array.of(0x61, 0xff, 0x62), "b.py": "a\u{FFFD}b" }));
    expect(files.get("a.py")).toMatchObject({ text: "a\u{FFFD}b", isUtf8: false });
    expect(files.get("b.py")?.isUtf8).toBeUndefined();
  });

  it("knows a binary by a NUL in its first 8 KiB, and lists it without text", async () => {
    const { files } = await readProjectFiles(
      treeOf({ "model.dat": Uint8Array.of(1, 0, 2), "late.dat": `${"a".repeat(8192)}\0` }),
    );
    expect(files.get("model.dat")).toMatchObject({ byteLength: 3, text: undefined });
    expect(files.get("late.dat")?.text).toHaveLength(8193);
  });

  it("opens neither binaries by name, nor symlinks, nor files above 1 MiB, of Python above 512 KiB", async () => {
    const opened: string[] = [];
    const tree = treeOf(
      {
        "a.png": "x",
        link: "x",
        "long.txt": "x".repeat((1 << 20) + 1),
        "long.py": "x".repeat((1 << 19) + 1),
        "b.txt": "x",
      },
      opened,
    );
    const { files } = await readProjectFiles(tree);
    expect(opened).toEqual(["b.txt"]);
    expect(files.size).toBe(5);
  });

  it("keeps the files nearest to the root when all texts together pass 64 MiB", async () => {
    const text = "x".repeat(1 << 20);
    const deep = Object.fromEntries(
      Array.from({ length: 70 }, (_, i) => [`a/b/${String(i).padStart(2, "0")}.txt`, text]),
    );
    const { files } = await readProjectFiles(treeOf({ ...deep, "z.txt": text }));
    const read = [...files.values()].filter((file) => file.text !== undefined).map((file) => file.path);
    expect(read).toHaveLength(64);
    expect(read).toContain("z.txt");
  });

  it("says what git knows, and whether the listing was cut", async () => {
    const tree = treeOf({ "a.txt": "x", "b.txt": "x" });
    const listing = { ...(await tree.list()), isCut: true, gitStates: new Map([["a.txt", "tracked" as const]]) };
    const found = await readProjectFiles({ ...tree, list: () => Promise.resolve(listing) });
    expect(found).toMatchObject({ isListingCut: true, isGitRepository: true });
    expect([...found.files.values()].map((file) => file.gitState)).toEqual(["tracked", "unknown"]);
    expect((await readProjectFiles(tree)).isGitRepository).toBe(false);
  });
});

function treeOf(contents: Readonly<Record<string, string | Uint8Array>>, opened: string[] = []): SourceTree {
  const bytesOf = (path: string) => Buffer.from(contents[path] as string);
  const entries = Object.keys(contents).map((path): TreeEntry => {
    const kind = path === "link" ? "symlink" : "file";
    return { path, kind, byteLength: bytesOf(path).byteLength, isExecutable: false, linkTarget: undefined };
  });
  return {
    list: () => Promise.resolve({ entries, isCut: false, gitStates: new Map(), skippedFolders: [] }),
    read: (path) => {
      opened.push(path);
      return Promise.resolve(bytesOf(path));
    },
  };
}
