import { describe, expect, it } from "vitest";
import { memoryTree } from "#tree/memory-tree.js";
import { findDockerfiles } from "./find-dockerfiles.js";
import { readProjectFiles } from "./project-files.js";
import { filesOf } from "./testing/files-of.js";

const from = "FROM python:3.12\n";

describe("findDockerfiles", () => {
  it.each([
    "Dockerfile",
    "docker/Dockerfile.runpod",
    "Dockerfile-gpu",
    "dockerfiles/Dockerfile_cu124",
    "base.Dockerfile",
    "worker.dockerfile",
    "Containerfile",
    "Containerfile.dev",
    "dockerfile",
  ])("finds %s", (path) => {
    expect(findDockerfiles(filesOf({ [path]: from }))).toEqual({ live: [path], backups: [], unread: [] });
  });

  it.each([
    "Dockerfile.dockerignore",
    "Dockerfile.md",
    "Dockerfile.sh",
    "Dockerfile.j2",
    "node_modules/x/Dockerfile",
    "dockerfile_lint.py",
    "my-Dockerfiles-notes",
  ])("passes over %s", (path) => {
    expect(findDockerfiles(filesOf({ [path]: from }))).toEqual({ live: [], backups: [], unread: [] });
  });

  it.each(["Dockerfile.bak", "Dockerfile.broken_original", "Dockerfile.orig", "Dockerfile~", "Dockerfile.old2"])(
    "sets the backup %s apart",
    (path) => {
      expect(findDockerfiles(filesOf({ [path]: from }))).toEqual({ live: [], backups: [path], unread: [] });
    },
  );

  it("asks a variant for an instruction, and takes a file named Dockerfile as it is", () => {
    const files = filesOf({
      Dockerfile: "",
      "Dockerfile.notes": "about images",
      "Dockerfile.gpu": "arg X=1\nfrom ${X}",
    });
    expect(findDockerfiles(files).live).toEqual(["Dockerfile", "Dockerfile.gpu"]);
  });

  it("follows a symlink inside the project, and says why a Dockerfile is not judged", async () => {
    const tree = memoryTree({
      "docker/gpu.docker": from,
      "a/Dockerfile": { linkTarget: "../docker/gpu.docker" },
      "b/Dockerfile": { linkTarget: "../../elsewhere/Dockerfile" },
      "c/Dockerfile": { linkTarget: "Dockerfile" },
      "d/Dockerfile": "# x\n".repeat(70_000),
      "e/Dockerfile": `${from}RUN true\n`.repeat(6_000),
    });
    const { live, unread } = findDockerfiles((await readProjectFiles(tree)).files);
    expect(live).toEqual(["docker/gpu.docker"]);
    expect(unread).toEqual([
      { path: "b/Dockerfile", reason: "is a symlink to ../../elsewhere/Dockerfile, which is no file of this project" },
      { path: "c/Dockerfile", reason: "is a symlink to Dockerfile, which is no file of this project" },
      { path: "d/Dockerfile", reason: "is longer than 256 KiB" },
      { path: "e/Dockerfile", reason: "has more than 10000 lines" },
    ]);
  });
});
