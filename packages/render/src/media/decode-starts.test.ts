import { describe, expect, it } from "vitest";
import { createNodeAvIo } from "./node-av/node-av-io.js";
import { expectExactStarts } from "./testing/expect-exact-starts.js";
import { writeFixture } from "./testing/fixtures.js";
import { useTempFolder } from "./testing/temp-folder.js";

describe("decoding from a start within a film gives the pictures that decoding from its beginning gives", () => {
  const inFolder = useTempFolder();

  it.each([
    ["closed.mp4", "0 15 30 45 60 75 90"],
    ["open-gop.mp4", "0 15+1 30 45+1 60"],
    ["hevc.mp4", "0 15+2 30+2 45+2 60"],
    ["vp9-opus.webm", "0 15 30 45 60"],
    ["transport.ts", "0 15 30 45 60"],
    ["interlaced.mp4", "0 60"],
  ] as const)("%s", async (name, starts) => {
    const path = await writeFixture(name, inFolder(name));
    expect(await expectExactStarts(createNodeAvIo(), path)).toBe(starts);
  });
});
