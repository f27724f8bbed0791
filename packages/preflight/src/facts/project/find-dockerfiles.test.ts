import { describe, expect, it } from "vitest";
import { findDockerfiles } from "./find-dockerfiles.js";
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
    expect(findDockerfiles(filesOf({ [path]: from }))).toEqual({ live: [path], backups: [] });
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
    expect(findDockerfiles(filesOf({ [path]: from }))).toEqual({ live: [], backups: [] });
  });

  it.each(["Dockerfile.bak", "Dockerfile.broken_original", "Dockerfile.orig", "Dockerfile~", "Dockerfile.old2"])(
    "sets the backup %s apart",
    (path) => {
      expect(findDockerfiles(filesOf({ [path]: from }))).toEqual({ live: [], backups: [path] });
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
});
