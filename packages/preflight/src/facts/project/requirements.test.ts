import { describe, expect, it } from "vitest";
import { readRequirements } from "./requirements.js";

describe("readRequirements", () => {
  it("reads names with their lines, without comments and blank lines", () => {
    const { requirements } = readRequirements("r.txt", "# all\n\nruntime>=1 # why\r\nurl @ https://h/x#egg=url\n");
    expect(requirements).toMatchObject([
      { name: "runtime", specifier: ">=1", location: { path: "r.txt", line: 3 } },
      { name: "url", url: "https://h/x#egg=url", location: { line: 4 } },
    ]);
  });

  it("joins continued lines and drops hashes", () => {
    const { requirements } = readRequirements("r.txt", "a==1 \\\n  --hash=sha256:00 \\\n  --hash=sha256:11\nb\\\n==2");
    expect(requirements).toMatchObject([
      { name: "a", specifier: "==1", location: { line: 1 } },
      { name: "b", specifier: "==2", location: { line: 4 } },
    ]);
  });

  it("follows neither -r nor -c, but names them", () => {
    const { nested } = readRequirements("r.txt", "-r base.txt\n-rmore.txt\n--requirement=x.txt\n-c c.txt\n");
    expect(nested).toEqual([
      { path: "base.txt", isConstraint: false, line: 1 },
      { path: "more.txt", isConstraint: false, line: 2 },
      { path: "x.txt", isConstraint: false, line: 3 },
      { path: "c.txt", isConstraint: true, line: 4 },
    ]);
  });

  it("tells indexes, options, local projects and editable ones apart", () => {
    const read = readRequirements(
      "r.txt",
      "--extra-index-url https://download.pytorch.org/whl/cu121\n-f links\n--pre\n-e .\n./vendor/x\n-e git+https://h/y#egg=y\n",
    );
    expect(read.indexes).toEqual(["https://download.pytorch.org/whl/cu121", "links"]);
    expect([...read.options]).toEqual(["--pre"]);
    expect(read.projects).toMatchObject([
      { path: ".", isEditable: true },
      { path: "./vendor/x", isEditable: false },
    ]);
    expect(read.requirements).toMatchObject([{ name: "y" }]);
  });
});
