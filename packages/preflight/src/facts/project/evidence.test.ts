import { describe, expect, it } from "vitest";
import { readDataFiles } from "./data-files.js";
import { readEvidence } from "./evidence.js";
import type { ProjectFile } from "./project-facts.js";

const moment = { commit: "0123456789abcdef0123456789abcdef01234567", now: new Date("2026-01-31T12:00:00Z") };
const run = { kind: "unit", result: "passed", command: "pytest", date: "2026-01-30" };

describe("readEvidence", () => {
  it("takes a run of the judged commit however old, and another one for 30 days", () => {
    expect(stalenessOf({ ...run, commit: "0123456", date: "2020-01-01" })).toBeUndefined();
    expect(stalenessOf({ ...run, commit: "ffffffff", date: "2026-01-02" })).toBeUndefined();
    expect(stalenessOf({ ...run, commit: "ffffffff", date: "2025-12-31" })).toBe("it is 31 days old");
    expect(stalenessOf({ ...run, commit: "ffffffff", date: undefined })).toBe(
      "it is of another commit and has no date",
    );
    expect(stalenessOf({ ...run, date: "2027-01-01" })).toBe("its date is in the future");
    expect(stalenessOf({ ...run, date: "yesterday" })).toBe("its date cannot be read");
  });

  it("needs more than six digits of a commit", () => {
    expect(stalenessOf({ ...run, commit: "0", date: undefined })).toBe("it is of another commit and has no date");
  });

  it.each([
    [{ ...run, kind: "units" }, "kind is none of"],
    [{ ...run, result: "ok" }, "result is neither"],
    [{ ...run, command: undefined }, "command is missing"],
    [{ ...run, date: undefined }, "commit and date are both missing"],
    [{ ...run, kind: "performance" }, "figures are missing"],
    [{ ...run, kind: "load", figures: { jobs: "many" } }, "figures are missing"],
    ["passed", "kind is none of"],
  ])("says why %j counts for nothing", (entry, reason) => {
    const { runs, problems } = recorded([entry]);
    expect(runs).toEqual([]);
    expect(problems).toMatchObject([{ message: expect.stringContaining(reason) as string }]);
  });

  it("says that a record is no list, or no JSON", () => {
    expect(recorded({ ...run }).problems).toMatchObject([{ message: "It is not a list of runs." }]);
    expect(read({ "preflight.evidence.json": "[" }).problems).toHaveLength(1);
  });

  it("lets a repeated run replace the one before it", () => {
    const { runs } = recorded([{ ...run, result: "failed" }, run]);
    expect(runs.map(({ hasPassed }) => hasPassed)).toEqual([true]);
  });

  it("points at the entry's line", () => {
    const text = JSON.stringify([run, { ...run, command: "pytest gpu", result: "failed" }], undefined, 2);
    const { runs } = read({ "preflight.evidence.json": text });
    expect(runs.map(({ hasPassed, location }) => [hasPassed, location.line])).toEqual([
      [true, 3],
      [false, 9],
    ]);
  });

  it("reads JUnit files: sums, day and what they test", () => {
    const suite = (counts: string, name = "pytest") =>
      `<?xml version="1.0"?>\n<testsuites><testsuite name="${name}" ${counts} timestamp="2026-01-30T10:00:00"></testsuite></testsuites>`;
    const { runs } = read({
      "a.xml": suite('tests="4" failures="0" errors="0" skipped="1"'),
      "b/e2e.xml": suite('tests="2" failures="1" errors="0"'),
      "c.xml": suite('tests="2" failures="0" errors="0"', "integration"),
      "d.xml": suite('tests="3" skipped="3"'),
      "e.xml": "<project></project>",
    });
    expect(runs.map(({ kind, hasPassed, statement }) => [kind, hasPassed, statement])).toEqual([
      ["unit", true, "3 unit tests passed on 2026-01-30."],
      ["end-to-end", false, "2 end-to-end tests ran, some failed on 2026-01-30."],
      ["integration", true, "2 integration tests passed on 2026-01-30."],
    ]);
    expect(runs[0]).toMatchObject({ staleBecause: undefined, location: { path: "a.xml", line: 2 } });
  });
});

function stalenessOf(entry: unknown): string | undefined {
  const [only] = recorded([entry]).runs;
  expect(only).toBeDefined();
  return only?.staleBecause;
}

function recorded(entries: unknown) {
  return read({ "preflight.evidence.json": JSON.stringify(entries) });
}

function read(texts: Readonly<Record<string, string>>) {
  const files = new Map(
    Object.entries(texts).map(([path, text]): [string, ProjectFile] => [
      path,
      {
        path,
        kind: "file",
        byteLength: text.length,
        isExecutable: false,
        linkTarget: undefined,
        gitState: "tracked",
        text,
      },
    ]),
  );
  return readEvidence(files, readDataFiles(files), moment);
}
