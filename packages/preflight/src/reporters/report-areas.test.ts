import { describe, expect, it } from "vitest";
import { madeUpFinding, madeUpResult } from "#cli/testing/made-up-result.js";
import { rules } from "#rules/index.js";
import { areaOf, checklistRows } from "./report-areas.js";
import { answerSubject } from "./subject-status.js";

const run = (ruleId: `US${number}`, findings = 0) => ({ ruleId, image: undefined, findings, lookedAt: "3 documents" });

const rowNamed = (title: string) => checklistRows.find((row) => row.title === title) ?? expect.unreachable(title);

describe("the report's areas", () => {
  it("have a place for every rule", () => {
    expect(rules.filter(({ meta }) => areaOf(meta.id) === "Other").map(({ meta }) => meta.id)).toEqual([]);
  });

  it("ask about tests the rules that know of tests", () => {
    const asked = [
      "Unit tests exist",
      "Integration tests exist",
      "E2E tests exist",
      "Performance validated",
      "Load tested",
    ];
    expect(asked.map((title) => rowNamed(title).rules.at(-1))).toEqual(
      [1001, 1002, 1003, 1005, 1006].map((number) => [number, number]),
    );
  });
});

describe("answerSubject", () => {
  it("passes what rules looked at without finding anything", () => {
    const result = madeUpResult({ runs: [run("US1011"), run("US1012"), run("US1013")] });
    expect(answerSubject(rowNamed("Documentation complete"), result).status).toBe("PASS");
  });

  it("does not pass what a note says was never shown, though other rules pass", () => {
    const findings = [madeUpFinding({ ruleId: "US1013", level: "note", phase: "deploy" })];
    const result = madeUpResult({ findings, runs: [run("US1011"), run("US1012"), run("US1013", 1)] });
    expect(answerSubject(rowNamed("Documentation complete"), result).status).toBe("UNVERIFIED");
  });
});
