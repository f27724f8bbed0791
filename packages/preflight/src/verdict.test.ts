import { describe, expect, it } from "vitest";
import { madeUpFinding } from "#cli/testing/made-up-result.js";
import type { Unjudged } from "#model/finding.js";
import { judge } from "./verdict.js";

const live = [{ dockerfile: "Dockerfile", isLive: true }];
const unread: Unjudged = {
  ruleId: undefined,
  phase: "start",
  reason: "The bash grammar did not load.",
  remedy: "Install the package again.",
  isRequired: true,
};

describe("judge", () => {
  it("says GO of nothing found, and of notes alone", () => {
    expect(judge([], [], live).verdict).toBe("GO");
    expect(judge([madeUpFinding({ level: "note" })], [], live).verdict).toBe("GO");
  });

  it("says NO-GO of an error that is certain or likely, never of a possible one", () => {
    expect(judge([madeUpFinding({ confidence: "likely" })], [], live).verdict).toBe("NO-GO");
    expect(judge([madeUpFinding({ confidence: "possible" })], [], live).verdict).toBe("GO-WITH-WARNINGS");
  });

  it("lets a known fault beat an unknown", () => {
    expect(judge([], [unread], live).verdict).toBe("UNKNOWN");
    expect(judge([], [{ ...unread, isRequired: false }], live).verdict).toBe("GO");
    expect(judge([madeUpFinding()], [unread], live).verdict).toBe("NO-GO");
  });

  it("decides each phase by what belongs to it", () => {
    const { phases } = judge([madeUpFinding()], [unread], live);
    expect(phases.build.verdict).toBe("NO-GO");
    expect(phases.start.verdict).toBe("UNKNOWN");
    expect(phases.job.verdict).toBe("GO");
    expect(phases.build.counts).toEqual({ error: 1, warning: 0, note: 0 });
  });

  it("counts an error in an image that nothing builds as a warning, while another image is live", () => {
    const broken = madeUpFinding({ image: "Dockerfile.old" });
    const old = { dockerfile: "Dockerfile.old", isLive: false };
    expect(judge([broken], [], [...live, old]).verdict).toBe("GO-WITH-WARNINGS");
    expect(judge([broken], [], [old]).verdict).toBe("NO-GO");
  });

  it("counts a fault of a file that two images copy once", () => {
    const images = [...live, { dockerfile: "Dockerfile.gpu", isLive: true }];
    const inBoth = images.map(({ dockerfile }) => madeUpFinding({ image: dockerfile }));
    expect(judge(inBoth, [], images).counts.error).toBe(1);
  });

  it("lets an error of the whole project block, whichever image is live", () => {
    expect(judge([madeUpFinding({ image: undefined })], [], live).verdict).toBe("NO-GO");
  });
});
