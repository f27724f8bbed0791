import { expect, it } from "vitest";
import { madeUpFinding } from "#cli/testing/made-up-result.js";
import { readBaseline, writeBaseline } from "./baseline.js";

it("reads back the fingerprints that it wrote, the same text whatever the order of the findings", () => {
  const findings = [madeUpFinding(), madeUpFinding({ ruleId: "US308", fingerprint: "8899aabbccddeeff" })];
  const text = writeBaseline(findings);
  expect(readBaseline(text, "base.json")).toEqual(new Set(["0011223344556677", "8899aabbccddeeff"]));
  expect(writeBaseline([...findings].reverse())).toBe(text);
});

it.each(["", "[]", '{"schemaVersion":"preflight-baseline/9","findings":[]}'])("refuses %j", (text) => {
  expect(() => readBaseline(text, "base.json")).toThrow("base.json is not a baseline");
});
