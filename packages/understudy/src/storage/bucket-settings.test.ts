import { describe, expect, it } from "vitest";
import { readBucketSettings } from "./bucket-settings.js";

const keys = { BUCKET_ACCESS_KEY_ID: "AKIAEXAMPLE", BUCKET_SECRET_ACCESS_KEY: "s3cret" };
const read = (url: string, more: Record<string, string> = {}) =>
  readBucketSettings({ ...keys, BUCKET_ENDPOINT_URL: url, ...more });

function messageOf(action: () => unknown): string {
  try {
    action();
    return "";
  } catch (thrown) {
    return `${(thrown as { code?: string }).code}: ${(thrown as Error).message}`;
  }
}

describe("the bucket for results", () => {
  it("is none when nothing is set", () => {
    expect(readBucketSettings({})).toBeUndefined();
    expect(readBucketSettings({ BUCKET_ENDPOINT_URL: " " })).toBeUndefined();
  });

  it.each([
    ["https://s3.test/videos", {}, { endpointUrl: "https://s3.test", bucket: "videos", prefix: "" }],
    ["https://s3.test/videos/a/b/", {}, { bucket: "videos", prefix: "a/b/" }],
    ["http://127.0.0.1:7070", { BUCKET_NAME: "videos" }, { endpointUrl: "http://127.0.0.1:7070", bucket: "videos" }],
    ["https://s3.test/videos/a", { BUCKET_NAME: "videos" }, { bucket: "videos", prefix: "a/" }],
    [
      "https://my.videos.s3.eu-west-1.amazonaws.com/made",
      {},
      { endpointUrl: "https://s3.eu-west-1.amazonaws.com", bucket: "my.videos", prefix: "made/", region: "eu-west-1" },
    ],
    ["https://s3.amazonaws.com/videos", {}, { bucket: "videos", region: "us-east-1" }],
    ["https://s3.eu-central-1.amazonaws.com/videos", {}, { bucket: "videos", region: "eu-central-1" }],
    ["https://s3api-eur-is-1.runpod.io/volume1", {}, { bucket: "volume1", region: "EUR-IS-1" }],
    ["https://ams3.digitaloceanspaces.com/videos", {}, { region: "ams3" }],
    ["https://s3.us-west-004.backblazeb2.com/videos", {}, { region: "us-west-004" }],
    ["https://minio.internal:9000/videos", {}, { region: "us-east-1" }],
    ["https://s3.test/videos", { BUCKET_SSE: "AES256" }, { encryption: { algorithm: "AES256" } }],
    [
      "https://s3.test/videos",
      { BUCKET_SSE: "aws:kms", BUCKET_SSE_KMS_KEY_ID: "alias/ours" },
      { encryption: { algorithm: "aws:kms", kmsKeyId: "alias/ours" } },
    ],
  ])("%s with %j is %j", (url, more, expected) => {
    expect(read(url, more)).toMatchObject(expected);
  });

  it.each([
    [
      () => readBucketSettings({ BUCKET_ENDPOINT_URL: "https://s3.test/videos" }),
      "BUCKET_ACCESS_KEY_ID, BUCKET_SECRET",
    ],
    [() => readBucketSettings(keys), "missing: BUCKET_ENDPOINT_URL"],
    [() => readBucketSettings({ BUCKET_NAME: "videos" }), "missing: BUCKET_ENDPOINT_URL, BUCKET_ACCESS_KEY_ID"],
    [() => read("https://s3.test"), "no bucket is named: set BUCKET_NAME"],
    [() => read("https://s3.test/one", { BUCKET_NAME: "two" }), "two different buckets"],
    [() => read("https://s3.test", { BUCKET_NAME: "a/b" }), "BUCKET_NAME is no bucket's name"],
    [() => read("s3://videos"), "no http or https address"],
    [() => read("https://user:s3cret@s3.test/videos"), "no http or https address"],
    [() => read("https://s3.test/videos/x y"), "a path with other characters"],
    [() => read("https://s3.test/videos/%zz"), "a path with other characters"],
    [() => read("https://s3.test/videos", { BUCKET_SSE: "DES" }), "BUCKET_SSE is neither AES256 nor aws:kms"],
    [() => read("https://s3.test/videos", { BUCKET_SSE_KMS_KEY_ID: "k" }), "BUCKET_SSE is neither AES256 nor aws:kms"],
    [
      () => read("https://s3.test/videos", { BUCKET_SSE: "AES256", BUCKET_SSE_KMS_KEY_ID: "k" }),
      "BUCKET_SSE_KMS_KEY_ID is for BUCKET_SSE=aws:kms",
    ],
  ])("refuses what is set in part or wrong: %#", (action, words) => {
    const message = messageOf(action);
    expect(message).toMatch(/^bad-config: /);
    expect(message).toContain(words);
    expect(message).not.toContain("s3cret");
  });
});
