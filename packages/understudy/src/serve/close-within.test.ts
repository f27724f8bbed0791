import { describe, expect, it } from "vitest";
import { closeWithin } from "./close-within.js";

describe("closing a part", () => {
  it("is over when it has closed", async () => {
    expect(await closeWithin(60_000, async () => "whatever")).toBe(true);
  });

  it("is not waited for longer than that", async () => {
    expect(await closeWithin(1, () => new Promise(() => undefined))).toBe(false);
  });

  it("tells why it could not", async () => {
    await expect(closeWithin(60_000, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  });
});
