import { describe, expect, it } from "vitest";
import { StoreFailure } from "./guard-store.js";
import { type Hold, holdUntil } from "./hold.js";
import { createTopics } from "./topics.js";

function held(over: Partial<Hold> = {}): Hold {
  const signal = over.signal ?? new AbortController().signal;
  return { topics: createTopics(), topic: "t", waitMs: 60_000, signal, isOver: () => signal.aborted, ...over };
}

describe("holding a request", () => {
  it("ends as soon as the topic wakes and there is enough", async () => {
    const hold = held();
    let seen = 0;
    const result = holdUntil(
      hold,
      async () => ++seen,
      (value) => value === 3,
    );
    for (let wake = 0; wake < 2; wake++) {
      await new Promise((resolve) => setImmediate(resolve));
      hold.topics.wake("other");
      hold.topics.wake("t");
    }
    expect(await result).toBe(3);
  });

  it("misses no wake that comes while it looks", async () => {
    const hold = held();
    const values = ["early", "late"];
    const result = holdUntil(
      hold,
      async () => {
        hold.topics.wake("t");
        return values.shift();
      },
      (value) => value === "late",
    );
    expect(await result).toBe("late");
  });

  it("gives what it saw last when the time is up, and when whoever asked has hung up", async () => {
    const hangUp = new AbortController();
    const look = async () => "nothing yet";
    const late = holdUntil(held({ waitMs: 1 }), look, () => false);
    const gone = holdUntil(held({ signal: hangUp.signal }), look, () => false);
    hangUp.abort();
    expect(await Promise.all([late, gone])).toEqual(["nothing yet", "nothing yet"]);
  });

  it("survives an outage of the store, and says so only when it lasts to the end", async () => {
    const hold = held();
    let isAway = true;
    const look = async () => {
      if (isAway) throw new StoreFailure("ECONNREFUSED");
      return "back";
    };
    const result = holdUntil(hold, look, () => true);
    await new Promise((resolve) => setImmediate(resolve));
    isAway = false;
    hold.topics.wakeAll();
    expect(await result).toBe("back");
    isAway = true;
    await expect(holdUntil(held({ waitMs: 1 }), look, () => true)).rejects.toThrow(StoreFailure);
  });

  it("passes a fault of ours on at once", async () => {
    const look = () => Promise.reject(new TypeError("fault"));
    await expect(holdUntil(held(), look, () => true)).rejects.toThrow(TypeError);
  });
});
