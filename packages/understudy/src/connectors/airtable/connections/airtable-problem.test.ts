import { UnderstudyError } from "@understudy/render";
import { describe, expect, it } from "vitest";
import { AirtableFailure, type AirtableFailureKind } from "#connectors/airtable/client/airtable-failure.js";
import { problemOf } from "./airtable-problem.js";

const connection = { tokenVariable: "OTHER_TOKEN" };

describe("what keeps a connection from working", () => {
  it.each<readonly [AirtableFailureKind, string, string]>([
    ["unauthorized", "airtable-token", "Airtable does not take the token in OTHER_TOKEN"],
    ["forbidden", "airtable-token", "The token in OTHER_TOKEN may not do this (SOME_WORD)"],
    ["missing", "airtable-table", "(SOME_WORD)"],
    ["refused", "airtable-table", "(SOME_WORD)"],
    ["unavailable", "airtable-unavailable", "(SOME_WORD)"],
  ])("is told for an answer that is %s", (kind, code, message) => {
    const problem = problemOf(new AirtableFailure(kind, "SOME_WORD", 400), connection);
    expect(problem).toEqual({ code, message: expect.stringContaining(message), hint: expect.stringMatching(/\.$/) });
  });

  it("names the scopes that a token lacks", () => {
    const { hint } = problemOf(new AirtableFailure("forbidden", "INVALID_PERMISSIONS", 403), connection);
    expect(hint).toMatch(/schema\.bases:read, data\.records:read, data\.records:write\./);
  });

  it("says when the month's requests are used up, which no second attempt mends", () => {
    const failure = new AirtableFailure("unavailable", "PUBLIC_API_BILLING_LIMIT_EXCEEDED", 429);
    expect(problemOf(failure, connection)).toMatchObject({
      code: "airtable-unavailable",
      message: expect.stringContaining("month"),
      hint: expect.stringContaining("larger plan"),
    });
  });

  it("keeps what one of our own errors says", () => {
    const error = new UnderstudyError("airtable-table", "The column is gone.", { hint: "Add it." });
    expect(problemOf(error, connection)).toEqual({
      code: "airtable-table",
      message: "The column is gone.",
      hint: "Add it.",
    });
  });

  it("tells nothing of what it does not know", () => {
    const { code, message } = problemOf(new Error("https://x/?token=s3cret"), connection);
    expect([code, message]).toEqual(["internal-error", "Something unexpected happened."]);
  });
});
