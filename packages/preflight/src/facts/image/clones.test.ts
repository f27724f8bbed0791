import { describe, expect, it } from "vitest";
import type { CopyStep } from "#facts/dockerfile/stage.js";
import { commandOf, runOf } from "#testing/command-of.js";
import { readClones, withoutCredentials } from "./clones.js";

const clones = (...commands: readonly Parameters<typeof runOf>[0][number][]) => readClones([runOf(commands)]);

describe("git clone", () => {
  it.each([
    ["git clone https://github.com/Wan-Video/Wan2.2.git /app/Wan2.2", "Wan-Video/Wan2.2", "/app/Wan2.2", undefined],
    ["git clone --depth 1 https://github.com/a/b", "a/b", "/app/b", undefined],
    ["git clone -b v1.2 --recursive https://github.com/a/b.git", "a/b", "/app/b", "v1.2"],
    ["git clone --branch=main git@github.com:a/b.git src", "a/b", "/app/src", "main"],
    ["git -C /opt clone https://gitlab.com/a/b.git/", undefined, "/opt/b", undefined],
    ["git -c http.x=y clone https://github.com/a/b .", "a/b", "/app", undefined],
    ["gh repo clone a/b", "a/b", "/app/b", undefined],
    ["git clone https://github.com/$NAME.git", undefined, undefined, undefined],
  ])("%s", (command, repository, folder, revision) => {
    expect(clones(command)).toMatchObject([{ repository, folder, revision }]);
  });

  it("is pinned by a checkout, switch or reset that follows in its folder", () => {
    const clone = "git clone https://github.com/a/b";
    const inside = { workdir: "/app/b" };
    expect(clones(clone, commandOf("git checkout 1f2e3d4", inside))[0]?.revision).toBe("1f2e3d4");
    expect(clones(clone, "git -C b reset --hard v2")[0]?.revision).toBe("v2");
    expect(clones(clone, commandOf("git checkout -b work v3", inside))[0]?.revision).toBe("v3");
    expect(
      clones(clone, commandOf("git fetch origin 1f2e3d4", inside), commandOf("git checkout FETCH_HEAD", inside))[0]
        ?.revision,
    ).toBe("1f2e3d4");
  });

  it("is not pinned by a checkout elsewhere, of files, or of nothing", () => {
    const clone = "git clone https://github.com/a/b";
    expect(clones(clone, "git checkout v1")[0]?.revision).toBeUndefined();
    expect(clones(clone, commandOf("git checkout -- x.py", { workdir: "/app/b" }))[0]?.revision).toBeUndefined();
    expect(clones(clone, commandOf("git reset --hard", { workdir: "/app/b" }))[0]?.revision).toBeUndefined();
  });

  it("keeps no credentials", () => {
    expect(clones("git clone https://user:secret@github.com/a/b")[0]?.url).toBe("https://github.com/a/b");
    expect(withoutCredentials("https://${TOKEN}@github.com/a/b")).toBe("https://github.com/a/b");
    expect(withoutCredentials("git@github.com:a/b")).toBe("git@github.com:a/b");
  });
});

it("ADD of a repository is a clone, pinned by its fragment", () => {
  const { step, stage } = runOf([]);
  const add: CopyStep = {
    ...step,
    kind: "copy",
    isAdd: true,
    sources: [
      {
        pattern: { text: "https://github.com/a/b.git#v1:sub", unresolved: [] },
        line: 4,
        kind: "git",
        content: undefined,
      },
    ],
    destination: { text: "/src", unresolved: [] },
    from: undefined,
    flags: [],
  };
  expect(stage.steps).toHaveLength(1);
  expect(readClones([], [add])).toMatchObject([
    {
      repository: "a/b",
      folder: "/src",
      revision: "v1",
      command: { name: "ADD", location: { path: "Dockerfile", line: 4 } },
    },
  ]);
});
