import { expect, test } from "vitest";
import { createTurnQueue } from "./take-turns.js";

test("work starts in the order asked for, and only when the work before it has ended", async () => {
  const takeTurn = createTurnQueue();
  const seen: string[] = [];
  const work = (name: string) => async () => {
    seen.push(`${name} starts`);
    await Promise.resolve();
    seen.push(`${name} ends`);
    return name;
  };
  expect(await Promise.all([takeTurn(work("a")), takeTurn(work("b"))])).toEqual(["a", "b"]);
  expect(seen).toEqual(["a starts", "a ends", "b starts", "b ends"]);
});

test("work that fails says so to its caller and lets the next one in", async () => {
  const takeTurn = createTurnQueue();
  const failing = takeTurn(() => Promise.reject(new Error("no")));
  const next = takeTurn(() => Promise.resolve("yes"));
  await expect(failing).rejects.toThrow("no");
  expect(await next).toBe("yes");
});
