import { describe, expect, it } from "vitest";
import { verifyHookMac } from "./hook-mac.js";

const secret = Buffer.from("super duper secret").toString("base64");
const body = Buffer.from('{"base":{"id":"app00000000000000"},"webhook":{"id":"ach00000000000000"}}');
/** Of `openssl dgst -sha256 -hmac "super duper secret"`. */
const header = "hmac-sha256=2f7e79dbbff36511743c7526503a7e6cb213043eae9e9969efb5a52434753a12";

describe("a notification of Airtable", () => {
  it("is Airtable's when it is signed with the webhook's secret", () => {
    expect(verifyHookMac(body, header, secret)).toBe(true);
  });

  it.each([
    ["another body", Buffer.concat([body, Buffer.from(" ")]), header, secret],
    ["another secret", body, header, Buffer.from("another secret").toString("base64")],
    ["another MAC", body, header.replace(/.$/, (digit) => (digit === "0" ? "1" : "0")), secret],
    ["half a MAC", body, header.slice(0, 40), secret],
    ["another algorithm", body, header.replace("hmac-sha256=", "sha256="), secret],
    ["an empty header", body, "", secret],
    ["no header", body, undefined, secret],
  ])("is not with %s", (_what, body, header, secret) => {
    expect(verifyHookMac(body, header, secret)).toBe(false);
  });

  it("is nobody's when there is no secret, although it can be signed with it", () => {
    expect(
      verifyHookMac(body, "hmac-sha256=d2591b3df5b44a4b375a3fcc4844a9c1ba830508a544f3f9bba74a76a2253f07", ""),
    ).toBe(false);
  });
});
