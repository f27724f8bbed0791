import { describe, expect, it } from "vitest";
import { admits, exactVersion, isCapped, newestIsIn, startsAt, staysBelow } from "./specifier.js";

describe("a version specifier", () => {
  it.each([
    ["", "9.9", true],
    [">=4.49.0,<=4.51.3", "4.51.3", true],
    [">=4.49.0,<=4.51.3", "4.52", false],
    ["==2.1.*", "2.1.2", true],
    ["==2.1.*", "2.10.0", false],
    ["~=1.7", "1.13.0", true],
    ["~=1.7.0", "1.8.0", false],
    ["!=2.0", "2.0.0", false],
    ["==2.1.0+cu118", "2.1.0", true],
  ])("%j admits %s: %s", (specifier, version, answer) => {
    expect(admits(specifier, version)).toBe(answer);
  });

  it.each([
    ["<2", "2.0", true],
    ["<=2.0", "2.0", false],
    ["~=1.26", "2.0", true],
    ["~=1.26", "1.30", false],
    ["==1.26.4", "2.0", true],
    [">=1.26", "2.0", false],
    ["", "2.0", false],
  ])("%j stays below %s: %s", (specifier, bound, answer) => {
    expect(staysBelow(specifier, bound)).toBe(answer);
  });

  it.each([
    [">=2.4.0", "2.4", true],
    [">=2.0", "2.4", false],
    ["<3", "2.4", false],
    ["==2.5.1", "2.4", true],
  ])("%j starts at %s: %s", (specifier, bound, answer) => {
    expect(startsAt(specifier, bound)).toBe(answer);
  });

  it("names one version only with `==`", () => {
    expect([exactVersion("==2.1.0+cu118"), exactVersion("==2.1.*"), exactVersion(">=2.1,<3")]).toEqual([
      "2.1.0+cu118",
      "2.1",
      undefined,
    ]);
  });

  it("is capped by anything that leaves the newest version out", () => {
    expect(["", ">=1", "!=1.5", "<2", "~=1.2", "==1.0"].map(isCapped)).toEqual([false, false, false, true, true, true]);
  });
});

const range = ">=1.7.11,<1.10.1";

it.each(["==1.7.12", "~=1.7.9", "~=1.7.12", "==1.8.*", "<1.10", "<=1.10.0", ">=1.7,<1.9", ">=1.7.11, <1.10.1"])(
  "sees that %s ends in the range",
  (specifier) => expect(newestIsIn(specifier, range)).toBe(true),
);

it.each(["", ">=1.3.0", "==1.7.10", "==1.10.1", "<1.7.11", "~=1.7", "~=1.10.1", "!=1.8.0", "<2"])(
  "does not see that %s does",
  (specifier) => expect(newestIsIn(specifier, range)).toBe(false),
);
