import { describe, expect, it } from "vitest";
import { madeUpFinding, madeUpResult } from "#cli/testing/made-up-result.js";
import type { PreflightResult } from "#model/result.js";
import { hoursInWords, hoursOf, sumHours } from "./hours.js";
import { planActions } from "./plan-actions.js";

describe("planActions", () => {
  it("puts what blocks first, by phase, then the live steps, then what costs, then notes", () => {
    const result = madeUpResult({
      findings: [
        madeUpFinding({ level: "note", remedy: "note" }),
        madeUpFinding({ level: "warning", remedy: "warning" }),
        madeUpFinding({ confidence: "possible", remedy: "guess" }),
        madeUpFinding({ phase: "job", remedy: "job" }),
        madeUpFinding({ phase: "build", remedy: "build" }),
      ],
    });
    const titles = planActions(result).map(({ priority, title }) => `${priority} ${title}`);
    expect(titles.slice(0, 3)).toEqual(["MUST build", "MUST job", "MUST Build the image from a clean checkout."]);
    expect(titles.slice(-3)).toEqual(["SHOULD warning", "SHOULD guess", "NICE note"]);
  });

  it("makes one piece of work of one fault in several places", () => {
    const findings = [1, 2, 2].map((line) => madeUpFinding({ location: { path: "a", line } }));
    expect(planActions(madeUpResult({ findings }))[0]?.places).toEqual(["a:1", "a:2"]);
  });

  it("quotes names that a shell would read as more than a name", () => {
    const images = [{ dockerfile: "a; rm -rf ~", context: "it's", isLive: true }];
    const plan = planActions(madeUpResult({ images }));
    expect(plan[0]?.command).toBe("docker build -f 'a; rm -rf ~' -t REGISTRY/IMAGE:TAG 'it'\\''s'");
  });

  it("uses the image that the endpoint's files name, quoted as well", () => {
    const base = madeUpResult();
    const endpoint = { imageReferences: [{ reference: "evil/$(id)" }] };
    const result: PreflightResult = { ...base, project: { ...base.project, endpoint } };
    expect(planActions(result)[1]?.command).toContain("docker push 'evil/$(id)' &&");
  });
});

describe("hours", () => {
  it.each([
    [{ low: 0.1, high: 0.25 }, "5-15 min"],
    [{ low: 0.5, high: 2 }, "0.5-2 h"],
    [{ low: 4.2, high: 11.7 }, "4-12 h"],
    [sumHours([]), "0 min"],
  ])("%j reads %s", (hours, words) => {
    expect(hoursInWords(hours)).toBe(words);
  });

  it("takes minutes for what --fix mends and hours for tests to write", () => {
    expect(hoursOf("US1003", false)).toEqual({ low: 2, high: 4 });
    expect(hoursOf("US1003", true).high).toBeLessThan(1);
    expect(hoursOf("US9999", false).high).toBeGreaterThan(0);
  });
});
