import { describe, expect, it } from "vitest";
import { madeUpFinding } from "#cli/testing/made-up-result.js";
import type { Fix } from "#model/finding.js";
import { planFixes } from "./plan-fixes.js";
import { unifiedDiff } from "./unified-diff.js";

const dockerfile = [
  "FROM python:3.11",
  "COPY handler.py .",
  "RUN pip install runpod>=1.3",
  "WORKDIR /app",
  'CMD ["python"]',
  "",
];
const fixOf = (startLine: number, endLine: number, ...lines: string[]): Fix => ({
  title: `Change line ${startLine}`,
  edits: [{ kind: "lines", path: "Dockerfile", startLine, endLine, lines }],
});
const planOf = (fixes: readonly Fix[], text = dockerfile.join("\n")) =>
  planFixes(
    fixes.map((fix) => madeUpFinding({ fix })),
    (path) => (path === "Dockerfile" ? text : undefined),
  );

describe("planFixes", () => {
  it("applies edits that do not touch each other, whatever their order, with lines counted in the old text", () => {
    const { changes, applied } = planOf([
      fixOf(3, 3, 'RUN pip install "runpod>=1.3"'),
      fixOf(1, 1, "FROM python:3.11-slim", "ENV A=1"),
      fixOf(5, 4, "ENV B=2"),
    ]);
    expect(applied).toBe(3);
    expect(changes[0]?.after.split("\n")).toEqual([
      "FROM python:3.11-slim",
      "ENV A=1",
      "COPY handler.py .",
      'RUN pip install "runpod>=1.3"',
      "WORKDIR /app",
      "ENV B=2",
      'CMD ["python"]',
      "",
    ]);
  });

  it("takes the first by line of two that overlap, and leaves the other for the next run", () => {
    const { changes, applied, postponed } = planOf([fixOf(3, 4, "second"), fixOf(2, 3, "first")]);
    expect({ applied, postponed }).toEqual({ applied: 1, postponed: 1 });
    expect(changes[0]?.after).toContain("first");
    expect(changes[0]?.after).not.toContain("second");
  });

  it("takes a fix whole or not at all", () => {
    const both: Fix = {
      title: "Two files",
      edits: [...fixOf(2, 2, "COPY x .").edits, { kind: "new-file", path: "Dockerfile", text: "" }],
    };
    expect(planOf([both])).toEqual({ changes: [], applied: 0, postponed: 1 });
  });

  it("counts the same fix of two findings once, and two insertions at one place as overlapping", () => {
    expect(planOf([fixOf(2, 1, "ENV A=1"), fixOf(2, 1, "ENV A=1")]).applied).toBe(1);
    expect(planOf([fixOf(2, 1, "ENV A=1"), fixOf(2, 1, "ENV B=1")])).toMatchObject({ applied: 1, postponed: 1 });
  });

  it("refuses lines that the file does not have", () => {
    expect(planOf([fixOf(9, 9, "x")]).changes).toEqual([]);
  });

  it.each([
    ["CRLF", "a\r\nb\r\n", "a\r\nc\r\n"],
    ["mixed", "a\nb\r\n", "a\nc\r\n"],
    ["no end of the last line", "a\nb", "a\nc"],
  ])("keeps the file's line ends: %s", (_what, before, after) => {
    expect(planOf([fixOf(2, 2, "c")], before).changes[0]?.after).toBe(after);
  });
});

describe("unifiedDiff", () => {
  it("shows three lines around a change and drops lines that an edit only repeats", () => {
    const text = Array.from({ length: 12 }, (_, i) => `line ${i + 1}`).join("\n");
    const [change] = planOf(
      [fixOf(4, 6, "line 4", "new 5", "line 6"), fixOf(12, 12, "new 12", "new 13")],
      text,
    ).changes;
    expect(change && unifiedDiff(change)).toEqual([
      "--- a/Dockerfile",
      "+++ b/Dockerfile",
      "@@ -2,11 +2,12 @@",
      " line 2",
      " line 3",
      " line 4",
      "-line 5",
      "+new 5",
      " line 6",
      " line 7",
      " line 8",
      " line 9",
      " line 10",
      " line 11",
      "-line 12",
      "+new 12",
      "+new 13",
    ]);
  });

  it("counts lines on from hunk to hunk", () => {
    const text = Array.from({ length: 30 }, (_, i) => `line ${i + 1}`).join("\n");
    const [change] = planOf([fixOf(2, 1, "new"), fixOf(20, 20)], text).changes;
    const heads = change === undefined ? [] : unifiedDiff(change).filter((line) => line.startsWith("@@"));
    expect(heads).toEqual(["@@ -1,4 +1,5 @@", "@@ -17,7 +18,6 @@"]);
  });

  it("shows a new file against nothing", () => {
    const newFile: Fix = {
      title: "Add it",
      edits: [{ kind: "new-file", path: ".dockerignore", text: ".git\n.env\n" }],
    };
    const [change] = planOf([newFile]).changes;
    expect(change && unifiedDiff(change)).toEqual([
      "--- /dev/null",
      "+++ b/.dockerignore",
      "@@ -0,0 +1,2 @@",
      "+.git",
      "+.env",
    ]);
  });
});
