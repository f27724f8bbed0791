import { existsSync } from "node:fs";
import { open } from "node:fs/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import { failureOf } from "#testing/loopback.js";
import { writeAll } from "./partial-file.js";

describe.skipIf(!existsSync("/dev/full"))("writing to a disk that is full", () => {
  it("has a code of its own", async () => {
    const full = await open("/dev/full", "w");
    onTestFinished(() => full.close());
    const failure = await failureOf(writeAll(full, Buffer.of(1), 0));
    expect(failure).toMatchObject({ code: "disk-full", retryable: false });
  });
});
