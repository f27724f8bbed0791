import { describe, expect, it } from "vitest";
import { describeError } from "./describe-error.js";

describe("describeError", () => {
  it("makes one sentence of the report that the Python SDK sends", () => {
    const report = {
      error_type: "<class 'botocore.exceptions.ClientError'>",
      error_message: "no such bucket",
      error_traceback: 'Traceback (most recent call last):\n  File "handler.py", line 1',
      hostname: "pod-1",
      worker_id: "w",
      runpod_version: "1.12.0",
    };
    expect(describeError(JSON.stringify(report))).toBe("ClientError: no such bucket");
    expect(describeError(report)).toBe("ClientError: no such bucket");
  });

  it.each([
    ["plain text", "plain text"],
    ["handler: no face \ntraceback: Traceback (most recent call last):\n  File", "no face"],
    ['Traceback (most recent call last):\n  File "x.py", line 1\nValueError: no face\n', "ValueError: no face"],
    ["{ not json", "{ not json"],
    ["two\nlines\u0007", "two lines"],
    ["cannot open https://host.example/photo.jpg?token=secret now", "cannot open https://host.example/photo.jpg now"],
    [{ message: "bad" }, "bad"],
    [{ error: "bad", type: "Oops" }, "Oops: bad"],
    [undefined, "No reason was given."],
    ["", "No reason was given."],
    [{ code: 7 }, "No reason was given."],
    [["x"], "No reason was given."],
  ])("makes one sentence of %j", (error, sentence) => {
    expect(describeError(error)).toBe(sentence);
  });

  it("cuts what is long", () => {
    expect(describeError("x".repeat(1_000_000))).toBe(`${"x".repeat(299)}…`);
  });
});
