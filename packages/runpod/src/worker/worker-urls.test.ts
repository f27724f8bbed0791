import { describe, expect, test } from "vitest";
import { fillUrl, siblingUrl, withQuery } from "./worker-urls.js";

const places = { id: "job/1", workerId: "$ID", gpuTypeId: "NVIDIA A40" };

describe("placeholders", () => {
  test.each([
    [
      "every one, wherever it stands",
      "http://a/$ID/$RUNPOD_POD_ID/$ID?g=$RUNPOD_GPU_TYPE_ID",
      "http://a/job%2F1/%24ID/job%2F1?g=NVIDIA%20A40",
    ],
    ["longer names are other names", "http://a/$IDS/$RUNPOD_POD_IDS", "http://a/$IDS/$RUNPOD_POD_IDS"],
  ])("%s", (_what, template, url) => {
    expect(fillUrl(template, places)).toBe(url);
  });
});

describe("queries", () => {
  test.each([
    ["http://a/b?gpu=x", "http://a/b?gpu=x&n=1"],
    ["http://a/b", "http://a/b?n=1"],
    ["http://a/b?", "http://a/b?n=1"],
    ["http://a/b?c=d&", "http://a/b?c=d&n=1"],
  ])("%s", (url, expected) => {
    expect(withQuery(url, { n: 1 })).toBe(expected);
  });
});

describe("URLs of other operations", () => {
  test.each([
    ["http://a/v2/e/job-take/w?gpu=/job-take/", "http://a/v2/e/job-stop/w?gpu=/job-take/"],
    ["http://a/job-take/job-take/w", "http://a/job-take/job-stop/w"],
    ["http://a/v2/e/jobs/w", undefined],
  ])("%s", (url, expected) => {
    expect(siblingUrl(url, "job-stop")).toBe(expected);
  });
});
