import { describe, expect, it } from "vitest";
import { personStatement, spokenStatement } from "./statements.js";

const facts = { name: "Jo", operator: "Sam", scope: { voice: false, use: "a greeting", channels: [] } };

describe.each([
  ["what is signed", personStatement],
  ["what is spoken", spokenStatement],
])("%s", (_what, statementOf) => {
  it("names the person, who makes the videos and what for, the age, the label and the way back", () => {
    const { text, language, version } = statementOf(facts);
    for (const part of ["Jo", "Sam", "a greeting", "18 or older", "made with AI", "take"]) expect(text).toContain(part);
    expect({ language, version }).toEqual({ language: "en", version: "1" });
  });

  it("speaks of the voice and of an end only where there is one", () => {
    expect(statementOf(facts).text).not.toMatch(/voice|2027/);
    const { text } = statementOf({
      ...facts,
      scope: { ...facts.scope, voice: true },
      expiresAt: "2027-03-01T00:00:00Z",
    });
    expect(text).toContain("an imitation of my voice");
    expect(text).toContain("1 March 2027");
  });
});

describe("what is signed", () => {
  it("says where the videos may be shown", () => {
    expect(personStatement(facts).text).toContain("anywhere");
    const scope = { ...facts.scope, channels: ["web", "trade fairs"] };
    expect(personStatement({ ...facts, scope }).text).toContain("here: web, trade fairs.");
  });
});
