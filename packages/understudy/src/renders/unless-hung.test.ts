import { describe, expect, it } from "vitest";
import { unlessHung } from "./unless-hung.js";

const hangs = new Promise<never>(() => undefined);

describe("work that may hang", () => {
  it("is waited for as long as nobody stops it, and is over when it is", async () => {
    const { signal } = new AbortController();
    expect(await unlessHung(Promise.resolve(1), signal, 0)).toBe(1);
    await expect(unlessHung(Promise.reject(new Error("no")), signal, 0)).rejects.toThrow("no");
  });

  it("is given up when it does not heed the signal in time", async () => {
    const controller = new AbortController();
    const given = unlessHung(hangs, controller.signal, 1);
    controller.abort(new Error("late"));
    const givenUp = { name: "HungWork", cause: { message: "late" } };
    await expect(given).rejects.toMatchObject(givenUp);
    await expect(unlessHung(hangs, controller.signal, 1)).rejects.toMatchObject(givenUp);
  });

  it("may tidy up after a stop", async () => {
    const controller = new AbortController();
    controller.abort(new Error("stop"));
    const tidies = (async () => {
      await new Promise(setImmediate);
      throw new Error("tidied up");
    })();
    await expect(unlessHung(tidies, controller.signal, 60_000)).rejects.toThrow("tidied up");
  });
});
