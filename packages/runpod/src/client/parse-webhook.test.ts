import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { parseWebhook, type WebhookOptions } from "./parse-webhook.js";

const body = JSON.stringify({
  id: "j",
  status: "COMPLETED",
  output: { url: "https://host.example/out.mp4" },
  input: { a: 1 },
  webhook: "https://me.example/hook",
  delayTime: 1,
  executionTime: 2,
});

const secretBytes = Buffer.from("0123456789abcdef0123456789abcdef");
const secret = `whsec_${secretBytes.toString("base64")}`;
const now = 1_700_000_000_000;

function signed(text: string, seconds = now / 1_000, key = secretBytes): WebhookOptions {
  const base64 = createHmac("sha256", key).update(`msg_1.${seconds}.${text}`).digest("base64");
  return {
    secret,
    now: () => now,
    headers: {
      "webhook-id": "msg_1",
      "webhook-timestamp": String(seconds),
      "webhook-signature": `v1,${Buffer.alloc(32).toString("base64")} v1a,x v1,${base64}`,
    },
  };
}

function asVersion(version: string) {
  const signature = createHmac("sha256", secretBytes)
    .update(`msg_1.${now / 1_000}.${body}`)
    .digest("base64");
  return { "webhook-signature": `${version},${signature}` };
}

describe("parseWebhook", () => {
  it("gives the finished job, from text or bytes", () => {
    const job = {
      id: "j",
      status: "COMPLETED",
      output: { url: "https://host.example/out.mp4" },
      input: { a: 1 },
      webhook: "https://me.example/hook",
      delayTime: 1,
      executionTime: 2,
    };
    expect(parseWebhook(body)).toEqual(job);
    expect(parseWebhook(Buffer.from(body))).toEqual(job);
  });

  it("accepts a signature of the Standard Webhooks specification, as its own example has it", () => {
    // Signature of the reference libraries' test for this secret, id, time and body.
    const options = {
      secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
      now: () => 1_614_265_330_000,
      headers: new Headers({
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
      }),
    };
    // The example's body is no job: it passes the signature and fails after it.
    expect(() => parseWebhook('{"test": 2432232314}', options)).toThrow("The body is not that of a finished job.");
    expect(() => parseWebhook('{"test": 2432232315}', options)).toThrow("The webhook's signature does not fit.");
  });

  it("accepts one good signature among several", () => {
    expect(parseWebhook(body, signed(body)).id).toBe("j");
  });

  it.each([
    ["unsigned", { secret }],
    ["signed with another secret", signed(body, now / 1_000, Buffer.alloc(32))],
    ["signed for another body", signed(`${body} `)],
    ["signed in another version", { ...signed(body), headers: { ...signed(body).headers, ...asVersion("v2") } }],
    ["six minutes old", signed(body, now / 1_000 - 360)],
    ["from the future", signed(body, now / 1_000 + 360)],
    ["dated with words", { ...signed(body), headers: { ...signed(body).headers, "webhook-timestamp": "1e9" } }],
  ])("refuses one that is %s", (_, options) => {
    expect(() => parseWebhook(body, options)).toThrow(expect.objectContaining({ code: "webhook-unverified" }));
  });

  it.each([
    "",
    "null",
    "[]",
    "{",
    JSON.stringify({ id: "j", status: "IN_PROGRESS", webhook: "x" }),
    JSON.stringify({ id: "../j", status: "FAILED", webhook: "x" }),
    JSON.stringify({ id: "j", status: "FAILED" }),
  ])("refuses %j", (text) => {
    expect(() => parseWebhook(text)).toThrow(expect.objectContaining({ code: "bad-webhook" }));
  });

  it("refuses a body that is too large before it reads it", () => {
    expect(() => parseWebhook(body, { maxBytes: 10 })).toThrow(/bytes; 10 are allowed/);
  });

  it("refuses an empty secret instead of trusting everybody", () => {
    expect(() => parseWebhook(body, { ...signed(body), secret: "whsec_" })).toThrow(
      expect.objectContaining({ code: "bad-options" }),
    );
  });
});
