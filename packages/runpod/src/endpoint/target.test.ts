import { describe, expect, it } from "vitest";
import { isId, targetOf } from "./target.js";

describe("a request's target", () => {
  it("is endpoint, operation, ids and query", () => {
    expect(targetOf("/v2/e/job-done/w/j-1?gpu=RTX+A5000&isStream=true")).toEqual({
      endpointId: "e",
      operation: "job-done",
      ids: ["w", "j-1"],
      query: new URLSearchParams({ gpu: "RTX A5000", isStream: "true" }),
    });
  });

  it("has a query also where the SDK appends one to a URL without `?`", () => {
    const target = targetOf("/v2/e/job-take/pod-1&job_in_progress=0&batch_size=2");
    expect(target?.ids).toEqual(["pod-1"]);
    expect(target?.query.get("batch_size")).toBe("2");
  });

  it.each([
    "",
    "/",
    "/v1/e/run",
    "/v2",
    "/v2/",
    "/v2//run",
    "/v2/%2e%2e/run",
    "/v2/a%2fb/run",
    "http://h/v2/e/run",
    "*",
  ])("is none for %j", (url) => {
    expect(targetOf(url)).toBeUndefined();
  });

  it.each(["..", ".", "", "a/b", "a\0", "a b", "-a", "é", "%2e", "a".repeat(129), undefined])("has no id %j", (id) => {
    expect(isId(id)).toBe(false);
  });
});
