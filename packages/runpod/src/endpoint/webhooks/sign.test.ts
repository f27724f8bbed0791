import { expect, it } from "vitest";
import { keyOf, webhookHeaders } from "./sign.js";

const message = { id: "msg_p5jXN8AQM9LWM0D4loKWxJek", body: '{"test": 2432232314}', timestampSeconds: 1_614_265_330 };

it("signs as the Standard Webhooks specification's own example", () => {
  expect(webhookHeaders(message, ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"])).toEqual({
    "content-type": "application/json",
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
  });
});

it("signs with every secret that holds, in their order", () => {
  const old = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  const next = `whsec_${Buffer.alloc(24, 1).toString("base64")}`;
  const signatureBy = (...secrets: string[]) => webhookHeaders(message, secrets)["webhook-signature"];
  expect(signatureBy(next, old)).toBe(`${signatureBy(next)} ${signatureBy(old)}`);
});

it("sends the id also without a secret", () => {
  expect(Object.keys(webhookHeaders(message, []))).toEqual(["content-type", "webhook-id", "webhook-timestamp"]);
});

it.each(["", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_", "whsec_c2hvcnQ=", "whsec_????", `whsec_${"A".repeat(100)}`])(
  "refuses the secret %j",
  (secret) => {
    expect(() => keyOf(secret)).toThrow(RangeError);
  },
);
