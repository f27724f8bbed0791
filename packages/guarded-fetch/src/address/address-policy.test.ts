import { describe, expect, it } from "vitest";
import { isAllowed, parseAddressPolicy, publicOnly } from "./address-policy.js";

describe("an address policy", () => {
  it("without blocks lets public addresses through and nothing else", () => {
    expect(isAllowed("1.1.1.1", publicOnly)).toBe(true);
    expect(isAllowed("10.0.0.1", publicOnly)).toBe(false);
    expect(isAllowed("nonsense", publicOnly)).toBe(false);
  });

  it("opens exactly the blocks that it names", () => {
    const policy = parseAddressPolicy(["10.1.2.0/24", "fd12:3456::/48", "64:ff9b::/96"]);
    expect(isAllowed("10.1.2.255", policy)).toBe(true);
    expect(isAllowed("10.1.3.0", policy)).toBe(false);
    expect(isAllowed("fd12:3456:0:1::5", policy)).toBe(true);
    expect(isAllowed("fd12:3457::5", policy)).toBe(false);
    expect(isAllowed("64:ff9b::808:808", policy)).toBe(true);
    expect(isAllowed("nonsense", policy)).toBe(false);
  });

  it("reads `loopback` as both families, but not as addresses that carry one inside", () => {
    const policy = parseAddressPolicy(["loopback"]);
    expect(policy.allow).toEqual(["127.0.0.0/8", "::1/128"]);
    expect(isAllowed("127.0.0.1", policy)).toBe(true);
    expect(isAllowed("::1", policy)).toBe(true);
    expect(isAllowed("::ffff:127.0.0.1", policy)).toBe(false);
    expect(isAllowed("0.0.0.0", policy)).toBe(false);
  });

  it.each([
    "",
    "*",
    "private",
    "10.0.0.1",
    "10.0.0.0/33",
    "10.0.0.0/-1",
    "::/129",
    "0x0a.0.0.0/8",
    "10/8",
    "example.com/24",
    "10.0.0.5/8",
    "fd00::1/8",
  ])("refuses the block %j", (block) => {
    expect(() => parseAddressPolicy([block])).toThrow(expect.objectContaining({ code: "bad-options" }));
  });

  it("says how a block with bits behind its prefix is written", () => {
    expect(() => parseAddressPolicy(["10.0.0.5/8"])).toThrow("write 10.0.0.0/8");
  });
});
